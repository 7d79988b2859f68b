"""Get an item to label, or give one back: POST /label-tasks/{task_id}/claim and
POST /label-tasks/{task_id}/items/{number}/release of openapi.yaml.

in   a request of API Gateway, for a claim its body a `LabelClaim`
out  200 with a `LabelItem`, or 204; a problem: NotFoundError, NothingToLabelError, AnswerSubmittedError,
     ClaimLostError, TooManyRequestsError

A claim is one write on condition that nobody changed the item since it was read.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from claim_item.claiming import claim_number, claim_some
from docent.api import Reply, Request, serve
from docent.settings import read_settings
from docent.throttling import count_request
from labeling.items import change_item
from labeling.shown_items import shown_item
from labeling.task_rows import find_task

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str
    callers_table: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def claim_item(request: Request) -> Reply:
    return _release(request) if "number" in request.path else _claim(request)


def _claim(request: Request) -> Reply:
    table, caller, now = settings().labeling_table, request.caller, time.time()
    count_request(settings().callers_table, caller, "label-claim", settings().requests_per_minute, now)
    row = find_task(table, request.path["task_id"], caller, "annotator")
    number = request.body.get("number")
    item = claim_number(table, row, number, caller, now) if number else claim_some(table, row, caller, now)
    logger.info("item claimed", task_id=row.task_id, number=item.number)
    return Reply(shown_item(settings().derived_bucket, table, row, item, caller, now))


def _release(request: Request) -> Reply:
    row = find_task(settings().labeling_table, request.path["task_id"], request.caller, "annotator")
    number = int(request.path["number"])
    change_item(settings().labeling_table, row.task_id, number, lambda item: item.released(request.caller.subject))
    logger.info("item released", task_id=row.task_id, number=number)
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, claim_item, settings().allowed_origins, logger)
