"""All rows of a task; the task's own goes last."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import write_all
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from labeling.task_rows import task_key


def delete_rows(table: str, task_id: str) -> None:
    doing = "a labeling task was deleted"
    query: Any = {
        "TableName": table,
        "KeyConditionExpression": "task_id = :task",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":task": {"S": task_id}},
        "ProjectionExpression": "task_id, #item",
    }
    own = task_key(task_id)
    try:
        for page in dynamodb().get_paginator("query").paginate(**query):
            requests: Any = [{"DeleteRequest": {"Key": key}} for key in page["Items"] if key != own]
            write_all(table, requests, doing)
        dynamodb().delete_item(TableName=table, Key=own)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, doing, MisconfiguredError) from error
