"""What changes an answer, its item and its author's tally together: it is submitted, accepted or rejected."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from labeling.answers import Answer, answer_key
from labeling.items import Item, item_key, item_values
from labeling.tallies import tally_update

_LATER = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


def decide(
    table: str, item: Item, agreement: float | None, answer: Answer, status: str, values: Mapping[str, Any]
) -> bool:
    """Write all; false if the item was changed since it was read, or the answer is not what it was.

    `agreement` None leaves out that of the item. `values` are further attributes of the answer.
    """
    change, item_told = item_values(item)
    if agreement is not None:
        change, item_told = f"{change}, agreement = :agreement", item_told | {":agreement": {"S": str(agreement)}}
    told = {
        ":new": {"S": status},
        ":old": {"S": answer.status},
        ":version": {"N": str(answer.version)},
        **{f":{name}": {"N": str(each)} if isinstance(each, int) else {"S": each} for name, each in values.items()},
    }
    more = "".join(f", {name} = :{name}" for name in values)
    writes: Any = [
        {
            "Update": {
                "TableName": table,
                "Key": item_key(item.task_id, item.number),
                "UpdateExpression": change,
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": item_told,
            }
        },
        {
            "Update": {
                "TableName": table,
                "Key": answer_key(answer.task_id, answer.number, answer.subject),
                "UpdateExpression": f"SET #status = :new{more}",
                "ConditionExpression": "#status = :old AND answer_version = :version",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": told,
            }
        },
        tally_update(table, item, answer, status, values, agreement),
    ]
    try:
        dynamodb().transact_write_items(TransactItems=writes)
    except dynamodb().exceptions.TransactionCanceledException as error:
        reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())} - {"None"}
        if reasons and reasons <= _LATER:
            return False
        raise from_aws(error, "an answer was decided on", MisconfiguredError) from error
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an answer was decided on", MisconfiguredError) from error
    return True
