"""The cases of a run of debates and how far each is: GET /debates/{run_id}/cases of openapi.yaml.

in   a request of API Gateway, its query `limit` and `next`
out  200 with `RunCases`; a problem: InvalidRequestError, NotFoundError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.debate_runs import find_owned_run
from docent.derived_keys import DebateKeys
from docent.settings import read_settings
from list_cases.case_pages import page

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


def list_cases(request: Request) -> Reply:
    row = find_owned_run(settings().debates_table, request.path["run_id"], request.caller)
    limit, place = request.query["limit"], request.query.get("next")
    cases, following = page(settings().derived_bucket, DebateKeys(row.run_id, row.generation), limit, place)
    logger.info("cases listed", run_id=row.run_id, count=len(cases))
    more = {"next": following} if following else {}
    return Reply({"cases": cases, **more})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, list_cases, settings().allowed_origins, logger)
