"""The documents the caller may read, by name or by upload: GET /documents of openapi.yaml.

in   a request of API Gateway, its query `limit`, `next`, `name`, `status`, `sort` and `order`
out  200 with `Documents`; a problem: InvalidRequestError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.document_rows import read_rows
from docent.grants import reader_of
from docent.readers import names_of
from docent.settings import read_settings
from list_documents.filters import Wanted
from list_documents.reading_lists import Place, ReadingLists, fill_page

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    grants_table: str
    readers_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_documents(request: Request) -> Reply:
    caller, limit = request.caller, request.query["limit"]
    wanted = Wanted(request.query.get("name", ""), request.query.get("status", ""))
    by_upload, backwards = request.query.get("sort") == "uploaded", request.query.get("order") == "descending"
    place = Place.from_next(request.query.get("next"), by_upload)
    lists = ReadingLists(settings().readers_table, tuple(names_of(caller)), limit + 1, by_upload, backwards)
    page = fill_page(
        place,
        lists.entries(place),
        rows=lambda document_ids: read_rows(settings().documents_table, document_ids),
        shown=lambda row, place: row.may_be_read_by(caller) and wanted.matches(row) and lists.stands_at(row, place),
        limit=limit,
    )
    logger.info("documents listed", count=len(page.rows), looked_at=page.looked_at)
    return Reply(page.to_json(caller))


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, list_documents, settings().allowed_origins, logger, identify=reader)
