"""Data products, requests and grants in their tables, and the people of the bank that governs them."""

import json
from dataclasses import replace
from typing import Any

from docent.callers import Caller
from docent.grants import Grant
from governing.products import Product
from governing.subscriptions import Subscription
from tests.support.api_calls import FOREVER, MARY
from tests.support.aws import AUDIT_TABLE, GRANTS_TABLE, PRODUCTS_TABLE, SUBSCRIPTIONS_TABLE, World

OLGA = Caller("0a51c2d3-1f2e-4a3b-8c4d-5e6f7a8b9c0d", "olga@example.com", ("deposits",), FOREVER)  # owns the product
STELLA = Caller("1b62d3e4-2a3f-4b4c-9d5e-6f7a8b9c0d1e", "stella@example.com", ("stewards",), FOREVER)
STEFAN = Caller("2c73e4f5-3b4a-4c5d-8e6f-7a8b9c0d1e2f", "stefan@example.com", ("stewards",), FOREVER)
SUBSCRIPTION = "5f2c1a9b7e3d4c60a18b92d7f4e6031c"
PRODUCT = "deposit-profiles"
CREATED = "2026-11-29T06:00:00.000Z"
ENDS_AT = FOREVER

DEPOSITS = Product(
    PRODUCT,
    "Customer profiles for certificates of deposit",
    "Who has one, and when it matures.",
    ("certificate of deposit",),
    "personal_data",
    OLGA.user,
    "deposits",
    "published",
    CREATED,
    CREATED,
)
OF_MARY = Subscription(
    SUBSCRIPTION,
    PRODUCT,
    f"user:{MARY.user}",
    MARY.user,
    MARY.subject,
    MARY.groups,
    "Campaign",
    ENDS_AT,
    "WAITING",
    CREATED,
    CREATED,
)


def put_product(aws: World, **changes: Any) -> Product:
    product = replace(DEPOSITS, **changes)
    _put(aws, PRODUCTS_TABLE, product.to_item())
    return product


def put_subscription(aws: World, **changes: Any) -> Subscription:
    """With what is not there from the beginning, if it is given."""
    subscription = replace(OF_MARY, **changes)
    more = {"task_token": subscription.task_token, "failure": json.dumps(subscription.failure)}
    more = {name: {"S": value} for name, value in more.items() if value not in ("", "null")}
    _put(aws, SUBSCRIPTIONS_TABLE, subscription.to_item() | {"attempt": {"S": str(subscription.attempt)}} | more)
    return subscription


def put_grant(aws: World, principal: str = OF_MARY.principal, **changes: Any) -> None:
    grant = Grant(principal, PRODUCT, SUBSCRIPTION, "Campaign", 0, ENDS_AT)
    _put(aws, GRANTS_TABLE, replace(grant, **changes).to_item())


def subscription_of(aws: World, subscription_id: str = SUBSCRIPTION) -> dict[str, Any]:
    return next(row for row in aws.items(SUBSCRIPTIONS_TABLE) if row["subscription_id"] == subscription_id)


def grants(aws: World) -> list[tuple[str, str]]:
    return [(row["principal"], row["product_id"]) for row in aws.items(GRANTS_TABLE)]


def told(aws: World) -> list[dict[str, Any]]:
    """What the log of decisions tells, in order."""
    rows = sorted(aws.items(AUDIT_TABLE), key=lambda row: int(row["sequence"]))
    return [json.loads(row["told"]) for row in rows]


def events(aws: World) -> list[str]:
    return [each["event"] for each in told(aws)]


def _put(aws: World, table: str, item: dict[str, Any]) -> None:
    plain = {name: int(value["N"]) if "N" in value else value["S"] for name, value in item.items()}
    aws.put_item(table, **plain)
