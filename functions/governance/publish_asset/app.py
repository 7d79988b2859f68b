"""Publish data products to Amazon DataZone. Called for events about documents, by the queue ProductsToPublish, and by
the stream of the products table.

in   records of the queue, whose bodies are events such as DocumentIngested; or records of the stream
out  {"changes"}, the number of revisions that were published or taken back

The order of the records does not matter: what is published is what the tables say now.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.settings import read_settings
from governing.datazone import Domain
from publish_asset.catalog_entries import Entries
from publish_asset.changed_products import products_of
from publish_asset.product_assets import Catalog

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    products_table: str
    readers_table: str
    documents_table: str
    catalog_table: str
    datazone_domain_id: str
    datazone_project_id: str
    governance_role_arn: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def publish(records: list[dict[str, Any]]) -> dict[str, Any]:
    known = settings()
    domain = Domain(known.datazone_domain_id, known.datazone_project_id, known.governance_role_arn)
    entries = Entries(known.catalog_table)
    catalog = Catalog(domain, entries, known.products_table, known.readers_table, known.documents_table)
    changes = 0
    for product_id in products_of(records, known.documents_table):
        made = catalog.publish(product_id)
        logger.info("product published", product_id=product_id, changes=made)
        changes += made
    return {"changes": changes}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return publish(event["Records"])
