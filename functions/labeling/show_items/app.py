"""The items of a task, and one of them: GET /label-tasks/{task_id}/items and
GET /label-tasks/{task_id}/items/{number} of openapi.yaml.

in   a request of API Gateway, for the list its query `limit` and `next`
out  200 with `LabelItems` or a `LabelItem`; a problem: InvalidRequestError, NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, decode_next, encode_next, serve
from docent.errors import InvalidRequestError, NotFoundError
from docent.settings import read_settings
from labeling.answers import find_answer
from labeling.items import read_label_item
from labeling.shown_items import shown_item
from labeling.task_rows import find_task
from show_items.item_pages import own_items, page_of_items

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_items(request: Request) -> Reply:
    return _one(request) if "number" in request.path else _list(request)


def _one(request: Request) -> Reply:
    table, caller = settings().labeling_table, request.caller
    row = find_task(table, request.path["task_id"], caller)
    number = int(request.path["number"])
    if not row.is_reviewed_by(caller) and find_answer(table, row.task_id, number, caller.subject) is None:
        raise NotFoundError("There is no such item among those that you were given.")
    item = read_label_item(table, row.task_id, number)
    logger.info("item shown", task_id=row.task_id, number=number)
    return Reply(shown_item(settings().derived_bucket, table, row, item, caller, time.time()))


def _list(request: Request) -> Reply:
    table, caller, limit = settings().labeling_table, request.caller, request.query["limit"]
    row = find_task(table, request.path["task_id"], caller)
    after = _number(request.query.get("next"))
    shown = page_of_items if row.is_reviewed_by(caller) else own_items
    items = shown(table, row, caller, after, limit + 1)
    logger.info("items listed", task_id=row.task_id, count=len(items[:limit]))
    more = {"next": encode_next(items[limit - 1]["number"])} if len(items) > limit else {}
    return Reply({"items": items[:limit], **more})


def _number(place: str | None) -> int:
    after = decode_next(place) if place else 0
    if isinstance(after, int) and 0 <= after < 10_000_000:
        return after
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    raise InvalidRequestError("`next` is not usable.", (detail,))


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_items, settings().allowed_origins, logger)
