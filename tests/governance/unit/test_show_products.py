"""The catalogue: what everybody sees, what owners see, and what the documents are like."""

from typing import Any

import pytest

from tests.support.api_calls import MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, READERS_TABLE, World
from tests.support.functions import Function
from tests.support.governed_access import OLGA, PRODUCT, STELLA, put_grant, put_product
from tests.support.project import sample_event

CATALOGUE, ONE = sample_event("show_products.catalogue.json"), sample_event("show_products.one.json")


def listed(function: Function, caller: Any = MARY, **query: str) -> list[str]:
    status, shown = call(function, asked(CATALOGUE, caller, query=query))
    assert status == 200
    return [each["product_id"] for each in shown["products"]]


def test_drafts_are_for_their_owner_and_for_stewards(function: Function, aws: World) -> None:
    put_product(aws, status="draft")
    assert [listed(function, caller) for caller in (MARY, OLGA, STELLA)] == [[], [PRODUCT], [PRODUCT]]
    assert call(function, ONE)[0] == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "deposit certificates"}, [PRODUCT]),
        ({"text": "MATURES"}, [PRODUCT]),
        ({"text": "loans"}, ["loans"]),
        ({"text": "deposit loans"}, []),
        ({"classification": "internal"}, ["loans"]),
        ({"owned": "true"}, ["loans"]),
        ({}, [PRODUCT, "loans"]),
    ],
)
def test_it_is_searched_by_words_and_filtered(
    function: Function, aws: World, query: dict[str, str], found: list[str]
) -> None:
    put_product(aws)
    put_product(
        aws, product_id="loans", name="Loans", description="", terms=(), classification="internal", owner=MARY.user
    )
    assert listed(function, **query) == found


def test_it_tells_what_is_granted_to_the_caller(function: Function, aws: World) -> None:
    put_product(aws)
    put_grant(aws, "group:energy")
    flags = [call(function, asked(CATALOGUE, caller))[1]["products"][0] for caller in (MARY, OTTO, STELLA)]
    assert [(each["granted"], each["managed"]) for each in flags] == [(True, False), (False, False), (False, True)]


def test_quality_counts_documents_that_name_the_product_now(function: Function, aws: World) -> None:
    put_product(aws)
    rows = [
        ("a", "INGESTED_WITH_GAPS", True, 2),
        ("b", "FAILED", True, 0),
        ("c", "INGESTED", False, 0),
        ("d", "REMOVED", True, 0),
    ]
    for letter, status, names_it, gaps in rows:
        aws.put_item(
            READERS_TABLE, reader=f"product:{PRODUCT}", document_key=f"lake/{letter}.pdf", document_id=letter * 32
        )
        aws.put_item(
            DOCUMENTS_TABLE,
            document_id=letter * 32,
            key=f"lake/{letter}.pdf",
            status=status,
            page_count=3,
            gap_count=gaps,
            updated_at="2026-11-29T06:00:00.000Z",
            readers=f'{{"products": ["{PRODUCT}"]}}' if names_it else "{}",
        )
    quality = call(function, ONE)[1]["quality"]
    assert quality == {
        "documents": 2,
        "searchable": 1,
        "failed": 1,
        "pages": 6,
        "images": 0,
        "gaps": 2,
        "oldest_at": "2026-11-29T06:00:00.000Z",
        "newest_at": "2026-11-29T06:00:00.000Z",
    }
