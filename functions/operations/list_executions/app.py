"""Executions of one workflow, the newest first, and why they failed: GET /operations/executions of openapi.yaml.

in   a request of API Gateway, its query `workflow`, `status`, `limit` and `next`
out  200 with `Executions`; a problem: NotAnOperatorError, NotFoundError, InvalidRequestError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.ownership import check_operator
from docent.settings import read_settings
from list_executions.execution_pages import page_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    workflow_arn_prefix: str
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_executions(request: Request) -> Reply:
    check_operator(request.caller, settings().operators_group)
    query = request.query
    return Reply(
        page_of(settings().workflow_arn_prefix, query["workflow"], query["status"], query["limit"], query.get("next"))
    )


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, list_executions, settings().allowed_origins, logger)
