"""Start a batch job of Bedrock, or find the one that is there. Called by summarize_transcripts, which then waits.

in   {"job_id", "generation", "execution_arn", "input": {bucket, prefix}, "task_token"}
out  nothing: resume_batch ends the waiting, or this function if the batch job that it finds has ended already

The name and the `clientRequestToken` of the batch job are derived from the input, so that it is not started twice. The
token is kept before the batch job begins, so that its first event finds it. Raises SupersededJobError, and
BudgetUsedUpError.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import batch_jobs
from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.errors.summaries import SupersededJobError
from docent.settings import read_settings
from docent.summary_jobs import read_job, update_job
from docent.usage import UsageSettings, check_budget
from start_batch.batch_orders import BatchOrder, create, digest_of, named

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    summaries_table: str
    model_id: str
    batch_role_arn: str
    batch_timeout_hours: int


@cache
def settings() -> Settings:
    return read_settings(Settings)


def keep(event: dict[str, Any], batch: dict[str, Any]) -> None:
    """Raises SupersededJobError if this execution has lost the job."""
    kept = update_job(
        settings().summaries_table,
        event["job_id"],
        "SET #batch = :batch, task_token = :token, updated_at = :now",
        "execution_arn = :execution AND generation = :generation AND #status <> :stopped",
        {
            "batch": batch,
            "token": event["task_token"],
            "execution": event["execution_arn"],
            "generation": event["generation"],
            "stopped": "STOPPED",
            "now": now_text(),
        },
        "a batch job was announced",
    )
    if not kept:
        raise SupersededJobError(f"The job {event['job_id']} was stopped, deleted or put again.")


def start_batch(event: dict[str, Any]) -> None:
    job_id, given = event["job_id"], event["input"]
    bucket, prefix = given["bucket"], given["prefix"]
    name = batch_jobs.name_of(job_id, digest_of(bucket, prefix, event["generation"]))
    keep(event, {"name": name, "status": "Submitted", "at": now_text()})
    arn = named(name)
    if arn is None:
        check_budget()
        output = f"s3://{bucket}/{JobKeys(job_id).output(1)}"
        order = BatchOrder(name, settings().model_id, settings().batch_role_arn, f"s3://{bucket}/{prefix}", output)
        arn = create(order, settings().batch_timeout_hours)
        metrics.add_metric("BatchJobsStarted", MetricUnit.Count, 1)
    row = read_job(settings().summaries_table, job_id)
    if row is None or row.values.get("execution_arn") != event["execution_arn"] or row.status == "STOPPED":
        # A stop in the meantime could not know the batch job yet.
        batch_jobs.stop(arn)
        raise SupersededJobError(f"The job {job_id} was stopped, deleted or put again.")
    batch = batch_jobs.follow(settings().summaries_table, row, arn)
    logger.info("batch job started", job_id=job_id, batch_job=arn, status=batch["status"])


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    start_batch(event)
