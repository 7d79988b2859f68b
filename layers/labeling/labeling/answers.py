"""One person's answer for one item: a row that names the saved version, and the versions as objects.

The version is the number of the last event, so what a person did between two saves is never counted twice. Each save
is an object of its own, written before the row names it: a save that lost against another one is kept too.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.objects import read_json, write_json
from docent.table_rows import change_row, read_item, values_of


@dataclass(frozen=True, slots=True)
class Answer:
    """`version` 0 has no label yet. `label_key` is where the saved version is in the derived bucket."""

    task_id: str
    number: int
    subject: str
    user: str
    answer_id: str
    status: str
    version: int
    label_key: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = values_of(item, ())
        return cls(
            values["task_id"],
            int(values["line_number"]),
            values["subject"],
            values["annotator"],
            values["answer_id"],
            values["status"],
            int(values["answer_version"]),
            values.get("label_key", ""),
            values,
        )

    @property
    def is_draft(self) -> bool:
        return self.status == "DRAFT"

    def read_save(self, bucket: str) -> dict[str, Any]:
        """`{"save_id", "base", "version", "saved_at", "events", "label"}`."""
        return read_json(ObjectPointer(bucket, self.label_key))

    def to_json(self, label: Mapping[str, Any]) -> dict[str, Any]:
        """A `LabelAnswer` of openapi.yaml."""
        more = {name: self.values[name] for name in ("submitted_at", "note") if name in self.values}
        saved_at = self.values["saved_at"]
        return {"status": self.status, "version": self.version, "saved_at": saved_at, "label": label, **more}


def answer_id_of(task_id: str, number: int, subject: str) -> str:
    """Tells nobody whose it is."""
    return hashlib.sha256(f"{task_id}/{number}/{subject}".encode()).hexdigest()[:32]


def answer_key(task_id: str, number: int, subject: str) -> dict[str, Any]:
    return {"task_id": {"S": task_id}, "item": {"S": f"answer#{subject}#{number:07d}"}}


def find_answer(table: str, task_id: str, number: int, subject: str) -> Answer | None:
    item = read_item(table, answer_key(task_id, number, subject), "an answer was looked up")
    return Answer.from_item(item) if item else None


def own_answer(table: str, task_id: str, number: int, subject: str) -> Answer:
    """Raises NotFoundError for somebody who never had the item."""
    answer = find_answer(table, task_id, number, subject)
    if answer is None:
        raise NotFoundError("There is no such item among those that you were given.")
    return answer


def begin_answer(table: str, task_id: str, number: int, caller: Caller, now: str) -> None:
    """A draft without a label, unless there is an answer."""
    change_row(
        table,
        answer_key(task_id, number, caller.subject),
        "SET line_number = :number, subject = :subject, annotator = :user, answer_id = :id, #status = :draft,"
        " answer_version = :zero, begun_at = :now",
        "attribute_not_exists(answer_id)",
        {
            "number": number,
            "subject": caller.subject,
            "user": caller.user,
            "id": answer_id_of(task_id, number, caller.subject),
            "draft": "DRAFT",
            "zero": 0,
            "now": now,
        },
        "an answer was begun",
    )


def write_save(
    bucket: str, answer: Answer, body: Mapping[str, Any], version: int, saved_at: str
) -> tuple[str, dict[str, Any]]:
    """Keep one save. Returns its key and what is kept."""
    key = LabelKeys(answer.task_id).answer(answer.number, answer.answer_id, version, body["save_id"])
    kept = {**body, "version": version, "saved_at": saved_at}
    write_json(ObjectPointer(bucket, key), kept)
    return key, kept


def name_save(table: str, answer: Answer, base: int, version: int, key: str, saved_at: str) -> bool:
    """False if another version was saved since `base`, or if the answer is no draft any more."""
    return change_row(
        table,
        answer_key(answer.task_id, answer.number, answer.subject),
        "SET answer_version = :version, label_key = :key, saved_at = :now",
        "answer_version = :base AND #status = :draft",
        {"version": version, "base": base, "key": key, "now": saved_at, "draft": "DRAFT"},
        "an answer was saved",
    )


def answers_of(table: str, task_id: str, subject: str) -> Iterator[Answer]:
    """All answers of one person for a task, by the numbers of their items."""
    query: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "task_id = :task AND begins_with(#item, :mine)",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":task": {"S": task_id}, ":mine": {"S": f"answer#{subject}#"}},
        "ConsistentRead": True,
    }
    yield from _answers(query)


def _answers(query: dict[str, Any]) -> Iterator[Answer]:
    try:
        for page in dynamodb().get_paginator("query").paginate(**query):
            yield from (Answer.from_item(item) for item in page["Items"])
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "answers were listed", MisconfiguredError) from error
