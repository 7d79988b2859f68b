"""Delete a run of debates with all that it left: DELETE /debates/{run_id} of openapi.yaml.

in   a request of API Gateway
out  204; a problem: NotFoundError, RunBusyError

Its row goes last, so that a deletion that was cut off can be repeated. A file of a group stays where it is.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from delete_run.run_files import delete_files
from docent.api import Reply, Request, serve
from docent.debate_runs import find_owned_run, run_key
from docent.derived_keys import debates_prefix
from docent.errors.debates import RunBusyError
from docent.objects import delete_prefix
from docent.owned_rows import leave_tombstone
from docent.settings import read_settings

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


def delete_run(request: Request) -> Reply:
    row = find_owned_run(settings().debates_table, request.path["run_id"], request.caller)
    if row.is_busy:
        raise RunBusyError(f"The run {row.name} is at work.")
    delete_files(row)
    delete_prefix(settings().derived_bucket, debates_prefix(row.run_id))
    leave_tombstone(settings().debates_table, run_key(row.run_id), row.generation, time.time())
    logger.info("run deleted", run_id=row.run_id)
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, delete_run, settings().allowed_origins, logger)
