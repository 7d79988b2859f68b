"""The log of all decisions, with its anchors: GET /audit of openapi.yaml.

in   a request of API Gateway, its query `after` and `limit`
out  200 with `AuditLog`; a problem: ForbiddenByPolicyError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.errors.governance import ForbiddenByPolicyError
from docent.ownership import is_operator
from docent.settings import read_settings
from governing.access_policy import is_steward
from governing.audit_anchors import read_anchors
from governing.audit_log import entries_after

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    audit_table: str
    audit_bucket: str
    operators_group: str
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show(request: Request[Caller]) -> Reply:
    caller, after, limit = request.caller, request.query["after"], request.query["limit"]
    if not is_steward(caller, settings().stewards_group) and not is_operator(caller, settings().operators_group):
        raise ForbiddenByPolicyError("Only stewards and operators read the log of decisions.")
    entries = entries_after(settings().audit_table, after, limit)
    told: dict[str, Any] = {"entries": [entry.to_json() for entry in entries]}
    if after == 0:
        told["anchors"] = [anchor.to_json() for anchor in read_anchors(settings().audit_bucket)]
    if len(entries) == limit:
        told["next_after"] = entries[-1].sequence
    logger.info("audit log shown", entries=len(entries))
    return Reply(told)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show, settings().allowed_origins, logger)
