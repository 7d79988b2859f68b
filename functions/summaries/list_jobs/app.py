"""The caller's jobs, newest first: GET /summaries of openapi.yaml.

in   a request of API Gateway, its query `limit` and `next`
out  200 with `Jobs`; a problem: InvalidRequestError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.owned_rows import page
from docent.settings import read_settings
from docent.summary_jobs import JobRow

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    summaries_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_jobs(request: Request) -> Reply:
    limit, place = request.query["limit"], request.query.get("next")
    items, following = page(settings().summaries_table, "job_id", request.caller, limit, place)
    rows = [JobRow.from_item(item) for item in items]
    logger.info("jobs listed", count=len(rows))
    more = {"next": following} if following else {}
    return Reply({"jobs": [row.to_json() for row in rows], **more})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, list_jobs, settings().allowed_origins, logger)
