"""Delete a job with all that it left: DELETE /summaries/{job_id} of openapi.yaml.

in   a request of API Gateway
out  204; a problem: NotFoundError, JobBusyError

Its row goes last, so that a deletion that was cut off can be repeated. Transcripts of a group stay where they are.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from delete_job.deleted_jobs import delete_transcripts
from docent.api import Reply, Request, serve
from docent.derived_keys import JobKeys
from docent.errors.summaries import JobBusyError
from docent.objects import delete_prefix
from docent.owned_rows import leave_tombstone
from docent.settings import read_settings
from docent.summary_jobs import find_owned_job, job_key

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    derived_bucket: str
    summaries_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def delete_job(request: Request) -> Reply:
    row = find_owned_job(settings().summaries_table, request.path["job_id"], request.caller)
    if row.is_busy:
        raise JobBusyError(f"The job {row.name} is at work.")
    delete_transcripts(settings().source_bucket, row)
    delete_prefix(settings().derived_bucket, JobKeys(row.job_id).prefix)
    leave_tombstone(settings().summaries_table, job_key(row.job_id), row.generation, time.time())
    logger.info("job deleted", job_id=row.job_id)
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, delete_job, settings().allowed_origins, logger)
