"""Requests compared with grants: each request in force has one grant of its own, and there are no other grants.

verify_access also compares them with DataZone, and with what questions find.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.clock import now_text
from docent.errors import MisconfiguredError, from_aws
from docent.grants import Grant, grant_key, grants_of

from .access_changes import Tables
from .audit_log import write_with_entry
from .subscriptions import Subscription, read_subscription, subscriptions_in

# missing: in force without a grant, or with one that ends at another time. foreign: a grant without a request in force.
# over: still said to be in force. datazone: DataZone says something else. unfound: a question does not find what is
# granted. found: it finds what is not.
type Problem = Literal["missing", "foreign", "over", "datazone", "unfound", "found"]


@dataclass(frozen=True, slots=True)
class Difference:
    problem: Problem
    principal: str
    product_id: str
    subscription: Subscription | None
    foreign_id: str = ""
    document_id: str = ""
    datazone_request: str = ""
    step: str = ""

    def to_json(self) -> dict[str, Any]:
        """A `Difference` of openapi.yaml."""
        told: dict[str, Any] = {"problem": self.problem, "principal": self.principal, "product_id": self.product_id}
        told |= {"subscription_id": self.subscription.subscription_id} if self.subscription else {}
        names = ("document_id", "datazone_request", "step")
        return told | {name: value for name in names if (value := getattr(self, name))}


def differences(tables: Tables, now: float) -> list[Difference]:
    found: list[Difference] = []
    for each in subscriptions_in(tables.subscriptions, "IN_FORCE"):
        if each.ends_at <= now:
            found.append(Difference("over", each.principal, each.product_id, each))
        elif not any(_fits(grant, each) for grant in grants_of(tables.grants, each.principal)):
            found.append(Difference("missing", each.principal, each.product_id, each))
    for grant in _every_grant(tables.grants):
        subscription = read_subscription(tables.subscriptions, grant.subscription_id)
        if subscription is None or subscription.status != "IN_FORCE" or not _is_for(grant, subscription):
            found.append(Difference("foreign", grant.principal, grant.product_id, None, grant.subscription_id))
    return found


def repair(tables: Tables, difference: Difference, by: str, now: float) -> None:
    """Delete a grant without a request in force; write a grant that is missing."""
    at, subscription = now_text(now), difference.subscription
    if difference.problem == "over" and subscription:
        tables.end(subscription, "over", by, at)
        return
    told = {"event": "AccessRepaired", "at": at, "by": by, **difference.to_json()}
    if subscription:
        item = subscription.to_grant(now).to_item()
        write_with_entry(tables.audit, told, [{"Put": {"TableName": tables.grants, "Item": item}}])
    else:
        delete = {
            "TableName": tables.grants,
            "Key": grant_key(difference.principal, difference.product_id),
            # The row may hold another grant by now.
            "ConditionExpression": "subscription_id = :foreign",
            "ExpressionAttributeValues": {":foreign": {"S": difference.foreign_id}},
        }
        write_with_entry(tables.audit, told, [{"Delete": delete}])


def _fits(grant: Grant, subscription: Subscription) -> bool:
    own = grant.subscription_id == subscription.subscription_id and grant.ends_at == subscription.ends_at
    return own and _is_for(grant, subscription)


def _is_for(grant: Grant, subscription: Subscription) -> bool:
    return (grant.product_id, grant.principal) == (subscription.product_id, subscription.principal)


def _every_grant(table: str) -> Iterator[Grant]:
    try:
        for page in dynamodb().get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            yield from map(Grant.from_item, page["Items"])
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "grants were listed", MisconfiguredError) from error
