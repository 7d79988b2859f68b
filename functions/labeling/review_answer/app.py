"""Accept an answer, or give it back to its author: POST /label-tasks/{task_id}/items/{number}/review of openapi.yaml.

in   a request of API Gateway, its body a `LabelReview`
out  200 with a `LabelItem`; a problem: InvalidRequestError for an own answer, NotFoundError, LabelChangedError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.settings import read_settings
from labeling.items import read_label_item
from labeling.shown_items import shown_item
from labeling.task_rows import find_task
from review_answer.reviewing import review

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


def review_answer(request: Request) -> Reply:
    table, caller, body, now = settings().labeling_table, request.caller, request.body, time.time()
    row = find_task(table, request.path["task_id"], caller, "owner", "reviewer")
    number, accepted = int(request.path["number"]), body["decision"] == "accept"
    review(table, row, number, caller, body["answer_id"], accepted, body.get("note", ""), now)
    logger.info("answer reviewed", task_id=row.task_id, number=number, decision=body["decision"])
    item = read_label_item(table, row.task_id, number)
    return Reply(shown_item(settings().derived_bucket, table, row, item, caller, now))


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, review_answer, settings().allowed_origins, logger)
