"""One job, how far it is, and links to what it left: GET /summaries/{job_id} of openapi.yaml.

in   a request of API Gateway
out  200 with `JobDetails`; a problem: NotFoundError

Summaries quote their transcripts. So they are withheld, as transcripts are, from an owner who has left the group of the
folder.

Bedrock sends no event while the counts of a batch job change: they are asked for here when somebody looks.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import batch_jobs
from docent.api import Reply, Request, serve
from docent.errors import TransientError
from docent.settings import read_settings
from docent.summary_jobs import JobRow, find_owned_job, may_read_folder
from show_job.job_details import details_of, is_out_of_date, links_to

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


def batch_of(row: JobRow) -> dict[str, Any]:
    """As Bedrock tells it, or, if it does not answer now, as it told it last."""
    if not is_out_of_date(row, time.time()):
        return dict(row.batch)
    try:
        return batch_jobs.keep(settings().summaries_table, row, row.batch["arn"])
    except TransientError as error:
        logger.warning("batch job not looked up", job_id=row.job_id, error=type(error).__name__)
        return dict(row.batch)


def show_job(request: Request) -> Reply:
    row = find_owned_job(settings().summaries_table, request.path["job_id"], request.caller)
    result = result_of(row) if may_read_folder(row.prefix, request.caller) else {"withheld": True}
    logger.info("job shown", job_id=row.job_id, status=row.status)
    return Reply(details_of(row, batch_of(row)) | result)


def result_of(row: JobRow) -> dict[str, Any]:
    """The counts are written when the report is there."""
    return {"links": links_to(settings().derived_bucket, row, time.time())} if "counts" in row.values else {}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_job, settings().allowed_origins, logger)
