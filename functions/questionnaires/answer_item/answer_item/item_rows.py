"""The rows of a questionnaire that answering one of its items reads and writes."""

import json
from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.derived_keys import questionnaire_source
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.questionnaire_rows import QuestionnaireRow, read_row
from docent.questionnaires import KEPT, Answer, Question, item_key

# A call that became a job has been answered by the job long before.
KEPT_FOR = 3600
# A person has said what the answer is.
OPEN = "open"


def caller_of(value: Mapping[str, Any]) -> Caller:
    """`groups` is a list, or JSON as an authorizer has it."""
    groups = value.get("groups") or []
    named = json.loads(groups) if isinstance(groups, str) else sorted(groups)
    return Caller(value["subject"], value.get("user", ""), tuple(named), int(value.get("expires_at", 0)))


def read_questionnaire(table: str, questionnaire_id: str) -> QuestionnaireRow:
    """Raises NotFoundError for one that was deleted."""
    row = read_row(table, questionnaire_id)
    if row is None:
        raise NotFoundError(f"The questionnaire {questionnaire_id} is not there.")
    return row


def read_status(table: str, questionnaire_id: str, question: Question, generation: str) -> str:
    """The item's status, if it has an answer to this question of this upload already, or belongs to a person; or ""."""
    values = _values(_read(table, questionnaire_id, item_key(question.number)))
    is_a_persons = values.get("review", OPEN) != OPEN
    is_answered = values.get("answer") and values.get("status") in ("answered", "already_answered")
    is_same = values.get("digest") == question.digest and values.get("answered_generation") == generation
    return values["status"] if values and (is_a_persons or (is_answered and is_same)) else ""


def write_answer(
    table: str, questionnaire_id: str, question: Question, generation: str, answer: Answer, note: str, at: str
) -> bool:
    """Whether it was written: not when the question has changed, or a person has edited or approved its answer."""
    kept = answer.to_json() | ({"note": note} if note else {})
    values: dict[str, Any] = {
        ":answer": {"S": json.dumps(kept, ensure_ascii=False)},
        ":status": {"S": answer.status},
        ":confidence": {"S": answer.confidence},
        ":needs_review": {"BOOL": answer.needs_review},
        ":at": {"S": at},
        ":model": {"S": "model"},
        ":generation": {"S": generation},
        ":digest": {"S": question.digest},
        ":open": {"S": OPEN},
    }
    try:
        dynamodb().update_item(
            TableName=table,
            Key=_key(questionnaire_id, item_key(question.number)),
            UpdateExpression=(
                "SET answer = :answer, #status = :status, confidence = :confidence, needs_review = :needs_review, "
                "answered_at = :at, written_by = :model, answered_generation = :generation"
            ),
            ConditionExpression="digest = :digest AND (attribute_not_exists(review) OR review = :open)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=values,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an answer was kept", MisconfiguredError) from error
    return True


def keep_answer(table: str, job_id: str, question: Question, answer: Answer, note: str, now: float) -> None:
    """For the job that the call becomes if it takes too long. One that failed is asked again."""
    if answer.status not in ("answered", "unanswered"):
        return
    kept = answer.to_json() | ({"note": note} if note else {})
    try:
        dynamodb().update_item(
            TableName=table,
            Key=_key(job_id, f"{KEPT}{question.digest}"),
            UpdateExpression="SET answer = :answer, expires_at = :expires",
            ExpressionAttributeValues={
                ":answer": {"S": json.dumps(kept, ensure_ascii=False)},
                ":expires": {"N": str(int(now) + KEPT_FOR)},
            },
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an answer was kept", MisconfiguredError) from error


def kept_answer(table: str, row: QuestionnaireRow, question: Question) -> tuple[Answer, str] | None:
    """What the call that became this job answered already, with its note."""
    if row.document.source.key != questionnaire_source(row.questionnaire_id):
        return None
    values = _values(_read(table, row.questionnaire_id, f"{KEPT}{question.digest}"))
    if not values:
        return None
    kept = json.loads(values["answer"])
    return Answer.from_json(kept), kept.get("note", "")


def _read(table: str, questionnaire_id: str, item: str) -> Mapping[str, Any]:
    try:
        return (
            dynamodb().get_item(TableName=table, Key=_key(questionnaire_id, item), ConsistentRead=True).get("Item", {})
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a questionnaire was read", MisconfiguredError) from error


def _key(questionnaire_id: str, item: str) -> Any:
    return {"questionnaire_id": {"S": questionnaire_id}, "item": {"S": item}}


def _values(item: Mapping[str, Any]) -> dict[str, Any]:
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}
