"""The clips or texts of a task, and who has one of them: claims, answers, and when an item is done.

`holders` has everybody who holds a place of the item, by subject: `{"status": CLAIMED | SUBMITTED | ACCEPTED, "until":
seconds since 1970, "answer_id", "user"}`. A claim that ran out holds no place any more, but its holder may take one
again while there is one. Every change of an item is one write on condition that its `revision` is still the one that
was read, so no two people get the same place.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, NotFoundError, TransientError, from_aws
from docent.table_rows import change_row, read_item, values_of

type Holder = Mapping[str, Any]
# The index of items by their task and status.
BY_STATUS = "by-status"
STATUSES = ("OPEN", "REVIEW", "DONE", "FAILED")
_JSON = ("holders", "media", "line", "source")
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Item:
    """`needed` is how many people have to answer; `values` are all attributes, with JSON read."""

    task_id: str
    number: int
    status: str
    needed: int
    holders: Mapping[str, Holder]
    revision: int
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = values_of(item, _JSON)
        return cls(
            values["task_id"],
            int(values["line_number"]),
            values["status"],
            int(values["needed"]),
            values["holders"],
            int(values["revision"]),
            values,
        )

    @property
    def source(self) -> str:
        """The address of a clip, or the beginning of a text."""
        source = self.values["source"]
        return source["text"] if "text" in source else f"s3://{source['bucket']}/{source['key']}"

    @property
    def duration_us(self) -> int | None:
        """Of a clip."""
        return self.values["media"].get("duration_us")

    def places_left(self, now: float) -> int:
        return self.needed - sum(_holds_a_place(holder, now) for holder in self.holders.values())

    def is_claimed_by(self, subject: str, now: float) -> bool:
        holder = self.holders.get(subject)
        return holder is not None and holder["status"] == "CLAIMED" and holder["until"] > now

    def has_answer_of(self, subject: str) -> bool:
        return self.holders.get(subject, {}).get("status") in ("SUBMITTED", "ACCEPTED")

    def answered_by(self) -> list[str]:
        return [subject for subject in self.holders if self.has_answer_of(subject)]

    def claimed(self, subject: str, user: str, answer_id: str, now: float, seconds: int) -> Self | None:
        """With a place for this person; None if there is none, or if they have answered."""
        if self.status != "OPEN" or self.has_answer_of(subject):
            return None
        if not self.is_claimed_by(subject, now) and self.places_left(now) < 1:
            return None
        holder = {"status": "CLAIMED", "until": int(now) + seconds, "answer_id": answer_id, "user": user}
        return replace(self, holders={**self.holders, subject: holder})

    def released(self, subject: str) -> Self:
        if self.holders.get(subject, {}).get("status") != "CLAIMED":
            return self
        return replace(self, holders={own: holder for own, holder in self.holders.items() if own != subject})

    def submitted(self, subject: str) -> Self:
        holder = {**self.holders[subject], "status": "SUBMITTED"}
        return replace(self, holders={**self.holders, subject: holder})

    def reviewed(self, subject: str, accepted: bool) -> Self:
        """A rejected answer gives its place back."""
        if accepted:
            holders = {**self.holders, subject: {**self.holders[subject], "status": "ACCEPTED"}}
            done = all(holders[each]["status"] == "ACCEPTED" for each in self.answered_by())
            return replace(self, holders=holders, status="DONE" if done and self.status == "REVIEW" else self.status)
        holders = {own: holder for own, holder in self.holders.items() if own != subject}
        return replace(self, holders=holders, status="OPEN")


def _holds_a_place(holder: Holder, now: float) -> bool:
    return holder["status"] != "CLAIMED" or holder["until"] > now


def item_key(task_id: str, number: int) -> dict[str, Any]:
    return {"task_id": {"S": task_id}, "item": {"S": f"item#{number:07d}"}}


def find_label_item(table: str, task_id: str, number: int) -> Item | None:
    """As of now; None where there is none."""
    item = read_item(table, item_key(task_id, number), "an item to label was looked up")
    return Item.from_item(item) if item else None


def read_label_item(table: str, task_id: str, number: int) -> Item:
    """Raises NotFoundError."""
    item = find_label_item(table, task_id, number)
    if item is None:
        raise NotFoundError("There is no such item.")
    return item


def put_label_item(table: str, item: Item, values: Mapping[str, Any]) -> None:
    """The row of a clip, unless it is there already: people may have begun with it."""
    change_row(
        table,
        item_key(item.task_id, item.number),
        "SET #status = :status, task_state = :task_state, line_number = :number, needed = :needed,"
        " holders = :holders, revision = :revision" + "".join(f", {_name(name)} = :{name}" for name in values),
        "attribute_not_exists(revision) OR #status = :failed",
        {
            "status": item.status,
            "task_state": f"{item.task_id}#{item.status}",
            "number": item.number,
            "needed": item.needed,
            "holders": dict(item.holders),
            "revision": item.revision,
            "failed": "FAILED",
            **values,
        },
        "an item to label was prepared",
    )


def change_item(table: str, task_id: str, number: int, changed: Callable[[Item], Item | None]) -> Item | None:
    """Read the item and write what `changed` makes of it, until nobody came between; None if that returns None."""
    for _ in range(_ATTEMPTS):
        item = read_label_item(table, task_id, number)
        wanted = changed(item)
        if wanted is None:
            return None
        if wanted == item or write_item(table, wanted):
            return wanted
    raise TransientError(f"Others changed item {number} at the same time.")


def write_item(table: str, item: Item) -> bool:
    """False if somebody changed it since it was read."""
    change, told = item_values(item)
    try:
        dynamodb().update_item(
            TableName=table,
            Key=item_key(item.task_id, item.number),
            UpdateExpression=change,
            ConditionExpression="revision = :revision",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=told,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an item to label was changed", MisconfiguredError) from error
    return True


def item_values(item: Item) -> tuple[str, dict[str, Any]]:
    """The update expression of a changed item, on condition that `revision` is `:revision`, and its values."""
    told: dict[str, Any] = {
        ":status": {"S": item.status},
        ":task_state": {"S": f"{item.task_id}#{item.status}"},
        ":needed": {"N": str(item.needed)},
        ":holders": {"S": json.dumps(dict(item.holders), ensure_ascii=False)},
        ":revision": {"N": str(item.revision)},
        ":next": {"N": str(item.revision + 1)},
    }
    change = "SET #status = :status, task_state = :task_state, needed = :needed, holders = :holders, revision = :next"
    return change, told


def items_with(table: str, task_id: str, status: str) -> Iterator[Item]:
    """In the order of their numbers. The index is a moment behind."""
    query: dict[str, Any] = {
        "TableName": table,
        "IndexName": BY_STATUS,
        "KeyConditionExpression": "task_state = :state",
        "ExpressionAttributeValues": {":state": {"S": f"{task_id}#{status}"}},
    }
    yield from (Item.from_item(item) for item in _pages(query, "items to label were looked for"))


def count_items(table: str, task_id: str) -> dict[str, int]:
    """Numbers of items by status."""
    counts: dict[str, int] = {}
    for status in STATUSES:
        query: dict[str, Any] = {
            "TableName": table,
            "IndexName": BY_STATUS,
            "KeyConditionExpression": "task_state = :state",
            "ExpressionAttributeValues": {":state": {"S": f"{task_id}#{status}"}},
            "Select": "COUNT",
        }
        try:
            pages = dynamodb().get_paginator("query").paginate(**query)
            counts[status] = sum(page["Count"] for page in pages)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "items to label were counted", MisconfiguredError) from error
    return counts


def all_items(table: str, task_id: str, after: int = 0) -> Iterator[Item]:
    """Every item whose number is greater, in order."""
    query: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "task_id = :task AND #item BETWEEN :first AND :last",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {
            ":task": {"S": task_id},
            ":first": {"S": f"item#{after + 1:07d}"},
            ":last": {"S": "item#9999999"},
        },
        "ConsistentRead": True,  # an answer that was just submitted is not left out of an export
    }
    yield from (Item.from_item(item) for item in _pages(query, "items to label were listed"))


def _pages(query: dict[str, Any], doing: str) -> Iterator[Mapping[str, Any]]:
    try:
        for page in dynamodb().get_paginator("query").paginate(**query):
            yield from page["Items"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, doing, MisconfiguredError) from error


def _name(name: str) -> str:
    return f"#{name}" if name == "source" else name
