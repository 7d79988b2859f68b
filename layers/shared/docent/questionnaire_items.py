"""The items of a questionnaire as people review them: a question, its answer, and what they did with it.

An owner and the readers of a questionnaire can read all its items; everyone else only those that they are assigned to.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.questionnaire_rows import QuestionnaireRow, read_row
from docent.questionnaires import ITEM, Answer, Question, item_key


@dataclass(frozen=True, slots=True)
class Item:
    """`revision` counts people's changes. `values` are all attributes of the row. The answer of one that `is_withheld`
    is without what it was (docent.withheld_answers)."""

    number: int
    question: Question
    answer: Answer | None
    revision: int
    values: Mapping[str, Any]
    is_withheld: bool = False

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = {name: next(iter(value.values())) for name, value in item.items()}
        number = int(values["item"].removeprefix(ITEM))
        question = Question.from_json({"number": number} | json.loads(values["question"]))
        answer = Answer.from_json(json.loads(values["answer"])) if values.get("answer") else None
        return cls(number, question, answer, int(values.get("version", 0)), values)

    def withheld(self) -> "Item":
        return replace(self, answer=self.answer.withheld if self.answer else None, is_withheld=True)

    @property
    def version(self) -> str:
        """Changes whenever a person or the model changes something. A change of the item must send it back."""
        told = hashlib.sha256(self.values.get("answer", "").encode()).hexdigest()[:8]
        return f"{self.revision}-{told}"

    @property
    def status(self) -> str:
        return self.values.get("status", "pending")

    @property
    def review(self) -> str:
        return self.values.get("review", "open")

    @property
    def assignee(self) -> str:
        return self.values.get("assignee", "")

    @property
    def confidence(self) -> str:
        return self.values.get("confidence") or (self.answer.confidence if self.answer else "none")

    @property
    def needs_review(self) -> bool:
        told = self.values.get("needs_review")
        return bool(self.answer and self.answer.needs_review) if told is None else told in (True, "true")

    @property
    def comments(self) -> list[dict[str, Any]]:
        return json.loads(self.values.get("comments", "[]"))

    @property
    def log(self) -> list[str]:
        """The sort keys of its entries in the log, the oldest first."""
        return [each["S"] for each in self.values.get("log", [])]

    @property
    def writers(self) -> frozenset[str]:
        """The subjects and the names of those who wrote the answer; none while it is the model's."""
        return frozenset(self.values.get("writers", ()))

    def to_json(self) -> dict[str, Any]:
        """An `Item` of openapi.yaml."""
        shown = {
            "number": self.number,
            "label": self.question.label,
            "section": self.question.section,
            "parent": self.question.parent,
            "question": self.question.text,
            "kind": self.question.answer.kind,
            "options": list(self.question.answer.options),
            "max_chars": self.question.answer.max_chars,
            "status": self.status,
            "completion": self.answer.completion if self.answer else "",
            "values": list(self.answer.values) if self.answer else [],
            "confidence": self.confidence,
            "review": self.review,
            "assignee": self.assignee,
        }
        told = {name: each for name, each in shown.items() if each}
        told |= {"withheld": True} if self.is_withheld else {}
        return told | {"needs_review": self.needs_review, "version": self.version}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a caller can read of a questionnaire."""

    row: QuestionnaireRow
    caller: Caller

    @property
    def is_whole(self) -> bool:
        return self.row.may_be_read_by(self.caller)

    def allows(self, item: Item) -> bool:
        return self.is_whole or item.assignee == self.caller.user


def find_reading(table: str, questionnaire_id: str, caller: Caller) -> Reading:
    """Raises NotFoundError where there is no questionnaire."""
    row = read_row(table, questionnaire_id)
    if row is None:
        raise not_found()
    return Reading(row, caller)


def find_item(table: str, reading: Reading, number: int) -> Item:
    """Raises NotFoundError for an item that the caller cannot read."""
    key = item_of(reading.row.questionnaire_id, number)
    try:
        found = dynamodb().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a question was looked up", MisconfiguredError) from error
    item = Item.from_item(found) if found and "question" in found else None
    if item is None or not reading.allows(item):
        raise not_found()
    return item


def items_after(table: str, questionnaire_id: str, number: int, page: int) -> Iterator[Item]:
    """The items behind one of this number, in the order of the file; `page` is how many are read at a time."""
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "questionnaire_id = :id AND begins_with(#item, :prefix)",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":id": {"S": questionnaire_id}, ":prefix": {"S": ITEM}},
        "ConsistentRead": True,
        "Limit": page,
    }
    if number:
        request["ExclusiveStartKey"] = item_of(questionnaire_id, number)
    while True:
        try:
            reply = dynamodb().query(**request)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "questions were looked up", MisconfiguredError) from error
        yield from (Item.from_item(item) for item in reply["Items"])
        if not (last := reply.get("LastEvaluatedKey")):
            return
        request["ExclusiveStartKey"] = last


def item_of(questionnaire_id: str, number: int) -> dict[str, Any]:
    return {"questionnaire_id": {"S": questionnaire_id}, "item": {"S": item_key(number)}}


def not_found() -> NotFoundError:
    return NotFoundError("There is no such question.")
