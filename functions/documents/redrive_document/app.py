"""Redrive the failed execution of one document: POST /documents/{document_id}/redrive of openapi.yaml.

in   a request of API Gateway
out  202 with a `DocumentStatus`; a problem: NotTheirsError, NotFoundError, NothingToRedriveError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.grants import reader_of
from docent.ownership import find_operable
from docent.redriving import mark_redriven, redrive
from docent.settings import read_settings

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


def redrive_document(request: Request) -> Reply:
    table, document_id = settings().documents_table, request.path["document_id"]
    row = find_operable(table, document_id, request.caller, settings().operators_group)
    redrive(row.values.get("execution_arn", ""), row.file_name)
    status = mark_redriven(table, row)
    logger.info("document redriven", document_id=document_id, generation=row.generation)
    return Reply({"document_id": document_id, "status": status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, redrive_document, settings().allowed_origins, logger, identify=reader)
