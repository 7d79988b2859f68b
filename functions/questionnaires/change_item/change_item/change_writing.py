"""One change in one transaction: the item, its entry in the log, and the answer library."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.answer_library import iso
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import DocentError, MisconfiguredError, TransientError, from_aws
from docent.errors.questionnaires import ChangedMeanwhileError
from docent.questionnaire_items import Item, item_of
from docent.questionnaires import LOG

from .item_changes import ItemChange

# Of the reasons why a transaction is cancelled: those that may be gone when it is tried again.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


def write_change(
    table: str,
    questionnaire_id: str,
    change: ItemChange,
    caller: Caller,
    moment: datetime,
    change_id: str,
    more: list[Any],
) -> Item:
    """The item after the change. `change_id` is unlike that of any other change, `more` what the same transaction
    writes besides.

    Raises ChangedMeanwhileError if the item is not as it was read, and TransientError if it is changed right now.
    """
    log_key = f"{LOG}{iso(moment)}#{change_id}"
    attributes = {name: _typed(value) for name, value in change.values.items() if value is not None}
    attributes["version"] = {"N": str(change.item.revision + 1)}
    removed = [name for name, value in change.values.items() if value is None]
    update = _update(change.item, attributes, removed, log_key)
    entry = _entry(change, caller, moment)
    log_row = {"questionnaire_id": {"S": questionnaire_id}, "item": {"S": log_key}} | entry
    writes: list[Any] = [
        {"Update": {"TableName": table, "Key": item_of(questionnaire_id, change.item.number)} | update},
        {"Put": {"TableName": table, "Item": log_row, "ConditionExpression": "attribute_not_exists(questionnaire_id)"}},
        *more,
    ]
    try:
        dynamodb().transact_write_items(TransactItems=writes)
    except dynamodb().exceptions.TransactionCanceledException as error:
        raise _cancelled(error) from error
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a question was changed", MisconfiguredError) from error
    plain = {name: next(iter(value.values())) for name, value in attributes.items()}
    values = {name: value for name, value in {**change.item.values, **plain}.items() if name not in removed}
    is_withheld = change.item.is_withheld and not change.is_edited
    return Item(change.item.number, change.item.question, change.answer, change.item.revision + 1, values, is_withheld)


def _update(item: Item, attributes: Mapping[str, Any], removed: list[str], log_key: str) -> dict[str, Any]:
    """Only if the item is as it was read: the question, the answer, and the number of changes."""
    names = {f"#{name}": name for name in (*attributes, *removed, "version", "log", "question", "answer")}
    sets = [f"#{name} = :{name}" for name in attributes] + ["#log = list_append(if_not_exists(#log, :none), :entry)"]
    expected = {"question": item.values["question"], "answer": item.values.get("answer")}
    conditions = [
        f"#{name} = :was_{name}" if value else f"attribute_not_exists(#{name})" for name, value in expected.items()
    ]
    conditions.append("#version = :was_version" if "version" in item.values else "attribute_not_exists(#version)")
    values = {f":{name}": value for name, value in attributes.items()}
    values |= {f":was_{name}": {"S": value} for name, value in expected.items() if value}
    values |= {":none": {"L": []}, ":entry": {"L": [{"S": log_key}]}}
    if "version" in item.values:
        values[":was_version"] = {"N": str(item.revision)}
    removals = f" REMOVE {', '.join(f'#{name}' for name in removed)}" if removed else ""
    return {
        "UpdateExpression": f"SET {', '.join(sets)}{removals}",
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _entry(change: ItemChange, caller: Caller, moment: datetime) -> dict[str, Any]:
    """An edit keeps the answer that it replaced: the first one is the model's."""
    entry: dict[str, Any] = {
        "number": {"N": str(change.item.number)},
        "digest": {"S": change.item.question.digest},
        "version": {"N": str(change.item.revision + 1)},
        "at": {"S": iso(moment)},
        "by": {"S": caller.user},
        "subject": {"S": caller.subject},
        "changes": {"S": json.dumps(change.told, ensure_ascii=False)},
    }
    if change.is_edited and change.item.answer:
        entry["answer"] = {"S": change.item.values["answer"]}
    return entry


def _typed(value: Any) -> Any:
    match value:
        case bool():
            return {"BOOL": value}
        case frozenset():
            return {"SS": sorted(value)}
    return {"S": value}


def _cancelled(error: ClientError) -> DocentError:
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons}
    if "ConditionalCheckFailed" in codes:
        return ChangedMeanwhileError("Somebody else has changed this question meanwhile, or it was answered again.")
    if codes & PASSING:
        return TransientError("The question is being changed by somebody else at the same time.")
    return MisconfiguredError(f"A question could not be changed ({', '.join(sorted(filter(None, codes)))}).")
