"""Make the parts of an upload a document: POST /documents/uploads/complete of openapi.yaml.

in   a request of API Gateway, its body an `UploadedParts`
out  202 with a `DocumentStatus`; a problem: InvalidRequestError, NotFoundError
"""

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.document_rows import upload_key
from docent.documents import document_id_of
from docent.multipart_uploads import PartsUpload
from docent.settings import read_settings
from docent.upload_forms import named_upload

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def complete(request: Request) -> Reply:
    bucket, body = settings().source_bucket, request.body
    _, key = named_upload(body["file_name"], partial(upload_key, request.caller))
    PartsUpload(bucket, key, body["upload_id"]).complete(int(body["size_bytes"]))
    document_id = document_id_of(bucket, key)
    logger.info("upload in parts completed", document_id=document_id)
    return Reply({"document_id": document_id, "status": "INGESTING"}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, complete, settings().allowed_origins, logger)
