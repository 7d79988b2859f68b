"""Show one conversation of the caller, turn by turn. Called by API Gateway: GET /conversations/{conversation_id}."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.conversations import read_conversation, read_turns
from docent.document_rows import read_rows
from docent.grants import reader_of
from docent.settings import read_settings
from show_conversation.shown_conversations import to_shown

logger = Logger()
tracer = Tracer()

# The newest turns: API Gateway takes no reply of more than 10 MB from a function, and Lambda gives none of more than 6.
MAX_TURNS = 200


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
    table, conversation_id = settings().callers_table, request.path["conversation_id"]
    conversation = read_conversation(table, request.caller, conversation_id, time.time())
    turns = read_turns(table, request.caller, conversation_id, MAX_TURNS)
    rows = read_rows(settings().documents_table, {each for turn in turns for each in turn.document_ids})
    shown = to_shown(conversation, turns, rows, request.caller, settings().derived_bucket)
    withheld = sum(turn["withheld"] for turn in shown["turns"])
    logger.info("conversation shown", turns=len(turns), withheld=withheld)
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show, settings().allowed_origins, logger, identify=reader)
