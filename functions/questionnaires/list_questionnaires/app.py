"""The questionnaires that the caller can read, newest first: GET /questionnaires of openapi.yaml.

in   a request of API Gateway, its query `limit` and `next`
out  200 with `Questionnaires`; a problem: InvalidRequestError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.settings import read_settings
from list_questionnaires.reader_entries import page

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_questionnaires(request: Request) -> Reply:
    limit, place = request.query["limit"], request.query.get("next")
    rows, following = page(settings().questionnaires_table, request.caller, limit, place)
    logger.info("questionnaires listed", count=len(rows))
    more = {"next": following} if following else {}
    return Reply({"questionnaires": [row.to_json(request.caller) for row in rows], **more})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, list_questionnaires, settings().allowed_origins, logger)
