"""Announce a document, and get an upload for exactly that file: POST /documents of openapi.yaml.

in   a request of API Gateway, its body a `NewDocument`
out  201 with an `Upload`; a problem: InvalidRequestError, InvalidReadersError, TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from create_upload.document_uploads import plan_document
from docent.api import Reply, Request, serve
from docent.settings import read_settings
from docent.throttling import count_request

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    callers_table: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def create_upload(request: Request) -> Reply:
    now = time.time()
    count_request(settings().callers_table, request.caller, "upload", settings().requests_per_minute, now)
    upload = plan_document(request.caller, request.body, settings().source_bucket)
    logger.info("upload announced", document_id=upload.own_id, size_bytes=upload.size_bytes)
    return Reply({"document_id": upload.own_id, "upload": upload.signed(now)}, 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_upload, settings().allowed_origins, logger)
