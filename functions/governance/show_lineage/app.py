"""Where answers come from: GET /documents/{document_id}/lineage and GET /products/{product_id}/lineage of openapi.yaml.

in   a request of API Gateway
out  200 with `DocumentLineage` or `ProductLineage`; a problem: NotFoundError

A document and its images are shown to those who can read it now, with their own answers that cite it. Its owner, and
those who look after its data product, also see who else got answers from it and how many, but never what was asked.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.document_rows import DocumentRow
from docent.grants import reader_of
from docent.ownership import find_readable
from docent.settings import read_settings
from governing.access_policy import is_shown_to, looks_after
from governing.product_documents import quality_of, rows_of
from governing.products import find_product, no_such_product, read_product
from show_lineage.cited_answers import CitedAnswers
from show_lineage.document_parts import parts_of
from show_lineage.product_lineage import product_lineage

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    products_table: str
    grants_table: str
    readers_table: str
    documents_table: str
    callers_table: str
    derived_bucket: str
    search_index: str
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show(request: Request[Caller]) -> Reply:
    if document_id := request.path.get("document_id"):
        return Reply(of_document(request.caller, document_id))
    return Reply(of_product(request.caller, request.path["product_id"]))


def of_document(caller: Caller, document_id: str) -> dict[str, Any]:
    row = find_readable(settings().documents_table, document_id, caller)
    answers = CitedAnswers(settings().callers_table, caller, time.time())
    parts = parts_of(settings().derived_bucket, row, settings().search_index)
    everybodys = answers.everybodys([row]) if looks_after_document(caller, row) else None
    logger.info("lineage shown", document_id=document_id, images=len(parts["images"]))
    return parts | {"answers": answers.told([row], answers.own([row]), everybodys)}


def looks_after_document(caller: Caller, row: DocumentRow) -> bool:
    """Its owner, the owner of a data product that it belongs to, and stewards if it belongs to one."""
    if row.is_owned_by(caller):
        return True
    products = [read_product(settings().products_table, each) for each in row.readers.products]
    return any(each and looks_after(caller, each, settings().stewards_group) for each in products)


def of_product(caller: Caller, product_id: str) -> dict[str, Any]:
    product = find_product(settings().products_table, product_id)
    if not is_shown_to(caller, product, settings().stewards_group):
        raise no_such_product()
    rows = rows_of(settings().readers_table, settings().documents_table, product_id)
    answers = CitedAnswers(settings().callers_table, caller, time.time())
    everybody = looks_after(caller, product, settings().stewards_group)
    logger.info("lineage shown", product_id=product_id, documents=len(rows))
    quality = {"product_id": product_id, "name": product.name, "quality": quality_of(rows)}
    return quality | product_lineage(caller, rows, answers, everybody=everybody)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show, settings().allowed_origins, logger, identify=reader)
