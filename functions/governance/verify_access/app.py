"""Compare requests with grants, and repair what differs: POST /subscriptions/verify of openapi.yaml.

in   a request of API Gateway, its body `{repair}`
out  200 with `Differences`; a problem: ForbiddenByPolicyError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.errors.governance import ForbiddenByPolicyError
from docent.settings import read_settings
from governing.access_changes import TableSettings
from governing.access_policy import is_steward
from governing.grant_checks import differences, repair

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def verify(request: Request[Caller]) -> Reply:
    if not is_steward(request.caller, settings().stewards_group):
        raise ForbiddenByPolicyError("Only stewards verify the grants.")
    now = time.time()
    found = differences(settings().tables, now)
    if request.body["repair"]:
        for difference in found:
            repair(settings().tables, difference, request.caller.user, now)
    logger.info("grants verified", differences=len(found), repaired=bool(request.body["repair"]))
    return Reply({"differences": [each.to_json() for each in found], "repaired": request.body["repair"]})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, verify, settings().allowed_origins, logger)
