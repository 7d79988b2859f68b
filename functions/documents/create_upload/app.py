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

from create_upload.upload_forms import LIFETIME, plan_upload
from docent.api import Reply, Request, serve
from docent.clients import s3
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
    upload = plan_upload(request.caller, request.body, settings().source_bucket)
    # Signed here, with the function's own permissions; S3 is not called.
    form = s3().generate_presigned_post(
        upload.bucket,
        upload.key,
        Fields=dict(upload.fields),
        Conditions=upload.conditions,
        ExpiresIn=LIFETIME,
    )
    logger.info("upload announced", document_id=upload.document_id, size_bytes=upload.size_bytes)
    return Reply(upload.to_json(form["url"], form["fields"], now), 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_upload, settings().allowed_origins, logger)
