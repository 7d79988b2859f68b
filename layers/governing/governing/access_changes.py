"""Every change of a product, a request or a grant, in one transaction with the entry of the log that tells of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docent.clock import now_text
from docent.errors.governance import SettledRequestError
from docent.grants import grant_key

from .audit_log import write_with_entry
from .products import Product
from .subscriptions import Subscription, read_subscription, subscription_key


@dataclass(frozen=True, slots=True)
class Tables:
    products: str
    subscriptions: str
    grants: str
    audit: str

    def save_product(self, product: Product, before: Product | None, by: str) -> bool:
        """False if somebody else has created or changed it meanwhile."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(product_id)"}
        if before:
            condition = {
                "ConditionExpression": "#version = :before",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":before": {"N": str(before.version)}},
            }
        changed = {
            name: value
            for name, value in product.to_json().items()
            if name not in ("updated_at", "version") and (before is None or before.to_json()[name] != value)
        }
        told = _told("ProductChanged" if before else "ProductCreated", product.updated_at, by, {"changed": changed})
        put = {"Put": {"TableName": self.products, "Item": product.to_item(), **condition}}
        return write_with_entry(self.audit, told | {"product_id": product.product_id}, [put])

    def request(self, subscription: Subscription) -> None:
        condition = "attribute_not_exists(subscription_id)"
        item = subscription.to_item()
        put = {"Put": {"TableName": self.subscriptions, "Item": item, "ConditionExpression": condition}}
        self._write("AccessRequested", subscription, subscription.created_at, subscription.requester, [put])

    def note_decision(self, subscription: Subscription, needed: Sequence[str], names: Sequence[str], at: str) -> bool:
        """Store what the policies decided about a waiting request. Repeating it only adds a log entry."""
        values = {"needed": json.dumps(list(needed)), "policies": json.dumps(list(names)), "updated_at": at}
        told = {"needed": list(needed), "policies": list(names)}
        return self._write("PolicyDecided", subscription, at, "policy", [self._waiting(subscription, values)], told)

    def approve(
        self, subscription: Subscription, as_read: Subscription, role: str, by: Mapping[str, str], at: str
    ) -> Subscription:
        """`subscription` has only the approvals that still count; `as_read` is as its row was.

        Raises SettledRequestError if the request does not wait any more, or the role has approved it."""
        approvals = {**(subscription.approvals or {}), role: {**by, "at": at}}
        before = json.dumps(as_read.approvals or {}, ensure_ascii=False)
        update = self._waiting(subscription, {"approvals": json.dumps(approvals, ensure_ascii=False), "updated_at": at})
        update["Update"]["ConditionExpression"] += " AND approvals = :before"
        update["Update"]["ExpressionAttributeValues"][":before"] = {"S": before}
        if not self._write("AccessApproved", subscription, at, by["user"], [update], {"role": role, **by}):
            raise settled()
        return replace(subscription, approvals=approvals)

    def grant(self, subscription: Subscription, names: Sequence[str], now: float) -> bool:
        """Put the grant in force, and end the one that it prolongs. False if the request no longer waits."""
        at = now_text(now)
        known = [subscription.subscription_id, *([subscription.prolongs] if subscription.prolongs else [])]
        holders = {f":holder{number}": {"S": each} for number, each in enumerate(known)}
        put = {
            "Put": {
                "TableName": self.grants,
                "Item": subscription.to_grant(now).to_item(),
                # A grant that has ended may still have its row. One in force by another request is never replaced.
                "ConditionExpression": f"attribute_not_exists(principal) OR ends_at <= :now"
                f" OR subscription_id IN ({', '.join(holders)})",
                "ExpressionAttributeValues": {":now": {"N": str(int(now))}, **holders},
            }
        }
        values = {"status": "IN_FORCE", "policies": json.dumps(list(names)), "updated_at": at}
        writes = [self._waiting(subscription, values, "REMOVE task_token"), put]
        if subscription.prolongs:
            ended = {"status": "ENDED", "reason": "prolonged", "updated_at": at}
            writes.append(self._update(subscription.prolongs, ended))
        told = {"ends_at": subscription.ends_at, "policies": list(names)}
        return self._write("AccessGranted", subscription, at, "policy", writes, told)

    def refuse(self, subscription: Subscription, reason: str, by: str, at: str, names: Sequence[str] = ()) -> bool:
        values = {"status": "REFUSED", "reason": reason, "updated_at": at}
        values |= {"policies": json.dumps(list(names))} if names else {}
        condition, open_states = "#status IN (:waiting, :failed)", {":waiting": "WAITING", ":failed": "FAILED"}
        update = self._update(subscription.subscription_id, values, condition, open_states, "REMOVE task_token")
        return self._write("AccessRefused", subscription, at, by, [update], {"reason": reason, "policies": list(names)})

    def fail(self, subscription_id: str, attempt: int, failure: Mapping[str, str], at: str) -> bool:
        """Mark a request whose workflow failed. False if it no longer waits, or was restarted meanwhile."""
        subscription = read_subscription(self.subscriptions, subscription_id)
        if subscription is None or not subscription.is_waiting or subscription.attempt != attempt:
            return False
        values = {"status": "FAILED", "failure": json.dumps(dict(failure), ensure_ascii=False), "updated_at": at}
        update = self._waiting(subscription, values, "REMOVE task_token")
        return self._write("AccessFailed", subscription, at, "workflow", [update], {"error": failure["name"]})

    def restart(self, subscription: Subscription, by: str, at: str) -> bool:
        """False if it was restarted or decided meanwhile."""
        values = {"status": "WAITING", "attempt": str(subscription.attempt + 1), "updated_at": at}
        update = self._update(subscription.subscription_id, values, "#status = :failed", {":failed": "FAILED"})
        return self._write("AccessRestarted", subscription, at, by, [update])

    def end(self, subscription: Subscription, reason: str, by: str, at: str) -> bool:
        """Delete the grant. False if it is no longer in force."""
        values = {"status": "ENDED", "reason": reason, "updated_at": at}
        update = self._update(subscription.subscription_id, values, "#status = :in_force", {":in_force": "IN_FORCE"})
        delete = {
            "Delete": {
                "TableName": self.grants,
                "Key": grant_key(subscription.principal, subscription.product_id),
                "ConditionExpression": "attribute_not_exists(principal) OR subscription_id = :own",
                "ExpressionAttributeValues": {":own": {"S": subscription.subscription_id}},
            }
        }
        told = {"reason": reason}
        return self._write("AccessEnded", subscription, at, by, [update, delete], told)

    def tell(self, event: str, subscription: Subscription, at: str, by: str, more: Mapping[str, Any]) -> None:
        self._write(event, subscription, at, by, (), more)

    def _write(
        self,
        event: str,
        subscription: Subscription,
        at: str,
        by: str,
        writes: Sequence[Mapping[str, Any]],
        more: Mapping[str, Any] | None = None,
    ) -> bool:
        names = ("subscription_id", "product_id", "principal", "requester", "purpose")
        about = {name: getattr(subscription, name) for name in names}
        return write_with_entry(self.audit, _told(event, at, by, {**about, **(more or {})}), writes)

    def _waiting(self, subscription: Subscription, values: Mapping[str, str], more: str = "") -> dict[str, Any]:
        conditions = "#status = :waiting"
        return self._update(subscription.subscription_id, values, conditions, {":waiting": "WAITING"}, more)

    def _update(
        self,
        subscription_id: str,
        values: Mapping[str, str],
        condition: str = "attribute_exists(subscription_id)",
        compared: Mapping[str, str] | None = None,
        more: str = "",
    ) -> dict[str, Any]:
        names = {f"#{name}": name for name in {*values, *(["status"] if "#status" in condition else [])}}
        texts = {f":{name}": value for name, value in values.items()} | dict(compared or {})
        return {
            "Update": {
                "TableName": self.subscriptions,
                "Key": subscription_key(subscription_id),
                "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in values)} {more}".strip(),
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": {name: {"S": text} for name, text in texts.items()},
            }
        }


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Settings of a function that changes access."""

    products_table: str
    subscriptions_table: str
    grants_table: str
    audit_table: str

    @property
    def tables(self) -> Tables:
        return Tables(self.products_table, self.subscriptions_table, self.grants_table, self.audit_table)


def settled() -> SettledRequestError:
    return SettledRequestError("The request was decided meanwhile, or it has expired.")


def _told(event: str, at: str, by: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"event": event, "at": at, "by": by, **more}
