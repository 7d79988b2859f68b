"""One document, its states and a page of its images: GET /documents/{document_id} of openapi.yaml.

in   a request of API Gateway, its query `limit` and `next`
out  200 with `DocumentDetails`; a problem: NotFoundError, InvalidRequestError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.grants import reader_of
from docent.ownership import find_readable
from docent.prices import prices_of
from docent.settings import read_settings
from show_document.document_details import details
from show_document.execution_states import read_states
from show_document.image_pages import read_page
from show_document.shared_images import also_in

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    documents_table: str
    grants_table: str
    images_table: str
    model_id: str
    input_token_price: float
    output_token_price: float
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_document(request: Request) -> Reply:
    row = find_readable(settings().documents_table, request.path["document_id"], request.caller)
    states = read_states(row.values.get("execution_arn", ""))
    shown = details(row, request.caller) | {"states": states, "pictures": []}
    if row.is_answered_from:
        place, limit = request.query.get("next"), request.query["limit"]
        prices = prices_of(settings().model_id, settings().input_token_price, settings().output_token_price)
        shown |= read_page(settings().derived_bucket, row, place, limit, row.is_owned_by(request.caller), prices)
        image_ids = [image["picture_id"] for image in shown["pictures"]]
        tables = settings().images_table, settings().documents_table
        others = also_in(*tables, image_ids, row.document_id, request.caller)
        shown["pictures"] = [image | {"also_in": others[image["picture_id"]]} for image in shown["pictures"]]
    logger.info("document shown", document_id=row.document_id, images=len(shown["pictures"]))
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show_document, settings().allowed_origins, logger, identify=reader)
