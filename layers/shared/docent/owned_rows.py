"""Rows that belong to the caller who made them: jobs of summaries and runs of debates.

`owner` is JSON; `owner_subject`, by which the index finds the rows, is the subject alone. A row without `status` is of
something that was deleted: it refuses late events until DynamoDB forgets it.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.callers import Caller
from docent.clients import dynamodb
from docent.clock import now_text
from docent.errors import InvalidRequestError, MisconfiguredError, from_aws
from docent.table_rows import BY_OWNER, change_row

# Until then an event of something deleted that arrives late is refused.
KEEP = 30 * 86_400
# What is never started is forgotten after a day; its claim keeps it.
KEEP_ANNOUNCED = 86_400
_Item = Mapping[str, Mapping[str, Any]]


def owner_json(caller: Caller) -> dict[str, Any]:
    return {"subject": caller.subject, "user": caller.user, "groups": list(caller.groups)}


def owner_of(values: Mapping[str, Any]) -> Caller:
    """What was put straight into the bucket has no owner: a caller without a subject."""
    owner = values.get("owner", {})
    return Caller(owner.get("subject", ""), owner.get("user", ""), tuple(owner.get("groups", ())), 0)


def announce(
    table: str, key: Mapping[str, Any], source: Mapping[str, str], caller: Caller, now: float, *, is_new: bool
) -> bool:
    """Make the row the caller's, before anything is started. False if it is somebody else's."""
    first = ", #status = :uploading, #source = :source, expires_at = :expires" if is_new else ""
    of_first = {"source": dict(source), "uploading": "UPLOADING", "expires": int(now) + KEEP_ANNOUNCED}
    return change_row(
        table,
        key,
        "SET #owner = :owner, owner_subject = :subject, created_at = if_not_exists(created_at, :now),"
        f" updated_at = if_not_exists(updated_at, :now){first}",
        "attribute_not_exists(owner_subject) OR owner_subject = :subject",
        {"owner": owner_json(caller), "subject": caller.subject, "now": now_text(now), **(of_first if is_new else {})},
        f"a row of {table} was announced",
    )


def page(table: str, id_name: str, caller: Caller, limit: int, place: str | None) -> tuple[list[_Item], str | None]:
    """The caller's rows, newest first, and where the following page begins."""
    after: Any = {"ExclusiveStartKey": _start(decode_next(place), id_name, caller)} if place else {}
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
        raise from_aws(error, f"rows of {table} were listed", MisconfiguredError) from error
    last: Any = reply.get("LastEvaluatedKey")
    following = encode_next([last[id_name]["S"], last["created_at"]["S"]]) if last else None
    return [item for item in reply["Items"] if "status" in item], following


def leave_tombstone(table: str, key: Mapping[str, Any], generation: str, now: float) -> None:
    item = {**key, "generation": {"S": generation}, "expires_at": {"N": str(int(now) + KEEP)}}
    try:
        dynamodb().put_item(TableName=table, Item=item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"a row of {table} was deleted", MisconfiguredError) from error


def _start(place: Any, id_name: str, caller: Caller) -> dict[str, Any]:
    match place:
        case [str() as own_id, str() as created_at]:
            return {
                id_name: {"S": own_id}, "owner_subject": {"S": caller.subject}, "created_at": {"S": created_at}
            }  # fmt: skip
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    raise InvalidRequestError("`next` is not usable.", (detail,))
