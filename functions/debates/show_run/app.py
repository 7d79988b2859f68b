"""One run of debates, and links to what it left: GET /debates/{run_id} of openapi.yaml.

in   a request of API Gateway
out  200 with `RunDetails`; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.debate_runs import find_owned_run
from docent.settings import read_settings
from show_run.run_details import details_of, links_to

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


def show_run(request: Request) -> Reply:
    row = find_owned_run(settings().debates_table, request.path["run_id"], request.caller)
    # The counts are written when the report is there.
    links = {"links": links_to(settings().derived_bucket, row, time.time())} if "counts" in row.values else {}
    logger.info("run shown", run_id=row.run_id, status=row.status)
    return Reply(details_of(row) | links)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_run, settings().allowed_origins, logger)
