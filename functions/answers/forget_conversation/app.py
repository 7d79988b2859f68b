"""Forget one conversation of the caller. Called by API Gateway: DELETE /conversations/{conversation_id}."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.conversations import forget_conversation
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    callers_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def forget(request: Request) -> Reply:
    forget_conversation(settings().callers_table, request.caller, request.path["conversation_id"], time.time())
    logger.info("conversation forgotten")
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, forget, settings().allowed_origins, logger)
