"""One question with its answer, its citations, its review and its log:
GET /questionnaires/{questionnaire_id}/items/{number} of openapi.yaml.

in   a request of API Gateway
out  200 with `ItemDetails`; a problem: NotFoundError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.document_rows import read_rows
from docent.grants import reader_of
from docent.questionnaire_items import find_item, find_reading
from docent.settings import read_settings
from show_item.item_details import details
from show_item.item_log import read_log

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str
    documents_table: str
    grants_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_item(request: Request) -> Reply:
    table, questionnaire_id = settings().questionnaires_table, request.path["questionnaire_id"]
    reading = find_reading(table, questionnaire_id, request.caller)
    item = find_item(table, reading, int(request.path["number"]))
    citations = item.answer.citations if item.answer else ()
    rows = read_rows(settings().documents_table, {each.document_id for each in citations} - {""})
    log = read_log(table, questionnaire_id, item)
    shown = details(item, log, rows, request.caller, settings().derived_bucket)
    logger.info("question shown", citations=len(shown["citations"]), withheld=shown["withheld_citations"])
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show_item, settings().allowed_origins, logger, identify=reader)
