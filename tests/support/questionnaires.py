"""Questionnaires in the table, as their workflows leave them, and Step Functions that only notes what is started."""

import json
from typing import Any

from docent.documents import Document, ObjectPointer
from docent.questionnaire_rows import owner_json
from docent.questionnaires import Question, item_key
from docent.readers import Readers
from tests.support.api_calls import MARY
from tests.support.aws import DERIVED_BUCKET, QUESTIONNAIRES_TABLE, SOURCE_BUCKET, World

GENERATION = "006B5C1F" + "0" * 24
RUN = "arn:aws:states:eu-central-1:111122223333:execution:docent-answer-questionnaire:7c1e"
CREATED = "2026-11-29T06:00:00.000Z"


def put_row(aws: World, own_id: str, status: str = "FOUND", **changes: Any) -> None:
    key = f"questionnaires/{MARY.subject}/vendor.csv"
    values: dict[str, Any] = {
        "questionnaire_id": own_id,
        "item": "questionnaire",
        "generation": GENERATION,
        "status": status,
        "owner": owner_json(MARY),
        "readers": Readers(users=frozenset([MARY.user])).to_text(),
        "document": json.dumps(Document(own_id, GENERATION, ObjectPointer(SOURCE_BUCKET, key)).to_json()),
        "file_name": "vendor.csv",
        "execution_arn": RUN,
        "question_count": 2,
        "questions": json.dumps({"bucket": DERIVED_BUCKET, "key": "questionnaires/q.jsonl"}),
        "format": "csv",
        "created_at": CREATED,
        "updated_at": CREATED,
        **changes,
    }
    aws.put_item(QUESTIONNAIRES_TABLE, **{name: value for name, value in values.items() if value is not None})


def put_question(aws: World, own_id: str, number: int, text: str, status: str = "pending", **more: Any) -> None:
    question = Question(number, text, {"row": number, "column": 1})
    values = {"question": json.dumps(question.to_json()), "digest": question.digest, "status": status}
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=own_id, item=item_key(number), **values, **more)


def row_of(aws: World, own_id: str) -> dict[str, Any]:
    rows = aws.items(QUESTIONNAIRES_TABLE)
    return next(row for row in rows if row["questionnaire_id"] == own_id and row["item"] == "questionnaire")


def item_of(aws: World, own_id: str, number: int) -> dict[str, Any]:
    rows = aws.items(QUESTIONNAIRES_TABLE)
    return next(row for row in rows if row["questionnaire_id"] == own_id and row["item"] == item_key(number))
