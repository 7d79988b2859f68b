"""The items of a questionnaire: read a page at a time, and written only as they were read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaire_rows import stored_items
from docent.questionnaires import Answer, Question

OPEN = "open"
# What is used of a row; a questionnaire's place and comments can be long.
_ATTRIBUTES = "#item, question, answer, review"


@dataclass(frozen=True, slots=True)
class Item:
    """`kept` is the answer's JSON as the row has it; `note` is who approved the answer that it was taken from."""

    key: str
    question: Question
    answer: Answer | None
    kept: str
    review: str
    note: str = ""

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = {name: value.get("S", "") for name, value in item.items()}
        kept = values.get("answer", "")
        given = json.loads(kept) if kept else {}
        answer = Answer.from_json(given) if given else None
        question = Question.from_json(json.loads(values["question"]))
        return cls(values["item"], question, answer, kept, values.get("review", OPEN), given.get("note", ""))

    @property
    def is_a_persons(self) -> bool:
        return self.review != OPEN

    @property
    def may_get_another_answer(self) -> bool:
        """Not what a person wrote, nor what its place held before."""
        return not self.is_a_persons and not (self.answer and self.answer.status == "already_answered")

    @property
    def name(self) -> str:
        """The number by which people know its question."""
        return self.question.label or str(self.question.number)


def read_items(table: str, questionnaire_id: str) -> Iterator[Item]:
    for item in stored_items(table, questionnaire_id, _ATTRIBUTES):
        if "question" in item:
            yield Item.from_item(item)


def write_item(table: str, questionnaire_id: str, item: Item, answer: Answer, note: str, at: str) -> bool:
    """Whether it was written: not when the item has changed since it was read."""
    kept = answer.to_json() | ({"note": note} if note else {})
    values: dict[str, Any] = {
        ":new": {"S": json.dumps(kept, ensure_ascii=False)},
        ":status": {"S": answer.status},
        ":confidence": {"S": answer.confidence},
        ":needs_review": {"BOOL": answer.needs_review},
        ":review": {"S": item.review},
        ":open": {"S": OPEN},
    }
    condition = "(review = :review OR (attribute_not_exists(review) AND :review = :open)) AND "
    if item.kept:
        condition, values = f"{condition}answer = :kept", values | {":kept": {"S": item.kept}}
    else:
        condition += "attribute_not_exists(answer)"
    change = "SET answer = :new, #status = :status, confidence = :confidence, needs_review = :needs_review"
    if not (item.answer and item.answer.completion == answer.completion and item.answer.values == answer.values):
        change += ", answered_at = :at, written_by = :model REMOVE #error"
        values |= {":at": {"S": at}, ":model": {"S": "model"}}
    try:
        dynamodb().update_item(
            TableName=table,
            Key={"questionnaire_id": {"S": questionnaire_id}, "item": {"S": item.key}},
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#status": "status"} | ({"#error": "error"} if "#error" in change else {}),
            ExpressionAttributeValues=values,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an answer was compared with others", MisconfiguredError) from error
    return True
