"""One question with its answer, its citations, its review and its log:
GET /questionnaires/{questionnaire_id}/items/{number} of openapi.yaml.

in   a request of API Gateway
out  200 with `ItemDetails`; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.grants import reader_of
from docent.questionnaire_items import find_item, find_reading
from docent.settings import read_settings
from docent.withheld_answers import OwnersReading
from show_item.item_details import details
from show_item.item_log import read_entries

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
    entries = read_entries(table, questionnaire_id, item)
    answers = [item.answer, *(entry.answer for entry in entries)]
    documents, grants = settings().documents_table, settings().grants_table
    reading_of_owner = OwnersReading.of(reading.row, answers, documents, grants, time.time())
    log = [entry.to_json(withheld=reading_of_owner.withholds(entry.answer)) for entry in entries]
    if reading_of_owner.withholds(item.answer):
        item = item.withheld()
    shown = details(item, log, reading_of_owner.rows, request.caller, settings().derived_bucket)
    logger.info("question shown", citations=len(shown["citations"]), withheld=shown["withheld_citations"])
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show_item, settings().allowed_origins, logger, identify=reader)
