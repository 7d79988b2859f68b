"""End what is over, and tell of what ends soon. Called every hour.

in   {}
out  {"ended", "expired", "reminded", "replaced"}; announces `AccessEnding` 30 and 7 days before a grant ends

An owner whom the user pool does not have any more, or has disabled, is replaced by the owner of the department. Without
one, stewards review in the owner's place.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.settings import read_settings
from governing.access_changes import TableSettings
from review_grants.due_reviews import announce_endings, end_what_is_over, end_what_is_retired, expire_what_waits
from review_grants.owners_who_left import People, owners_of_departments, replace_owners

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    event_bus_name: str
    user_pool_id: str
    user_claim: str
    department_owners: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def review(now: float) -> dict[str, Any]:
    people = People(settings().user_pool_id, settings().user_claim)
    departments = owners_of_departments(settings().department_owners)
    told = {
        "ended": end_what_is_over(settings().tables, now) + end_what_is_retired(settings().tables, now),
        "expired": expire_what_waits(settings().tables, now),
        "reminded": announce_endings(settings().tables, settings().event_bus_name, now),
        "replaced": replace_owners(settings().tables, people, departments, now),
    }
    logger.info("grants reviewed", ended=told["ended"], expired=told["expired"], reminded=told["reminded"])
    return told


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return review(time.time())
