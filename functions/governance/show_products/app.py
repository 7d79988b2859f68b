"""The catalogue of data products, and one of them: GET /products and GET /products/{product_id} of openapi.yaml.

in   a request of API Gateway, its query `text`, `classification` and `owned`
out  200 with `Products` or `ProductDetails`; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.grants import with_products
from docent.settings import read_settings
from governing.access_policy import is_shown_to, looks_after
from governing.product_documents import quality_of, rows_of
from governing.products import Product, every_product, find_product, no_such_product
from show_products.catalogue import Wanted

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    products_table: str
    grants_table: str
    readers_table: str
    documents_table: str
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show(request: Request[Caller]) -> Reply:
    caller = with_products(request.caller, settings().grants_table, time.time())
    if product_id := request.path.get("product_id"):
        product = find_product(settings().products_table, product_id)
        if not is_shown_to(caller, product, settings().stewards_group):
            raise no_such_product()
        rows = rows_of(settings().readers_table, settings().documents_table, product_id)
        return Reply(shown(caller, product) | {"quality": quality_of(rows)})
    wanted = Wanted.of(request.query, caller)
    products = [
        each
        for each in every_product(settings().products_table)
        if is_shown_to(caller, each, settings().stewards_group) and wanted.matches(each)
    ]
    products.sort(key=lambda each: (each.name.casefold(), each.product_id))
    logger.info("products listed", count=len(products))
    return Reply({"products": [shown(caller, each) for each in products]})


def shown(caller: Caller, product: Product) -> dict[str, Any]:
    return product.to_json() | {
        "granted": product.product_id in caller.products,
        "managed": looks_after(caller, product, settings().stewards_group),
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show, settings().allowed_origins, logger)
