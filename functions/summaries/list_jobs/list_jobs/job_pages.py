"""One page of a caller's jobs, from the index that lists them by owner and time."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import InvalidRequestError, MisconfiguredError, from_aws
from docent.summary_jobs import JobRow, job_key
from docent.table_rows import BY_OWNER


def page(table: str, caller: Caller, limit: int, place: str | None) -> tuple[list[JobRow], str | None]:
    """The rows, and where the following page begins."""
    after: Any = {"ExclusiveStartKey": _start(decode_next(place), caller)} if place else {}
    try:
        reply = dynamodb().query(
            TableName=table,
            IndexName=BY_OWNER,
            KeyConditionExpression="owner_subject = :owner",
            ExpressionAttributeValues={":owner": {"S": caller.subject}},
            ScanIndexForward=False,
            Limit=limit,
            **after,
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "jobs were listed", MisconfiguredError) from error
    last: Any = reply.get("LastEvaluatedKey")
    following = encode_next([last["job_id"]["S"], last["created_at"]["S"]]) if last else None
    return [JobRow.from_item(item) for item in reply["Items"] if "status" in item], following


def _start(place: Any, caller: Caller) -> dict[str, Any]:
    match place:
        case [str() as job_id, str() as created_at]:
            return job_key(job_id) | {"owner_subject": {"S": caller.subject}, "created_at": {"S": created_at}}
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    raise InvalidRequestError("`next` is not usable.", (detail,))
