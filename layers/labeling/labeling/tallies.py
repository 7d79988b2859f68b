"""What became of each annotator's answers, counted in the write that decides it, so that a task of any size is told
without reading its answers.

The row `tally#<subject>` of a task has the counts of one person: `answers` that are submitted or accepted, `accepted`,
`rejections`, `known_items` with what was found in them, and how much their answers changed the sum and the number of
the items' agreements. Two people write two rows, so nobody waits.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.table_rows import values_of
from labeling.answers import Answer
from labeling.items import Item

KNOWN = ("known_matched", "known_found", "known_wanted")


def tally_key(task_id: str, subject: str) -> dict[str, Any]:
    return {"task_id": {"S": task_id}, "item": {"S": f"tally#{subject}"}}


def tally_changes(
    item: Item, answer: Answer, status: str, values: Mapping[str, Any], agreement: float | None
) -> dict[str, Decimal]:
    """By how much each count changes when the answer gets a status and further values, and the item an agreement."""
    before = answer.values
    changes: dict[str, Any] = {
        "answers": (status != "DRAFT") - (not answer.is_draft),
        "accepted": (status == "ACCEPTED") - (answer.status == "ACCEPTED"),
        "known_items": int("known_matched" in values and "known_matched" not in before),
    }
    for name in ("rejections", *KNOWN):
        had = int(before.get(name, 0))
        changes[name] = int(values.get(name, had)) - had
    if agreement is not None:
        old = item.values.get("agreement")
        changes["agreement_sum"] = Decimal(str(agreement)) - Decimal(str(old or 0))
        changes["agreement_items"] = int(old is None)
    return {name: Decimal(change) for name, change in changes.items() if change}


def tally_update(
    table: str, item: Item, answer: Answer, status: str, values: Mapping[str, Any], agreement: float | None
) -> dict[str, Any]:
    """A member of a transaction."""
    changes = tally_changes(item, answer, status, values, agreement)
    added = ", ".join(f"{name} :{name}" for name in changes)
    return {
        "Update": {
            "TableName": table,
            "Key": tally_key(answer.task_id, answer.subject),
            "UpdateExpression": f"SET annotator = :user{f' ADD {added}' if added else ''}",
            "ExpressionAttributeValues": {
                ":user": {"S": answer.user},
                **{f":{name}": {"N": str(change)} for name, change in changes.items()},
            },
        }
    }


def tallies_of(table: str, task_id: str) -> list[dict[str, Any]]:
    """Those of everybody who has submitted an answer."""
    query: Any = {
        "TableName": table,
        "KeyConditionExpression": "task_id = :task AND begins_with(#item, :tallies)",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":task": {"S": task_id}, ":tallies": {"S": "tally#"}},
    }
    try:
        pages = dynamodb().get_paginator("query").paginate(**query)
        return [values_of(item, ()) for page in pages for item in page["Items"]]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "annotators were listed", MisconfiguredError) from error
