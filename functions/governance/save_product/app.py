"""Make and change data products: POST /products and PUT /products/{product_id} of openapi.yaml.

in   a request of API Gateway, its body `NewProduct` or `ChangedProduct`
out  201 or 200 with a `Product`; a problem: ProductExistsError, ProductChangedError, ForbiddenByPolicyError,
     InvalidRequestError, NotFoundError

A product that is retired ends all grants for it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.clock import now_text
from docent.errors import InvalidRequestError
from docent.errors.governance import ForbiddenByPolicyError, ProductChangedError, ProductExistsError
from docent.settings import read_settings
from governing.access_changes import TableSettings
from governing.access_policy import is_steward, may_change
from governing.product_documents import has_documents
from governing.products import Product, find_product
from governing.subscriptions import subscriptions_for

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    readers_table: str
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def create_product(request: Request[Caller]) -> Reply:
    """The caller owns it. If documents already name the id, only a steward can create it: the documents are others'."""
    caller, body, at = request.caller, request.body, now_text()
    check_department(caller, body["department"])
    product_id = body["product_id"]
    if has_documents(settings().readers_table, product_id) and not is_steward(caller, settings().stewards_group):
        happened = f"Documents name {product_id} already, so only a steward can make a data product of this id."
        raise ForbiddenByPolicyError(happened)
    product = Product(
        product_id,
        body["name"],
        body.get("description", ""),
        tuple(body.get("terms", ())),
        body["classification"],
        caller.user,
        body["department"],
        "draft",
        at,
        at,
    )
    if not settings().tables.save_product(product, None, caller.user):
        raise ProductExistsError(f"There is a data product {product_id} already.")
    logger.info("product made", product_id=product_id)
    return Reply(product.to_json(), 201)


def change_product(request: Request[Caller]) -> Reply:
    caller, body, at = request.caller, dict(request.body), now_text()
    before = find_product(settings().products_table, request.path["product_id"])
    if body.pop("version") != before.version:
        raise ProductChangedError(f"{before.product_id} has changed since it was read.")
    if "terms" in body:
        body["terms"] = tuple(body["terms"])
    product = before.changed(at, **body)
    lowers = product.is_protected_less_than(before)
    decision = may_change(caller, before, settings().stewards_group, lowers=lowers)
    if not decision.is_allowed:
        by = f" ({', '.join(decision.policies)})" if decision.policies else ""
        raise ForbiddenByPolicyError(f"You may not change the data product {before.product_id}{by}.")
    if product.department != before.department:
        check_department(caller, product.department)
    if before.status == "retired" and product.status != "retired":
        raise refused("/body/status", "cannot change: a retired data product stays so")
    if before.is_published and product.status == "draft":
        raise refused("/body/status", "cannot be draft again")
    if not settings().tables.save_product(product, before, caller.user):
        raise ProductChangedError(f"{before.product_id} was changed by somebody else at the same time.")
    if product.status == "retired":
        end_grants(product, caller, at)
    logger.info("product changed", product_id=product.product_id, status=product.status)
    return Reply(product.to_json())


def end_grants(product: Product, caller: Caller, at: str) -> None:
    for subscription in subscriptions_for(settings().subscriptions_table, product.product_id):
        if subscription.status == "IN_FORCE":
            settings().tables.end(subscription, "retired", caller.user, at)


def check_department(caller: Caller, department: str) -> None:
    """An internal product is granted to its whole department, so the department must be the caller's own."""
    if department not in caller.groups and not is_steward(caller, settings().stewards_group):
        raise refused("/body/department", "is a group that you are not in")


def refused(field: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError("The data product is not as it must be.", ({"field": field, "detail": detail},))


def save_product(request: Request[Caller]) -> Reply:
    return change_product(request) if "product_id" in request.path else create_product(request)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, save_product, settings().allowed_origins, logger)
