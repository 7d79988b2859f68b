"""The transcript that a summary was made of: GET /summaries/{job_id}/transcripts/{record_id} of openapi.yaml.

in   a request of API Gateway
out  200 with a `Transcript`; a problem: NotFoundError

It is shown as it was uploaded, and nothing in it is masked: to the owner of the job, as long as its folder is theirs or
that of a group they are in.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.errors import NotFoundError
from docent.settings import read_settings
from docent.summary_jobs import find_owned_job, may_read_folder
from show_transcript.found_transcripts import MOST_CHARACTERS, find_record, link_to, turns_in

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


def show_transcript(request: Request) -> Reply:
    row = find_owned_job(settings().summaries_table, request.path["job_id"], request.caller)
    names, bucket, record_id = JobKeys(row.job_id), settings().derived_bucket, request.path["record_id"]
    record = find_record(bucket, names, record_id) if may_read_folder(row.prefix, request.caller) else None
    if record is None:
        raise NotFoundError("There is no such transcript in this job.")
    shown = {"record_id": record_id, "source": record["source"].removeprefix(row.prefix)}
    shown |= link_to(ObjectPointer(settings().source_bucket, record["source"]), time.time())
    if record["characters"] <= MOST_CHARACTERS:
        shown["turns"] = turns_in(bucket, names, record)
    logger.info("transcript shown", job_id=row.job_id, record_id=record_id)
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_transcript, settings().allowed_origins, logger)
