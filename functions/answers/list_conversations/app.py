"""List the caller's conversations, newest first. Called by API Gateway: GET /conversations."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.conversations import list_conversations
from docent.settings import read_settings
from list_conversations.conversation_pages import place_of, to_page

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    callers_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_page(request: Request) -> Reply:
    place, limit = place_of(request.query.get("next")), request.query["limit"]
    found = list_conversations(settings().callers_table, request.caller, limit, place, time.time())
    logger.info("conversations listed", count=len(found[0]))
    return Reply(to_page(*found))


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, list_page, settings().allowed_origins, logger)
