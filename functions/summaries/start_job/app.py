"""Start a job: POST /summaries/{job_id}/start of openapi.yaml.

in   a request of API Gateway, its body `JobOptions`
out  202 with a `JobState`; a problem: NotFoundError, JobBusyError, TooManyRequestsError

It puts job.json beside the transcripts; S3's event starts the workflow, which claims the job.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.documents import ObjectPointer
from docent.errors.summaries import JobBusyError
from docent.objects import write_json
from docent.settings import read_settings
from docent.summary_jobs import JOB_FILE, find_owned_job
from docent.throttling import count_request
from start_job.job_options import keep_options

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    summaries_table: str
    callers_table: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def start_job(request: Request) -> Reply:
    count_request(settings().callers_table, request.caller, "summary", settings().requests_per_minute, time.time())
    row = find_owned_job(settings().summaries_table, request.path["job_id"], request.caller)
    if row.is_busy:
        raise JobBusyError(f"The job {row.name} is at work.")
    keep_options(settings().summaries_table, row, request.body)
    write_json(ObjectPointer(settings().source_bucket, f"{row.prefix}{JOB_FILE}"), request.body)
    logger.info("job started", job_id=row.job_id)
    return Reply({"job_id": row.job_id, "status": row.status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, start_job, settings().allowed_origins, logger)
