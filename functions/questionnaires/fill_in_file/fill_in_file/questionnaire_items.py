"""The questions of a file, each with its answer and its review, from questions.jsonl and the questionnaires' table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from docent.questionnaire_rows import QuestionnaireRow, stored_items
from docent.questionnaires import Answer, Question, item_key
from docent.withheld_answers import OwnersReading


@dataclass(frozen=True, slots=True)
class Item:
    """`edited` tells that a person wrote the answer. `error` is why a failed question has none. The answer of one that
    `is_withheld` is without what it was (docent.withheld_answers)."""

    question: Question
    status: str = "pending"
    answer: Answer | None = None
    confidence: str = "none"
    needs_review: bool = False
    review: str = "open"
    approved_by: str = ""
    edited: bool = False
    error: str = ""
    is_withheld: bool = False

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
    rows = {row["item"]["S"]: row for row in stored_items(table, questionnaire_id)}
    found = [Question.from_json(json.loads(line)) for line in questions.splitlines() if line.strip()]
    return [Item.from_row(question, rows.pop(item_key(question.number), {})) for question in found]


def without_withheld(items: Sequence[Item], owner: OwnersReading) -> list[Item]:
    return [
        replace(item, answer=item.answer.withheld, is_withheld=True)
        if item.answer and owner.withholds(item.answer)
        else item
        for item in items
    ]


def overwrites(row: QuestionnaireRow | None) -> bool:
    """Whether the questionnaire's owner wants answers replaced that the file had before."""
    return bool(row and row.values.get("overwrite") in (True, "true", "1"))


def _message(error: Any) -> str:
    """The error of a row is a map of `name` and `message`, or the same as JSON."""
    if isinstance(error, str) and error.startswith("{"):
        error = json.loads(error)
    if isinstance(error, Mapping):
        message = error.get("message", "")
        return message.get("S", "") if isinstance(message, Mapping) else message
    return error or ""
