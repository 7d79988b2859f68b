"""Keep how far batch jobs are, and let the workflows of those that have ended go on.

in   an event `Batch Inference Job State Change` of Bedrock; or `{}`, once a day, for all jobs that wait, because an
     event can be lost
out  {"followed": n}, the number of jobs

The event only says where to look, and Bedrock is asked for the status. So events can come twice and in any order, and
those of other batch jobs are ignored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import batch_jobs
from docent.errors import DocentError
from docent.settings import read_settings
from docent.summary_jobs import JobRow, read_job, waiting_jobs

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    summaries_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def jobs_about(event: dict[str, Any]) -> Iterable[tuple[JobRow, str]]:
    """The jobs to look at, each with its batch job's ARN."""
    table = settings().summaries_table
    if detail := event.get("detail"):
        job_id = batch_jobs.job_id_of(detail["batchJobName"])
        row = read_job(table, job_id) if job_id else None
        if row and row.batch.get("name") == detail["batchJobName"]:
            yield row, detail["batchJobArn"]
    else:
        yield from ((row, row.batch["arn"]) for row in waiting_jobs(table) if "arn" in row.batch)


def resume(event: dict[str, Any]) -> int:
    """One job that cannot be looked at does not hold up the others: the first error is raised at the end."""
    errors: list[DocentError] = []
    count = 0
    for row, arn in jobs_about(event):
        try:
            batch = batch_jobs.follow(settings().summaries_table, row, arn)
        except DocentError as error:
            logger.warning("batch job not looked up", job_id=row.job_id, error=type(error).__name__)
            errors.append(error)
        else:
            count += 1
            logger.info("batch job looked up", job_id=row.job_id, status=batch["status"])
    if errors:
        raise errors[0]
    return count


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return {"followed": resume(event)}
