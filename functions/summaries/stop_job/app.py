"""Stop a job and its batch job: POST /summaries/{job_id}/stop of openapi.yaml.

in   a request of API Gateway
out  202 with a `StoppedJob`; a problem: NotFoundError

The row comes first: its workflow then writes nothing any more, and a batch job that is being created is stopped by
start_batch.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import batch_jobs
from docent.api import Reply, Request, serve
from docent.clock import now_text
from docent.settings import read_settings
from docent.summary_jobs import JobRow, find_owned_job
from stop_job.charges import charged
from stop_job.stopped_jobs import answered_on_demand, mark_stopped, stop_execution

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    summaries_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def stop(row: JobRow) -> str:
    if not (row.is_busy and mark_stopped(settings().summaries_table, row, now_text())):
        return row.status
    stop_execution(row.values["execution_arn"])
    if arn := row.batch.get("arn"):
        batch_jobs.stop(arn)
    return "STOPPED"


def stop_job(request: Request) -> Reply:
    row = find_owned_job(settings().summaries_table, request.path["job_id"], request.caller)
    status = stop(row)
    batch = batch_jobs.look_up(row.batch["arn"]) if "arn" in row.batch else {}
    on_demand = answered_on_demand(settings().derived_bucket, row.job_id)
    logger.info("job stopped", job_id=row.job_id, status=status)
    told = charged(row, batch, on_demand)
    return Reply({"job_id": row.job_id, "status": status, "charged": told}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, stop_job, settings().allowed_origins, logger)
