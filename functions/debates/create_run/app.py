"""Make a run of debates for a file of cases, and get an upload form for it: POST /debates of openapi.yaml.

in   a request of API Gateway, its body a `NewRun`
out  201 with a `CreatedRun`; a problem: InvalidRequestError, NotFoundError, RunBusyError, TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from create_run.announced_runs import announce
from create_run.case_files import key_of, upload_form
from docent.api import Reply, Request, serve
from docent.documents import document_id_of
from docent.settings import read_settings
from docent.throttling import count_request

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    debates_table: str
    callers_table: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def create_run(request: Request) -> Reply:
    now, bucket = time.time(), settings().source_bucket
    count_request(settings().callers_table, request.caller, "debate", settings().requests_per_minute, now)
    key = key_of(request.body, request.caller, bucket)
    run_id = document_id_of(bucket, key)
    announce(settings().debates_table, run_id, request.caller, {"bucket": bucket, "key": key}, now)
    logger.info("run created", run_id=run_id)
    upload = {"upload": upload_form(bucket, key, now)} if "name" in request.body else {}
    return Reply({"run_id": run_id, "source": f"s3://{bucket}/{key}", **upload}, 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_run, settings().allowed_origins, logger)
