"""What the policies say about a request for access. Called by approve_subscription.

in   {"subscription_id"}
out  {"outcome": "allowed"}; if people have to approve, {"outcome": "ask", "roles", "product_id", "principal",
     "requester", "purpose", "ends_at"}; if nothing is left to decide, as it was refused, {"outcome": "settled"}
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.settings import read_settings
from governing.access_changes import TableSettings
from governing.access_policy import Wish, may_subscribe, roles_needed
from governing.products import read_product
from governing.subscriptions import read_subscription

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    stewards_group: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def decide(subscription_id: str, now: float) -> dict[str, Any]:
    subscription = read_subscription(settings().subscriptions_table, subscription_id)
    if subscription is None or not subscription.is_waiting:
        return {"outcome": "settled"}
    at = now_text(now)
    product = read_product(settings().products_table, subscription.product_id)
    if product is None:
        settings().tables.refuse(subscription, "policy", "policy", at)
        return {"outcome": "settled"}
    wish = Wish.of(subscription, product, settings().stewards_group, now)
    decision, roles = may_subscribe(wish), roles_needed(wish)
    logger.info("policies asked", allowed=decision.is_allowed, roles=roles, errors=len(decision.errors))
    if roles is None:
        settings().tables.refuse(subscription, "policy", "policy", at, decision.policies)
        return {"outcome": "settled"}
    if (subscription.needed, subscription.policies) != (roles, decision.policies):
        settings().tables.note_decision(subscription, roles, decision.policies, at)
    if not roles:
        return {"outcome": "allowed"}
    names = ("product_id", "principal", "requester", "purpose", "ends_at")
    return {"outcome": "ask", "roles": list(roles)} | {name: getattr(subscription, name) for name in names}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return decide(event["subscription_id"], time.time())
