"""The questions of a file, each with its answer and its review, from questions.jsonl and the questionnaires' table."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaires import ITEM, QUESTIONNAIRE, Answer, Question, item_key


@dataclass(frozen=True, slots=True)
class Item:
    """`edited` tells that a person wrote the answer. `error` is why a failed question has none."""

    question: Question
    status: str = "pending"
    answer: Answer | None = None
    confidence: str = "none"
    needs_review: bool = False
    review: str = "open"
    approved_by: str = ""
    edited: bool = False
    error: str = ""

    @classmethod
    def from_row(cls, question: Question, row: Mapping[str, Mapping[str, Any]]) -> Self:
        """A row of another question is no answer to this one: `digest` tells them apart."""
        values = {name: next(iter(value.values())) for name, value in row.items()}
        if values.get("digest", question.digest) != question.digest:
            return cls(question)
        answer = Answer.from_json(json.loads(values["answer"])) if values.get("answer") else None
        review, told = values.get("review", "open"), values.get("needs_review")
        return cls(
            question,
            values.get("status", "pending"),
            answer,
            values.get("confidence") or (answer.confidence if answer else "none"),
            bool(answer and answer.needs_review) if told is None else told in (True, "true", "1"),
            review,
            values.get("approved_by", ""),
            review == "edited" or bool(values.get("edited_by") or values.get("writers")),
            _message(values.get("error")),
        )


def read_items(table: str, questionnaire_id: str, questions: bytes) -> list[Item]:
    rows = {row["item"]["S"]: row for row in _rows(table, questionnaire_id)}
    found = [Question.from_json(json.loads(line)) for line in questions.splitlines() if line.strip()]
    return [Item.from_row(question, rows.get(item_key(question.number), {})) for question in found]


def overwrites(table: str, questionnaire_id: str) -> bool:
    """Whether the questionnaire's owner wants answers replaced that the file had before."""
    key: Any = {"questionnaire_id": {"S": questionnaire_id}, "item": {"S": QUESTIONNAIRE}}
    try:
        row = dynamodb().get_item(TableName=table, Key=key, ProjectionExpression="overwrite").get("Item", {})
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a questionnaire was looked up", MisconfiguredError) from error
    return any(value in (True, "true", "1") for value in row.get("overwrite", {}).values())


def _rows(table: str, questionnaire_id: str) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    try:
        for page in (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=table,
                KeyConditionExpression="questionnaire_id = :id AND begins_with(#item, :prefix)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues={":id": {"S": questionnaire_id}, ":prefix": {"S": ITEM}},
                ConsistentRead=True,
            )
        ):
            yield from page["Items"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the answers of a questionnaire were read", MisconfiguredError) from error


def _message(error: Any) -> str:
    """The error of a row is a map of `name` and `message`, or the same as JSON."""
    if isinstance(error, str) and error.startswith("{"):
        error = json.loads(error)
    if isinstance(error, Mapping):
        message = error.get("message", "")
        return message.get("S", "") if isinstance(message, Mapping) else message
    return error or ""
