"""Begin the upload of a document in parts, or go on with one: POST /documents/uploads of openapi.yaml.

in   a request of API Gateway, its body a `NewPartsUpload`
out  201 with a `PartsUpload`; a problem: InvalidRequestError, InvalidReadersError, TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.document_rows import upload_key
from docent.documents import document_id_of
from docent.multipart_uploads import PartsUpload, begin_upload, check_parts
from docent.ownership import readers_named_by
from docent.readers import METADATA
from docent.settings import read_settings
from docent.throttling import count_request
from docent.upload_forms import named_upload

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


def begin(request: Request) -> Reply:
    now, body, bucket = time.time(), request.body, settings().source_bucket
    count_request(settings().callers_table, request.caller, "upload", settings().requests_per_minute, now)
    size_bytes, checksums = int(body["size_bytes"]), body["parts"]
    check_parts(size_bytes, checksums)
    _, key = named_upload(body["file_name"], partial(upload_key, request.caller))
    readers = readers_named_by(request.caller, body.get("readers", {})).to_text()

    upload = PartsUpload(bucket, key, body.get("upload_id", ""))
    if not upload.goes_on:
        upload = begin_upload(bucket, key, "application/pdf", {METADATA: readers})
    document_id = document_id_of(bucket, key)
    logger.info("upload in parts announced", document_id=document_id, size_bytes=size_bytes)
    return Reply({"document_id": document_id} | upload.to_json(size_bytes, checksums, now), 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, begin, settings().allowed_origins, logger)
