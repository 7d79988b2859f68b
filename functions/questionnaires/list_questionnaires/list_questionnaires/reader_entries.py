"""The lists of all names of a caller, merged. Entries may be stale: the rows say who can read what."""

import heapq
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.batches import read_all
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import InvalidRequestError, MisconfiguredError, from_aws
from docent.questionnaire_rows import READER, QuestionnaireRow, is_assigned, row_key
from docent.readers import names_of


def page(table: str, caller: Caller, limit: int, place: str | None) -> tuple[list[QuestionnaireRow], str | None]:
    """The rows, and where the following page begins. A page of stale entries is short and leads to the next."""
    before = decode_next(place) if place else None
    if before is not None and not isinstance(before, str):
        detail = {"field": "/query/next", "detail": "is none that a page before gave"}
        raise InvalidRequestError("`next` is not usable.", (detail,))
    lists = (_entries(table, name, before, limit + 1) for name in names_of(caller))
    merged = [entry for entry, _ in groupby(heapq.merge(*lists, reverse=True))]
    entries = merged[:limit]
    keys = [row_key(entry.rpartition("#")[2]) for entry in entries]
    items = (item for item in read_all(table, keys, "questionnaires were looked up") if "status" in item)
    rows = {row.questionnaire_id: row for row in map(QuestionnaireRow.from_item, items)}
    found = [rows[own_id] for entry in entries if (own_id := entry.rpartition("#")[2]) in rows]
    following = encode_next(entries[-1]) if len(merged) > limit else None
    seen = [row for row in found if row.may_be_read_by(caller) or is_assigned(table, row.questionnaire_id, caller)]
    return seen, following


def _entries(table: str, name: str, before: str | None, limit: int) -> list[str]:
    """Times and ids, newest first."""
    older = " AND #item < :before" if before else ""
    names: Any = {"ExpressionAttributeNames": {"#item": "item"}} if before else {}
    values = {":reader": {"S": f"{READER}{name}"}} | ({":before": {"S": before}} if before else {})
    try:
        reply = dynamodb().query(
            TableName=table,
            KeyConditionExpression=f"questionnaire_id = :reader{older}",
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
            Limit=limit,
            ConsistentRead=True,
            **names,
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "questionnaires were listed", MisconfiguredError) from error
    return [item["item"].get("S", "") for item in reply["Items"]]
