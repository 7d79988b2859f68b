"""Requests and grants whose time is over, and reminders for those that end soon."""

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import event_bridge
from docent.clock import now_text
from docent.errors import MisconfiguredError, TransientError, from_aws
from docent.table_rows import change_row
from governing.access_changes import Tables
from governing.products import read_product
from governing.subscriptions import Subscription, subscription_key, subscriptions_in

DAY = 86_400
# Days before the end at which the owner is asked whether the access is still needed.
REMINDERS = (7, 30)
# approve_subscription gives people two weeks. What is open longer has lost its workflow, or it failed.
LONGEST_WAIT = 16 * DAY
ENTRIES = 10  # of one PutEvents


def end_what_is_over(tables: Tables, now: float) -> int:
    """The grants have ended by themselves: this writes it into the log."""
    over = [each for each in subscriptions_in(tables.subscriptions, "IN_FORCE") if each.ends_at <= now]
    return sum(tables.end(each, "over", "schedule", now_text(now)) for each in over)


def end_what_is_retired(tables: Tables, now: float) -> int:
    """save_product has ended these grants, but for one that the index of requests did not have at that moment."""
    in_force = list(subscriptions_in(tables.subscriptions, "IN_FORCE"))
    products = {each: read_product(tables.products, each) for each in {each.product_id for each in in_force}}
    retired = {each for each, product in products.items() if product is None or product.status == "retired"}
    left = [each for each in in_force if each.product_id in retired]
    return sum(tables.end(each, "retired", "schedule", now_text(now)) for each in left)


def expire_what_waits(tables: Tables, now: float) -> int:
    latest = now_text(now - LONGEST_WAIT)
    undecided = (*subscriptions_in(tables.subscriptions, "WAITING"), *subscriptions_in(tables.subscriptions, "FAILED"))
    late = [each for each in undecided if each.created_at < latest]
    return sum(tables.refuse(each, "expired", "schedule", now_text(now)) for each in late)


def announce_endings(tables: Tables, bus: str, now: float) -> int:
    due: list[tuple[Subscription, int]] = []
    for each in subscriptions_in(tables.subscriptions, "IN_FORCE"):
        left = (each.ends_at - now) / DAY
        days = next((days for days in REMINDERS if 0 < left <= days), 0)
        if days and (each.reminded_days == 0 or days < each.reminded_days):
            due.append((each, days))
    for start in range(0, len(due), ENTRIES):
        batch = due[start : start + ENTRIES]
        _announce([_entry(each, days, bus) for each, days in batch])
        # Afterwards: a reminder that comes twice is better than none.
        for each, days in batch:
            _note(tables, each, days)
    return len(due)


def _entry(subscription: Subscription, days: int, bus: str) -> dict[str, Any]:
    names = ("subscription_id", "product_id", "principal", "requester", "purpose", "ends_at")
    detail = {"version": "1", "days": days} | {name: getattr(subscription, name) for name in names}
    return {"Source": "docent", "DetailType": "AccessEnding", "EventBusName": bus, "Detail": json.dumps(detail)}


def _announce(entries: Sequence[dict[str, Any]]) -> None:
    try:
        reply = event_bridge().put_events(Entries=entries)  # pyright: ignore[reportArgumentType]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "grants that end soon were announced", MisconfiguredError) from error
    if reply.get("FailedEntryCount"):
        raise TransientError("EventBridge did not take every announcement.")


def _note(tables: Tables, subscription: Subscription, days: int) -> None:
    change_row(
        tables.subscriptions,
        subscription_key(subscription.subscription_id),
        "SET reminded_days = :days",
        "#status = :in_force",
        {"days": days, "in_force": "IN_FORCE"},
        "a reminder was noted",
    )
