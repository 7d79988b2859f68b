"""Make a job for transcripts, and get an upload form for them: POST /summaries of openapi.yaml.

in   a request of API Gateway, its body a `NewJob`
out  201 with a `CreatedJob`; a problem: InvalidRequestError, NotFoundError, JobBusyError, TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from create_job.announced_jobs import announce
from create_job.transcript_folders import folder_of, upload_form
from docent.api import Reply, Request, serve
from docent.documents import document_id_of
from docent.settings import read_settings
from docent.summary_jobs import JOB_FILE
from docent.throttling import count_request

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


def create_job(request: Request) -> Reply:
    now, bucket = time.time(), settings().source_bucket
    count_request(settings().callers_table, request.caller, "summary", settings().requests_per_minute, now)
    prefix = folder_of(request.body, request.caller, bucket)
    job_id = document_id_of(bucket, f"{prefix}{JOB_FILE}")
    announce(settings().summaries_table, job_id, request.caller, {"bucket": bucket, "prefix": prefix}, now)
    logger.info("job created", job_id=job_id)
    upload = {"upload": upload_form(bucket, prefix, now)} if "name" in request.body else {}
    return Reply({"job_id": job_id, "source": f"s3://{bucket}/{prefix}", **upload}, 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_job, settings().allowed_origins, logger)
