"""How far an answer is, and why it is as it is: GET /conversations/{conversation_id}/turns/{turn_id} of openapi.yaml.

in   a request of API Gateway
out  200 with `TurnState`; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.conversations import read_turn
from docent.document_rows import read_rows
from docent.errors import NotFoundError
from docent.grants import reader_of
from docent.settings import read_settings
from docent.turn_progress import Turning
from show_turn.shown_turns import document_ids_of, to_shown

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    callers_table: str
    documents_table: str
    grants_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show(request: Request) -> Reply:
    now, ids = time.time(), (request.path["conversation_id"], request.path["turn_id"])
    turning = Turning(settings().callers_table, request.caller, *ids)
    # The progress first: its answer is kept before it ends.
    progress = turning.read()
    turn = read_turn(settings().callers_table, request.caller, *ids, now)
    if progress is None and turn is None:
        raise NotFoundError("There is no such turn in your conversations.")
    rows = read_rows(settings().documents_table, document_ids_of(turn, progress))
    shown = to_shown(turning, turn, progress, rows, settings().derived_bucket, now)
    logger.info("turn shown", status=shown["status"], withheld=shown["withheld"])
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show, settings().allowed_origins, logger, identify=reader)
