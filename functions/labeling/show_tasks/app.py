"""The tasks that a caller owns, reviews or annotates, and one of them: GET /label-tasks and
GET /label-tasks/{task_id} of openapi.yaml.

in   a request of API Gateway, for the list its query `limit` and `next`
out  200 with `LabelTasks` or `LabelTaskDetails`; a problem: InvalidRequestError, NotFoundError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, decode_next, encode_next, serve
from docent.settings import read_settings
from labeling.items import count_items
from labeling.task_rows import TaskRow, find_task, tasks_of
from show_tasks.task_details import details_of, progress_of

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


def show_tasks(request: Request) -> Reply:
    return _one(request) if "task_id" in request.path else _list(request)


def _list(request: Request) -> Reply:
    place = request.query.get("next")
    before = str(decode_next(place)) if place else None
    rows, following = tasks_of(settings().labeling_table, request.caller, request.query["limit"], before)
    logger.info("labeling tasks listed", count=len(rows))
    more = {"next": encode_next(following)} if following else {}
    return Reply({"tasks": [_shown(row, request) for row in rows], **more})


def _one(request: Request) -> Reply:
    row = find_task(settings().labeling_table, request.path["task_id"], request.caller)
    details = details_of(settings().derived_bucket, settings().labeling_table, row, request.caller)
    logger.info("labeling task shown", task_id=row.task_id, status=row.status)
    return Reply(_shown(row, request) | details)


def _shown(row: TaskRow, request: Request) -> dict[str, Any]:
    counts = count_items(settings().labeling_table, row.task_id)
    return row.to_json(request.caller) | progress_of(row, counts)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_tasks, settings().allowed_origins, logger)
