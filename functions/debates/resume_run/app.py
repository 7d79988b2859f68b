"""Go on with a run of debates: POST /debates/{run_id}/resume of openapi.yaml.

in   a request of API Gateway
out  202 with a `RunState`; a problem: NotFoundError, RunBusyError, NotStartedError

What was argued and judged is not paid for again. A run that was judged tries again what failed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import executions
from docent.api import Reply, Request, serve
from docent.debate_runs import RESUMABLE, find_owned_run, resuming_event
from docent.errors.debates import RunBusyError, RunNotStartedError
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    debates_table: str
    run_debates_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def resume_run(request: Request) -> Reply:
    row = find_owned_run(settings().debates_table, request.path["run_id"], request.caller)
    if row.is_busy:
        raise RunBusyError(f"The run {row.name} is at work.")
    if row.status not in RESUMABLE:
        raise RunNotStartedError(f"The run {row.name} was never started.")
    executions.start(settings().run_debates_arn, resuming_event(row))
    logger.info("run resumed", run_id=row.run_id)
    return Reply({"run_id": row.run_id, "status": row.status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, resume_run, settings().allowed_origins, logger)
