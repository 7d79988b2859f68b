"""Entries of the log: added in the transaction that they tell of, whoever else adds one at the same time."""

import json
from typing import Any

from governing.audit_chain import Entry, problems_of
from governing.audit_log import CHAIN, entries_after, write_with_entry
from tests.support.aws import AUDIT_TABLE, PRODUCTS_TABLE, World, session
from tests.support.hooks import hooks_of


def put(condition: str = "attribute_not_exists(product_id)") -> list[Any]:
    item = {"product_id": {"S": "loans"}}
    return [{"Put": {"TableName": PRODUCTS_TABLE, "Item": item, "ConditionExpression": condition}}]


def test_what_is_not_done_is_not_told(aws: World) -> None:
    assert write_with_entry(AUDIT_TABLE, {"event": "ProductCreated"}, put())
    assert not write_with_entry(AUDIT_TABLE, {"event": "ProductCreated"}, put())
    assert len(entries_after(AUDIT_TABLE, 0, 10)) == 1


def test_an_entry_that_somebody_else_adds_meanwhile_comes_first(aws: World) -> None:
    pauses: list[float] = []
    others = iter([Entry.after(None, {"by": "somebody else"})])

    def add_another(**_: Any) -> None:
        if entry := next(others, None):
            aws.put_item(AUDIT_TABLE, chain=CHAIN, **entry.to_json())

    with hooks_of(session()).hooked(add_another, "before-call.dynamodb.TransactWriteItems"):
        assert write_with_entry(AUDIT_TABLE, {"by": "me"}, put(), sleep=pauses.append)
    entries = entries_after(AUDIT_TABLE, 0, 100)
    assert [json.loads(entry.told)["by"] for entry in entries] == ["somebody else", "me"]
    assert problems_of(entries, []) == []
    assert len(pauses) == 1
