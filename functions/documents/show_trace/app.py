"""How the work on one document went: GET /documents/{document_id}/trace of openapi.yaml.

in   a request of API Gateway, its query `limit` and `next`
out  200 with `Trace`; a problem: NotTheirsError, NotFoundError, InvalidRequestError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.grants import reader_of
from docent.ownership import find_operable
from docent.settings import read_settings
from show_trace.document_traces import trace_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    grants_table: str
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_trace(request: Request) -> Reply:
    document_id, operators = request.path["document_id"], settings().operators_group
    row = find_operable(settings().documents_table, document_id, request.caller, operators)
    trace = trace_of(row, request.query.get("next"), request.query["limit"])
    logger.info("trace shown", document_id=document_id, images=len(trace["images"]))
    return Reply(trace)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show_trace, settings().allowed_origins, logger, identify=reader)
