"""Entries of the log: added in the transaction that they tell of, whoever else adds one at the same time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from governing.audit_chain import problems_of
from governing.audit_log import entries_after, write_with_entry
from tests.support.aws import AUDIT_TABLE, PRODUCTS_TABLE, World


def put(condition: str = "attribute_not_exists(product_id)") -> list[Any]:
    item = {"product_id": {"S": "loans"}}
    return [{"Put": {"TableName": PRODUCTS_TABLE, "Item": item, "ConditionExpression": condition}}]


def test_what_is_not_done_is_not_told(aws: World) -> None:
    assert write_with_entry(AUDIT_TABLE, {"event": "ProductCreated"}, put())
    assert not write_with_entry(AUDIT_TABLE, {"event": "ProductCreated"}, put())
    assert len(entries_after(AUDIT_TABLE, 0, 10)) == 1


def test_entries_that_are_added_at_the_same_time_are_one_chain(aws: World) -> None:
    pauses: list[float] = []

    def add(number: int) -> bool:
        return write_with_entry(AUDIT_TABLE, {"number": number}, sleep=pauses.append)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(add, range(12)))
    entries = entries_after(AUDIT_TABLE, 0, 100)
    assert [entry.sequence for entry in entries] == list(range(1, 13))
    assert problems_of(entries, []) == []
