"""The questions of a questionnaire with their answers, in the order of the file:
GET /questionnaires/{questionnaire_id}/items of openapi.yaml.

in   a request of API Gateway, its query `limit`, `next`, `status`, `needs_review`, `confidence`, `review`, `assignee`
out  200 with `Items`; a problem: NotFoundError, InvalidRequestError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.questionnaire_items import find_reading, items_after
from docent.settings import read_settings
from docent.withheld_answers import OwnersReading
from list_items.item_pages import Filters, fill_page, number_of, place_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    documents_table: str
    grants_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_items(request: Request) -> Reply:
    table, questionnaire_id, query = settings().questionnaires_table, request.path["questionnaire_id"], request.query
    reading = find_reading(table, questionnaire_id, request.caller)
    begin, filters = number_of(query.get("next")), Filters.from_query(query)
    found = items_after(table, questionnaire_id, begin, page=query["limit"] + 1)
    page = fill_page(found, reading, filters, query["limit"], is_first=not begin)
    logger.info("questions listed", count=len(page.items), looked_at=page.looked_at)
    answers = [item.answer for item in page.items]
    documents, grants = settings().documents_table, settings().grants_table
    owner = OwnersReading.of(reading.row, answers, documents, grants, time.time())
    items = [item.withheld() if owner.withholds(item.answer) else item for item in page.items]
    following = {} if page.following is None else {"next": place_of(page.following)}
    return Reply({"items": [item.to_json() for item in items]} | following)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, list_items, settings().allowed_origins, logger)
