"""Start a run of debates: POST /debates/{run_id}/start of openapi.yaml.

in   a request of API Gateway, its body `RunOptions`
out  202 with a `RunState`; a problem: NotFoundError, RunBusyError, TooManyRequestsError

It copies the uploaded cases to the run's file, with the options as metadata; S3's event starts the workflow, which
claims the run. Without a new upload the run's file is copied onto itself, which is a new generation of the run.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.debate_runs import find_owned_run
from docent.errors.debates import RunBusyError
from docent.settings import read_settings
from docent.throttling import count_request
from start_run.run_files import put_run_file

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    debates_table: str
    callers_table: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def start_run(request: Request) -> Reply:
    count_request(settings().callers_table, request.caller, "debate", settings().requests_per_minute, time.time())
    row = find_owned_run(settings().debates_table, request.path["run_id"], request.caller)
    if row.is_busy:
        raise RunBusyError(f"The run {row.name} is at work.")
    put_run_file(row, request.body)
    logger.info("run started", run_id=row.run_id)
    return Reply({"run_id": row.run_id, "status": row.status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, start_run, settings().allowed_origins, logger)
