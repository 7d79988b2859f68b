"""Ingest a document again: POST /operations/reingest of openapi.yaml.

in   a request of API Gateway, its body `{"document_id"}`
out  202 with a `DocumentStatus`; a problem: NotAnOperatorError, NotFoundError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.api import Reply, Request, serve
from docent.clients import s3
from docent.document_rows import read_rows
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.objects import MISSING_CODES, copy_onto_itself
from docent.ownership import check_operator, not_found
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    source_bucket: str
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def reingest_document(request: Request) -> Reply:
    check_operator(request.caller, settings().operators_group)
    document_id = request.body["document_id"]
    row = read_rows(settings().documents_table, [document_id]).get(document_id)
    if row is None:
        raise not_found()
    try:
        copy_onto_itself(s3(), settings().source_bucket, row.key)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in MISSING_CODES:
            raise NotFoundError(f"{row.file_name} is no longer in its bucket.") from error
        raise from_aws(error, "a document was copied", MisconfiguredError) from error
    logger.info("document ingested again", document_id=document_id)
    return Reply({"document_id": document_id, "status": row.status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, reingest_document, settings().allowed_origins, logger)
