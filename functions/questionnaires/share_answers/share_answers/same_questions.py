"""Questions asked in the same words within a questionnaire, and the answer that they share."""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws

ANSWERED = ("answered", "unanswered")
UNANSWERED = ("pending", "failed")
ATTRIBUTES = ("answer", "status", "confidence", "needs_review", "written_by")


def copies(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """`(item without an answer, item with the answer to the same question)`"""
    answered: dict[str, str] = {}
    waiting: list[tuple[str, str]] = []
    for item in items:
        if item["status"] in ANSWERED:
            answered.setdefault(item["digest"], item["item"])
        elif item["status"] in UNANSWERED and item.get("review", "open") == "open":
            waiting.append((item["item"], item["digest"]))
    return [(name, answered[digest]) for name, digest in waiting if digest in answered]


def copy_answer(table: str, questionnaire_id: str, copied: str, original: str, now: str) -> None:
    """Does nothing where a person answered meanwhile."""
    of = {"questionnaire_id": {"S": questionnaire_id}}
    try:
        answer = dynamodb().get_item(TableName=table, Key=of | {"item": {"S": original}}).get("Item", {})
        values: Any = {f":{name}": answer[name] for name in ATTRIBUTES if name in answer}
        dynamodb().update_item(
            TableName=table,
            Key=of | {"item": {"S": copied}},
            UpdateExpression="SET answered_at = :now, "
            + ", ".join(f"#{name[1:]} = {name}" for name in values)
            + " REMOVE #error",
            ConditionExpression="#status IN (:pending, :failed) AND (attribute_not_exists(review) OR review = :open)",
            ExpressionAttributeNames={f"#{name[1:]}": name[1:] for name in values} | {"#error": "error"},
            ExpressionAttributeValues=values
            | {":now": {"S": now}, ":pending": {"S": "pending"}, ":failed": {"S": "failed"}, ":open": {"S": "open"}},
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an answer was copied", MisconfiguredError) from error
