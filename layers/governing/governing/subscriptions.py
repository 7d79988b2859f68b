"""Requests for data products, and what became of them: one row of the subscriptions table each.

`status` is

    WAITING    people have to decide, or the policies have not yet
    IN_FORCE   granted: there is a row in the grants table, until `ends_at`
    ENDED      was in force; `reason` is over, revoked, prolonged, retired or policy
    REFUSED    never was; `reason` is policy, reviewer, withdrawn, expired or self_approval
    FAILED     its workflow failed before anything was decided; `failure` is why. It can be started again

`approvals` is JSON, `{role: {user, subject, at, comment, in_place_of?}}`; `needed` the roles that have to approve.
`task_token` is there while the workflow waits for people. `attempt` counts the executions of the workflow, and is part
of their names. `datazone_request` is the id of a request that was made in DataZone.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.grants import Grant
from docent.table_rows import read_item

type Status = Literal["WAITING", "IN_FORCE", "ENDED", "REFUSED", "FAILED"]
BY_PRODUCT, BY_PRINCIPAL, BY_STATUS = "by-product", "by-principal", "by-status"
ROLES = ("steward", "owner")


@dataclass(frozen=True, slots=True)
class Subscription:
    """`principal` is who would get access, `user:…` or `group:…`. Times are texts, `ends_at` seconds since 1970."""

    subscription_id: str
    product_id: str
    principal: str
    requester: str
    requester_subject: str
    requester_groups: tuple[str, ...]
    purpose: str
    ends_at: int
    status: str
    created_at: str
    updated_at: str
    needed: tuple[str, ...] = ()
    approvals: Mapping[str, Mapping[str, str]] | None = None
    reason: str = ""
    policies: tuple[str, ...] = ()
    prolongs: str = ""
    reminded_days: int = 0
    task_token: str = ""
    attempt: int = 1
    failure: Mapping[str, str] | None = None
    datazone_request: str = ""

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        values = {name: next(iter(value.values())) for name, value in item.items()}
        for name in ("requester_groups", "needed", "policies"):
            values[name] = tuple(json.loads(values.get(name, "[]")))
        values["approvals"] = json.loads(values.get("approvals", "{}"))
        values["attempt"], values["failure"] = int(values.get("attempt", 1)), json.loads(values.get("failure", "null"))
        values["ends_at"], values["reminded_days"] = int(values["ends_at"]), int(values.get("reminded_days", 0))
        return cls(**{name: value for name, value in values.items() if name in _NAMES})

    def to_item(self) -> dict[str, Any]:
        texts = {
            name: getattr(self, name)
            for name in (
                *("subscription_id", "product_id", "principal", "requester", "requester_subject", "purpose", "status"),
                *("created_at", "updated_at", "reason", "prolongs"),
            )
        }
        texts |= {name: json.dumps(getattr(self, name)) for name in ("requester_groups", "needed", "policies")}
        texts["approvals"] = json.dumps(self.approvals or {}, ensure_ascii=False)
        texts |= {"datazone_request": self.datazone_request} if self.datazone_request else {}
        item: dict[str, Any] = {name: {"S": text} for name, text in texts.items()}
        return item | {"ends_at": {"N": str(self.ends_at)}, "reminded_days": {"N": str(self.reminded_days)}}

    @property
    def approved_by(self) -> tuple[str, ...]:
        return tuple((self.approvals or {}).keys())

    @property
    def is_waiting(self) -> bool:
        return self.status == "WAITING"

    @property
    def has_failed(self) -> bool:
        return self.status == "FAILED"

    @property
    def execution_name(self) -> str:
        return f"{self.subscription_id}-{self.attempt}"

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles that have not approved yet."""
        return tuple(role for role in self.needed if role not in self.approved_by)

    def prolonging(self, subscription_id: str) -> "Subscription":
        return replace(self, prolongs=subscription_id)

    def to_grant(self, now: float) -> Grant:
        """The grant that the request leads to, from now on."""
        own = self.subscription_id
        return Grant(self.principal, self.product_id, own, self.purpose, int(now), self.ends_at)

    def to_json(self) -> dict[str, Any]:
        """A `Subscription` of openapi.yaml."""
        kind, _, name = self.principal.partition(":")
        told: dict[str, Any] = {
            "subscription_id": self.subscription_id,
            "product_id": self.product_id,
            kind: name,
            "requester": self.requester,
            "purpose": self.purpose,
            "ends_at": self.ends_at,
            "status": self.status,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "needed": list(self.needed),
            "approvals": [
                {"role": role, "user": each["user"], "at": each["at"]} for role, each in (self.approvals or {}).items()
            ],
            "policies": list(self.policies),
        }
        if self.has_failed and self.failure:
            told["error"] = dict(self.failure)
        return told | {name: value for name in ("reason", "prolongs") if (value := getattr(self, name))}


_NAMES = frozenset(field.name for field in fields(Subscription))


def end_of_day(day: str) -> int:
    """Of a day in UTC, such as 2027-03-31. Raises ValueError for one that the calendar does not have."""
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except OverflowError as error:
        raise ValueError(f"{day} is the last day that there is") from error
    return int(datetime.combine(after, time(), UTC).timestamp())


def subscription_key(subscription_id: str) -> dict[str, Any]:
    return {"subscription_id": {"S": subscription_id}}


def read_subscription(table: str, subscription_id: str) -> Subscription | None:
    item = read_item(table, subscription_key(subscription_id), "a request for access was looked up")
    return Subscription.from_item(item) if item else None


def find_subscription(table: str, subscription_id: str) -> Subscription:
    if (subscription := read_subscription(table, subscription_id)) is None:
        raise not_found()
    return subscription


def not_found() -> NotFoundError:
    return NotFoundError("There is no such request for access.")


def subscriptions_of(table: str, principal: str) -> Iterator[Subscription]:
    """Of one user or group, newest first, as far as the index has them already."""
    yield from _query(table, BY_PRINCIPAL, "principal", principal)


def subscriptions_for(table: str, product_id: str) -> Iterator[Subscription]:
    yield from _query(table, BY_PRODUCT, "product_id", product_id)


def subscriptions_in(table: str, status: Status) -> Iterator[Subscription]:
    """Those that end last first."""
    yield from _query(table, BY_STATUS, "status", status)


def _query(table: str, index: str, name: str, value: str) -> Iterator[Subscription]:
    try:
        pages = (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=table,
                IndexName=index,
                KeyConditionExpression="#name = :value",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues={":value": {"S": value}},
                ScanIndexForward=False,
            )
        )
        for page in pages:
            yield from map(Subscription.from_item, page["Items"])
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "requests for access were listed", MisconfiguredError) from error
