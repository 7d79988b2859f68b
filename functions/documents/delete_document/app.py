"""Remove a document of the caller's own: DELETE /documents/{document_id} of openapi.yaml.

in   a request of API Gateway
out  202 with a `DocumentStatus`; a problem: NotTheirsError, NotFoundError

The object's deletion is what starts remove_document. It comes first: if marking the row fails after it, the
document is removed all the same; a mark without a deletion would say REMOVING for ever.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from delete_document.document_removal import delete_object, mark_removing
from docent.api import Reply, Request, serve
from docent.grants import reader_of
from docent.ownership import find_owned
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    grants_table: str
    source_bucket: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def delete_document(request: Request) -> Reply:
    document_id = request.path["document_id"]
    row = find_owned(settings().documents_table, document_id, request.caller)
    if row.is_answered_from:
        delete_object(settings().source_bucket, row.key)
        mark_removing(settings().documents_table, row, time.time())
        logger.info("document deleted", document_id=document_id, generation=row.generation)
    status = row.status if row.status == "REMOVED" else "REMOVING"
    return Reply({"document_id": document_id, "status": status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, delete_document, settings().allowed_origins, logger, identify=reader)
