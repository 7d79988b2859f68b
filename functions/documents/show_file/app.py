"""A link to the file of one document: GET /documents/{document_id}/file of openapi.yaml.

in   a request of API Gateway
out  200 with a `FileLink`; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.clients import s3
from docent.document_rows import DocumentRow
from docent.executions import moment
from docent.grants import reader_of
from docent.ownership import find_readable, not_found
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()

LIFETIME = 300  # seconds


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    grants_table: str
    source_bucket: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def signed(row: DocumentRow) -> str:
    """Of the upload that the row is about, even if there is a newer one. A file is shown as a PDF, whatever its
    uploader called it, so that no browser runs it."""
    version = row.values.get("version_id", "null")
    where = {"Bucket": settings().source_bucket, "Key": row.key} | ({"VersionId": version} if version != "null" else {})
    name = quote(row.file_name.rpartition("/")[2], safe="")
    shown = {
        "ResponseContentType": "application/pdf",
        "ResponseContentDisposition": f"inline; filename*=UTF-8''{name}",
    }
    return s3().generate_presigned_url("get_object", Params=where | shown, ExpiresIn=LIFETIME)


def show_file(request: Request) -> Reply:
    row = find_readable(settings().documents_table, request.path["document_id"], request.caller)
    if not row.is_answered_from:
        raise not_found()
    ends = datetime.fromtimestamp(time.time() + LIFETIME, UTC)
    logger.info("file linked", document_id=row.document_id, generation=row.generation)
    return Reply({"url": signed(row), "expires_at": moment(ends)})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show_file, settings().allowed_origins, logger, identify=reader)
