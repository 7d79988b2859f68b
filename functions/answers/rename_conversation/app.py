"""Give a conversation of the caller another title. Called by API Gateway: PATCH /conversations/{conversation_id}.

in   a request of API Gateway, its body `Title`
out  204; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.conversations import rename_conversation
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


def rename(request: Request) -> Reply:
    table, conversation_id = settings().callers_table, request.path["conversation_id"]
    rename_conversation(table, request.caller, conversation_id, request.body["title"].strip(), time.time())
    logger.info("conversation renamed")
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, rename, settings().allowed_origins, logger)
