"""Stop a run of debates: POST /debates/{run_id}/stop of openapi.yaml.

in   a request of API Gateway
out  202 with a `RunState`; a problem: NotFoundError

The row comes first: its workflow then writes nothing any more. What was argued and judged is kept.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import executions
from docent.api import Reply, Request, serve
from docent.clock import now_text
from docent.debate_runs import find_owned_run, mark_stopped
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    debates_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def stop_run(request: Request) -> Reply:
    row, status = find_owned_run(settings().debates_table, request.path["run_id"], request.caller), "STOPPED"
    if row.is_busy and mark_stopped(settings().debates_table, row, now_text()):
        executions.stop(row.values["execution_arn"], "Stopped", "Its owner stopped it.")
    else:
        status = row.status
    logger.info("run stopped", run_id=row.run_id, status=status)
    return Reply({"run_id": row.run_id, "status": status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, stop_run, settings().allowed_origins, logger)
