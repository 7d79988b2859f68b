"""Change who may read a document of the caller's own: PUT /documents/{document_id}/readers of openapi.yaml.

in   a request of API Gateway, its body `Readers`
out  202 with a `DocumentStatus`; a problem: InvalidReadersError, NotTheirsError, NotFoundError

The row comes first: users who may not read it any more are refused from then on. The copy then starts ingest_document,
which tells the index and the reading lists.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from change_readers.reader_changes import copy_with_readers, note_readers
from docent.api import Reply, Request, serve
from docent.grants import reader_of
from docent.ownership import find_owned, not_found, readers_named_by
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


def change_readers(request: Request) -> Reply:
    table, document_id = settings().documents_table, request.path["document_id"]
    row = find_owned(table, document_id, request.caller)
    if not row.is_answered_from:
        raise not_found()
    readers = readers_named_by(request.caller, request.body).to_text()
    note_readers(table, row, readers)
    copy_with_readers(settings().source_bucket, row.key, readers)
    logger.info("readers changed", document_id=document_id, generation=row.generation)
    return Reply({"document_id": document_id, "status": "INGESTING"}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, change_readers, settings().allowed_origins, logger, identify=reader)
