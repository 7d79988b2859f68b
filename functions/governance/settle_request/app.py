"""Grant a request for access, or refuse it. Called by approve_subscription.

in   {"subscription_id", "expired"}
out  {"status"}; fails with FailedGrantError if the grant cannot be read back

The policies are asked once more: the product may have changed while people decided.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.errors.governance import FailedGrantError
from docent.grants import grants_of
from docent.settings import read_settings
from governing.access_changes import TableSettings
from governing.access_policy import Wish, may_subscribe, with_valid_approvals
from governing.products import read_product
from governing.subscriptions import Subscription, read_subscription

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    stewards_group: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def settle(subscription_id: str, expired: bool, now: float) -> dict[str, Any]:
    subscription = read_subscription(settings().subscriptions_table, subscription_id)
    if subscription and subscription.is_waiting:
        product = read_product(settings().products_table, subscription.product_id)
        if expired or product is None:
            settings().tables.refuse(subscription, "expired" if expired else "policy", "policy", now_text(now))
        else:
            subscription = with_valid_approvals(subscription, product)
            decision = may_subscribe(Wish.of(subscription, product, settings().stewards_group, now))
            if decision.is_allowed:
                settings().tables.grant(subscription, decision.policies, now)
            else:
                settings().tables.refuse(subscription, "policy", "policy", now_text(now), decision.policies)
        subscription = read_subscription(settings().subscriptions_table, subscription_id)
    if subscription and subscription.status == "IN_FORCE":
        read_back(subscription)
        subscription = with_product_of_now(subscription, now)
    status = subscription.status if subscription else "REFUSED"
    logger.info("request settled", subscription_id=subscription_id, status=status)
    return {"status": status}


def with_product_of_now(subscription: Subscription, now: float) -> Subscription:
    """The product may have been retired or classified otherwise at the moment of the grant: then the grant ends."""
    product = read_product(settings().products_table, subscription.product_id)
    if product:
        wish = Wish.of(with_valid_approvals(subscription, product), product, settings().stewards_group, now)
        if may_subscribe(wish).is_allowed:
            return subscription
    settings().tables.end(subscription, "policy", "policy", now_text(now))
    return read_subscription(settings().subscriptions_table, subscription.subscription_id) or subscription


def read_back(subscription: Subscription) -> None:
    grants = grants_of(settings().grants_table, subscription.principal)
    if not any(grant.subscription_id == subscription.subscription_id for grant in grants):
        raise FailedGrantError(f"The grant of {subscription.subscription_id} is not in the table.")


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return settle(event["subscription_id"], event["expired"], time.time())
