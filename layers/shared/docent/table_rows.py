"""Rows of a table whose attributes are texts, numbers and objects as JSON: read as of now, and changed.

A table that is listed by owner has the index `by-owner`, over `owner_subject` and `created_at`.
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws

# The index of a table that lists an owner's rows by the time of their creation.
BY_OWNER = "by-owner"
# Attributes of ours whose names DynamoDB reserves. Expressions write them `#status`, and so on.
_RESERVED = ("status", "owner", "source", "error", "batch", "counts")
_Item = Mapping[str, Mapping[str, Any]]


def values_of(item: _Item, json_names: tuple[str, ...]) -> dict[str, Any]:
    """All attributes by their names, with those of `json_names` read."""
    values = {name: _plain(value) for name, value in item.items()}
    return values | {name: json.loads(values[name]) for name in json_names if name in values}


def read_item(table: str, key: Mapping[str, Any], doing: str) -> _Item:
    """As of now; empty where there is none."""
    try:
        return dynamodb().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, doing, MisconfiguredError) from error


def change_row(
    table: str, key: Mapping[str, Any], change: str, condition: str, values: Mapping[str, Any], doing: str
) -> bool:
    """Change the row where the condition holds; false where it does not.

    `change` is an update expression. `values` are by their names in both, without colons; objects are kept as JSON.
    """
    names = {f"#{name}": name for name in _RESERVED if f"#{name}" in change + condition}
    more: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
    try:
        dynamodb().update_item(
            TableName=table,
            Key=key,
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeValues={f":{name}": _typed(value) for name, value in values.items()},
            **more,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, doing, MisconfiguredError) from error
    return True


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, plain),) = value.items()
    if kind == "M":
        return {name: _plain(each) for name, each in plain.items()}
    return float(plain) if kind == "N" else plain


def _typed(value: Any) -> Any:
    match value:
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
    return {"S": json.dumps(value, ensure_ascii=False)}
