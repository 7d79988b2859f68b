"""Keep what the caller thinks of an answer: PUT /conversations/{conversation_id}/turns/{turn_id}/feedback.

in   a request of API Gateway, its body `Feedback`
out  204; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.conversations import Feedback, give_feedback
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


def give(request: Request) -> Reply:
    path, feedback = request.path, Feedback.from_json(request.body)
    table = settings().callers_table
    give_feedback(table, request.caller, path["conversation_id"], path["turn_id"], feedback, time.time())
    logger.info("feedback kept", helpful=feedback.helpful)
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, give, settings().allowed_origins, logger)
