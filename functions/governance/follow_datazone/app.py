"""Make DataZone and Docent agree about requests for access. Called for DataZone's events, and by the stream of the
requests table.

in   an event of DataZone about a request, a subscription or its grant; or records of a DynamoDB stream
out  {"steps"}, their number

What an event says is a hint (governing.datazone_agreement). One of a foreign domain or account changes nothing.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.settings import read_settings
from follow_datazone.hints import hints_of
from governing.access_changes import TableSettings
from governing.datazone_requests import Requests

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    approve_subscription_arn: str
    datazone_domain_id: str
    datazone_project_id: str
    governance_role_arn: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def follow(event: dict[str, Any], now: float) -> dict[str, Any]:
    requests, count = Requests.of(settings()), 0
    for hint in hints_of(event, requests.domain):
        steps = requests.agree(hint.request_id, now, self_approved=hint.self_approved)
        count += len(steps)
        logger.info("request of DataZone followed", request_id=hint.request_id, steps=[each.action for each in steps])
    return {"steps": count}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return follow(event, time.time())
