"""Grants: which data products a caller may read now.

A document names a product among its readers, and never who subscribed to it. A grant is one row of the grants table:

    principal        `user:…` or `group:…`, as readers are named
    product_id       of the product
    starts_at, ends_at   seconds since 1970
    purpose, subscription_id   what it is for, and the request that led to it

The rows are read with every request and kept nowhere. So a grant is in force from the next question on, and so is its
end, without a change of any document or index entry.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import authorized
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.readers import names_of

BY_PRODUCT = "by-product"
# Queries at the same time: as many as the SDK keeps connections.
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Grant:
    principal: str
    product_id: str
    subscription_id: str
    purpose: str
    starts_at: int
    ends_at: int

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        return cls(
            item["principal"]["S"],
            item["product_id"]["S"],
            item["subscription_id"]["S"],
            item["purpose"]["S"],
            int(item["starts_at"]["N"]),
            int(item["ends_at"]["N"]),
        )

    def to_item(self) -> dict[str, Any]:
        return grant_key(self.principal, self.product_id) | {
            "subscription_id": {"S": self.subscription_id},
            "purpose": {"S": self.purpose},
            "starts_at": {"N": str(self.starts_at)},
            "ends_at": {"N": str(self.ends_at)},
        }

    def is_in_force(self, now: float) -> bool:
        return self.starts_at <= now < self.ends_at


def grant_key(principal: str, product_id: str) -> dict[str, Any]:
    return {"principal": {"S": principal}, "product_id": {"S": product_id}}


def reader_of(table: str) -> Callable[[Mapping[str, Any], float], Caller]:
    """For `identify` of docent.api.serve: the caller with the products that are granted to them now."""
    return lambda event, now: with_products(authorized(event, now), table, now)


def with_products(caller: Caller, table: str, now: float) -> Caller:
    """Raises TransientError: without the grants nobody can say what the caller may read."""
    return replace(caller, products=products_of(table, caller, now))


def products_of(table: str, caller: Caller, now: float) -> frozenset[str]:
    names = sorted(set(names_of(replace(caller, products=frozenset()))))
    if len(names) == 1:
        granted = grants_of(table, names[0])
    else:
        dynamodb()  # before threads ask for it: the SDK's default session must not make two at once
        with ThreadPoolExecutor(min(AT_ONCE, len(names))) as pool:
            granted = [grant for some in pool.map(lambda name: grants_of(table, name), names) for grant in some]
    return frozenset(grant.product_id for grant in granted if grant.is_in_force(now))


def grants_of(table: str, principal: str) -> list[Grant]:
    """Those of one user or group, in force or not (consistent reads)."""
    condition = {"KeyConditionExpression": "principal = :principal", "ConsistentRead": True}
    return _query(table, condition | {"ExpressionAttributeValues": {":principal": {"S": principal}}})


def grants_for(table: str, product_id: str) -> list[Grant]:
    """Those of one product, in force or not, as far as the index has them already."""
    condition = {"IndexName": BY_PRODUCT, "KeyConditionExpression": "product_id = :product"}
    return _query(table, condition | {"ExpressionAttributeValues": {":product": {"S": product_id}}})


def subscribers_of(table: str, product_ids: Iterable[str], now: float | None = None) -> set[str]:
    """The users and groups that may read the products now, as readers are named."""
    moment = time.time() if now is None else now
    return {
        grant.principal
        for product_id in product_ids
        for grant in grants_for(table, product_id)
        if grant.is_in_force(moment)
    }


def _query(table: str, condition: Mapping[str, Any]) -> list[Grant]:
    try:
        pages = dynamodb().get_paginator("query").paginate(TableName=table, **condition)
        return [Grant.from_item(item) for page in pages for item in page["Items"]]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "grants were looked up", MisconfiguredError) from error
