"""Stop an answer that is being written: POST /conversations/{conversation_id}/turns/{turn_id}/stop of openapi.yaml.

in   a request of API Gateway
out  202; a problem: NotFoundError

The function that writes the answer stops at the end of the sentence; what has passed its checks stays the answer.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.settings import read_settings
from docent.turn_progress import Turning

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    callers_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def stop(request: Request) -> Reply:
    conversation_id, turn_id = request.path["conversation_id"], request.path["turn_id"]
    Turning(settings().callers_table, request.caller, conversation_id, turn_id).ask_to_stop()
    logger.info("answer stopped")
    return Reply({"conversation_id": conversation_id, "turn_id": turn_id}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, stop, settings().allowed_origins, logger)
