"""Grants of data products: read with every request, in force from one second to another."""

from dataclasses import replace

import pytest

from answering.search_queries import user_context
from docent.audiences import audiences_of, note_audience
from docent.callers import Caller
from docent.document_rows import DocumentRow
from docent.errors.documents import InvalidReadersError
from docent.grants import products_of, subscribers_of, with_products
from docent.readers import Readers, names_of
from tests.support.api_calls import FOREVER, MARY, OTTO
from tests.support.aws import AUDIENCES_TABLE, GRANTS_TABLE, World
from tests.support.governed_access import PRODUCT, put_grant

NOW = 1_800_000_000
OF_PRODUCT = Readers(products=frozenset({PRODUCT}))
ROW = DocumentRow("a" * 32, "1", "lake/profiles.pdf", "INGESTED", OF_PRODUCT, {})


def test_a_document_is_read_by_those_to_whom_its_product_is_granted(aws: World) -> None:
    put_grant(aws, "group:energy")
    mary, otto = (with_products(each, GRANTS_TABLE, NOW) for each in (MARY, OTTO))
    assert (ROW.may_be_read_by(mary), ROW.may_be_read_by(otto)) == (True, False)
    assert not ROW.may_be_read_by(MARY), "without the grants nothing is readable by one"


@pytest.mark.parametrize(("now", "granted"), [(99, False), (100, True), (199, True), (200, False)])
def test_a_grant_begins_and_ends_by_itself(aws: World, now: int, granted: bool) -> None:
    put_grant(aws, starts_at=100, ends_at=200)
    assert products_of(GRANTS_TABLE, MARY, now) == ({PRODUCT} if granted else set())
    assert subscribers_of(GRANTS_TABLE, [PRODUCT], now) == ({f"user:{MARY.user}"} if granted else set())


def test_the_grants_of_all_groups_are_read(aws: World) -> None:
    groups = tuple(f"group {number}" for number in range(30))
    for number in (3, 29):
        put_grant(aws, f"group:{groups[number]}", product_id=f"product-{number}")
    caller = Caller("1", "anna@example.com", groups, FOREVER)
    assert products_of(GRANTS_TABLE, caller, NOW) == {"product-3", "product-29"}


def test_a_denied_reader_stays_denied_whatever_is_granted() -> None:
    readers = replace(OF_PRODUCT, denied_users=frozenset({MARY.user}))
    granted = replace(MARY, products=frozenset({PRODUCT}))
    assert not readers.allow(granted)
    assert replace(readers, denied_users=frozenset()).allow(granted)


def test_both_indexes_are_asked_for_what_is_granted(aws: World) -> None:
    audience = note_audience(AUDIENCES_TABLE, OF_PRODUCT)
    granted = replace(OTTO, products=frozenset({PRODUCT}))
    assert (audiences_of(AUDIENCES_TABLE, granted), audiences_of(AUDIENCES_TABLE, OTTO)) == ([audience], [])
    named = {each["Name"] for each in OF_PRODUCT.to_access_list()}
    assert named == set(user_context(granted)["Groups"])
    assert "Groups" not in user_context(OTTO)


def test_a_group_that_is_named_like_a_product_is_no_product() -> None:
    assert list(names_of(Caller("1", "eve@example.com", (f"product:{PRODUCT}",), FOREVER)))[1] == (
        f"group:product:{PRODUCT}"
    )


def test_products_travel_with_an_upload() -> None:
    text = Readers(frozenset({"mary@example.com"}), products=frozenset({PRODUCT, "loans"})).to_text()
    assert text == '{"users":["mary@example.com"],"groups":[],"products":["deposit-profiles","loans"]}'
    assert Readers.from_text(text).products == {PRODUCT, "loans"}


@pytest.mark.parametrize("products", ["loans", ["Loans"], ["-loans"], [""], [1], ["a" * 64], {"loans": 1}])
def test_what_is_no_list_of_products_is_refused(products: object) -> None:
    with pytest.raises(InvalidReadersError):
        Readers.from_json({"products": products})
