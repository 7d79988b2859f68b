"""Who has asked for what, has what, and why: GET /subscriptions and /subscriptions/{subscription_id} of openapi.yaml.

in   a request of API Gateway, its query `view`, `product_id` and `status`
out  200 with `Subscriptions` or `SubscriptionDetails`; a problem: NotFoundError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.settings import read_settings
from governing.access_policy import Wish, may_see, with_valid_approvals
from governing.explanations import explanation_of
from governing.products import read_product
from governing.subscriptions import find_subscription, not_found
from show_access.access_lists import Lists

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    products_table: str
    subscriptions_table: str
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show(request: Request[Caller]) -> Reply:
    if subscription_id := request.path.get("subscription_id"):
        return Reply(details(request.caller, subscription_id))
    lists = Lists(settings().products_table, settings().subscriptions_table, settings().stewards_group)
    found = lists.of(request.caller, request.query, time.time())
    logger.info("requests listed", count=len(found))
    return Reply({"subscriptions": found})


def details(caller: Caller, subscription_id: str) -> dict[str, Any]:
    """With what the policies say now: of a request that is settled, as it was then but for the time left."""
    subscription = find_subscription(settings().subscriptions_table, subscription_id)
    product = read_product(settings().products_table, subscription.product_id)
    if product is None or not may_see(caller, product, settings().stewards_group, subscription):
        raise not_found()
    now = time.time()
    wish = Wish.of(with_valid_approvals(subscription, product), product, settings().stewards_group, now)
    return subscription.to_json() | {"product_name": product.name, "explanation": explanation_of(wish)}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show, settings().allowed_origins, logger)
