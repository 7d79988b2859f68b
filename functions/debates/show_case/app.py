"""One case of a run of debates as a conversation: GET /debates/{run_id}/cases/{number} of openapi.yaml.

in   a request of API Gateway
out  200 with `CaseDetails`, of a run at work with what has been said until now; a problem: NotFoundError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.debate_runs import find_owned_run
from docent.errors import NotFoundError
from docent.errors.ingest import MissingDocumentError
from docent.settings import read_settings
from show_case.conversations import conversation_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    debates_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_case(request: Request) -> Reply:
    row = find_owned_run(settings().debates_table, request.path["run_id"], request.caller)
    number = int(request.path["number"])
    if "prepared" not in row.values:
        raise NotFoundError("There is no such case.")
    try:
        told = conversation_of(settings().derived_bucket, row, number)
    except MissingDocumentError as error:
        raise NotFoundError("There is no such case.") from error
    logger.info("case shown", run_id=row.run_id, number=number)
    return Reply(told)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_case, settings().allowed_origins, logger)
