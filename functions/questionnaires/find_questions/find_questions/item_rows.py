"""The rows of a questionnaire's questions, with what was answered and reviewed of the same question before."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from docent.batches import write_all
from docent.questionnaire_rows import stored_items
from docent.questionnaires import Question, item_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

# What a row says of the question itself; everything else is of its answer and its review.
_OWN = {"questionnaire_id", "item", "question", "digest"}


def write_rows(table: str, questionnaire_id: str, questions: Sequence[Question]) -> None:
    """One row for each question; rows of questions that the file no longer has are deleted."""
    before: dict[str, Any] = {row["item"]["S"]: row for row in stored_items(table, questionnaire_id)}
    kept: dict[str, Mapping[str, Any]] = {}
    for row in before.values():
        if _is_worked_on(row):
            kept.setdefault(row["digest"]["S"], row)
    requests: list[WriteRequestTypeDef] = []
    for question in questions:
        row = _row(questionnaire_id, question, kept.pop(question.digest, None))
        if before.pop(item_key(question.number), None) != row:
            requests.append({"PutRequest": {"Item": row}})
    for key in before:
        requests.append({"DeleteRequest": {"Key": {"questionnaire_id": {"S": questionnaire_id}, "item": {"S": key}}}})
    write_all(table, requests, f"writing the questions of questionnaire {questionnaire_id}")


def _is_worked_on(row: Mapping[str, Any]) -> bool:
    return row.get("status", {}).get("S") not in {"pending", "already_answered"} or "review" in row


def _row(questionnaire_id: str, question: Question, before: Mapping[str, Any] | None) -> dict[str, Any]:
    status = "already_answered" if question.existing else "pending"
    row: dict[str, Any] = {name: value for name, value in (before or {}).items() if name not in _OWN}
    return row | {
        "questionnaire_id": {"S": questionnaire_id},
        "item": {"S": item_key(question.number)},
        "question": {"S": json.dumps(question.to_json(), ensure_ascii=False)},
        "digest": {"S": question.digest},
        "status": row.get("status") or {"S": status},
    }
