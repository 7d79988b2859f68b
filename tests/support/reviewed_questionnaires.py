"""Questionnaires in their table: a row that Mary owns and Erika can read, and items with answers."""

import json
from typing import Any

from docent.citations import Citation
from docent.questionnaires import Answer, AnswerType, Question, item_key
from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY
from tests.support.aws import DOCUMENTS_TABLE, QUESTIONNAIRES_TABLE, World

QUESTIONNAIRE_ID = "5e1fca11ab1e5e1fca11ab1e5e1fca11"
BEEF, CAFE = "beef" * 8, "cafe" * 8
IMAGE = f"documents/{CAFE}/1/images/abcd.png"
POLICY = Citation(BEEF, "policies/backup.pdf", 4, None, "Backups are kept for 30 days.", None)
DIAGRAM = Citation(CAFE, "policies/network.pdf", 2, (64.0, 158.4, 531.0, 429.6), "TLS 1.3", IMAGE)


def put_questionnaire(aws: World, questionnaire_id: str = QUESTIONNAIRE_ID, **changes: Any) -> None:
    owner = {"subject": MARY.subject, "user": MARY.user, "groups": list(MARY.groups)}
    values = {
        "questionnaire_id": questionnaire_id,
        "item": "questionnaire",
        "generation": "1",
        "status": "ANSWERED",
        "owner": json.dumps(owner),
        "readers": Readers(frozenset({ERIKA.user})).to_text(),
        "created_at": "2027-01-15T08:00:00.000Z",
        "updated_at": "2027-01-15T08:00:00.000Z",
    }
    aws.put_item(QUESTIONNAIRES_TABLE, **(values | changes))


def question(number: int, text: str = "", **more: Any) -> Question:
    return Question(number, text or f"How is question {number} answered?", {"line": number}, **more)


def choice(*options: str) -> AnswerType:
    return AnswerType("choice", options)


def answered(completion: str = "For 30 days [1].", *citations: Citation, **more: Any) -> Answer:
    values: dict[str, Any] = {"confidence": "high"} | more
    return Answer("answered", completion, citations=citations, **values)


def put_question(
    aws: World,
    asked: Question,
    answer: Answer | None = None,
    questionnaire_id: str = QUESTIONNAIRE_ID,
    **more: Any,
) -> None:
    values: dict[str, Any] = {
        "questionnaire_id": questionnaire_id,
        "item": item_key(asked.number),
        "question": json.dumps(asked.to_json()),
        "digest": asked.digest,
        "status": answer.status if answer else "pending",
    }
    if answer:
        values |= {
            "answer": json.dumps(answer.to_json()),
            "confidence": answer.confidence,
            "needs_review": answer.needs_review,
            "written_by": "model",
        }
    aws.put_item(QUESTIONNAIRES_TABLE, **(values | more))


def put_document(aws: World, document_id: str, **changes: Any) -> None:
    readers = {"users": [MARY.user, ERIKA.user], "groups": []}
    values = {
        "document_id": document_id,
        "key": "policies/backup.pdf",
        "generation": "1",
        "status": "INGESTED",
        "readers": json.dumps(readers),
    }
    aws.put_item(DOCUMENTS_TABLE, **(values | changes))
