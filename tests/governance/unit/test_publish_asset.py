"""Data products in DataZone: what is shown, twice, out of order, under way, and taken back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws import CATALOG_TABLE, DOCUMENTS_TABLE, READERS_TABLE, World
from tests.support.fake_datazone import FakeDataZone, zone_for
from tests.support.functions import Function
from tests.support.governed_access import PRODUCT, put_product
from tests.support.project import sample_event

DOCUMENT = sample_event("docent.document_ingested.json")
CHANGED, INGESTED = sample_event("publish_asset.changed.json"), sample_event("publish_asset.ingested.json")


@pytest.fixture
def zone(function: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDataZone]:
    with zone_for(function, tmp_path, monkeypatch) as zone:
        yield zone


def put_document(aws: World, document_id: str = "a", status: str = "INGESTED", **values: Any) -> None:
    aws.put_item(
        DOCUMENTS_TABLE,
        document_id=document_id,
        key=f"{document_id}.pdf",
        status=status,
        readers=f'{{"products": ["{PRODUCT}"]}}',
        updated_at="2026-11-29T06:00:00.000Z",
        **values,
    )
    aws.put_item(READERS_TABLE, reader=f"product:{PRODUCT}", document_key=document_id, document_id=document_id)


def test_a_published_product_is_listed_with_its_quality(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)
    put_document(aws, page_count=3, gap_count=1)
    assert function(INGESTED) == {"changes": 1}
    (listing,) = zone.listings()
    assert listing["name"] == "Customer profiles for certificates of deposit"
    assert listing["terms"] == ["certificate of deposit"]
    assert listing["form"] | {"oldest_at": ""} == {
        "product_id": PRODUCT,
        "classification": "personal_data",
        "department": "deposits",
        "owner": "olga@example.com",
        "documents": 1,
        "searchable": 1,
        "failed": 0,
        "pages": 3,
        "images": 0,
        "gaps": 1,
        "oldest_at": "",
        "newest_at": "2026-11-29T06:00:00.000Z",
    }
    (asset,) = zone.assets()
    assert (asset["externalIdentifier"], asset["owningProjectId"]) == (PRODUCT, zone.project)


def test_the_same_again_makes_nothing_new(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)
    put_document(aws)
    function(CHANGED)
    asked = len(zone.requests)
    assert function(INGESTED) == {"changes": 0}
    assert len(zone.requests) == asked
    assert [asset["revision"] for asset in zone.assets()] == ["1"]


def test_what_has_changed_is_listed_again(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)
    function(CHANGED)
    put_product(aws, name="Profiles", terms=("deposit", "certificate of deposit"), description="")
    put_document(aws)
    function(CHANGED)
    (listing,) = zone.listings()
    assert (listing["name"], sorted(listing["terms"])) == ("Profiles", ["certificate of deposit", "deposit"])
    assert listing["form"]["documents"] == 1
    assert [asset["revision"] for asset in zone.assets()] == ["2"]
    assert len(zone.call("Search", searchScope="GLOSSARY_TERM")["items"]) == 2


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_what_is_not_published_is_not_listed(function: Function, aws: World, zone: FakeDataZone, status: str) -> None:
    put_product(aws, status=status)
    assert function(CHANGED) == {"changes": 0}
    assert zone.assets() == []
    put_product(aws)
    function(CHANGED)
    put_product(aws, status=status)
    function(CHANGED)
    assert zone.listings() == []
    put_product(aws)
    function(CHANGED)
    assert len(zone.listings()) == len(zone.assets()) == 1


def test_a_product_whose_row_is_gone_is_taken_back(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)
    function(CHANGED)
    aws.delete_item("docent-products", product_id=PRODUCT)
    function(CHANGED)
    assert zone.listings() == []


def test_who_is_overtaken_while_publishing_publishes_again(function: Function, aws: World, zone: FakeDataZone) -> None:
    """Another run publishes what is newer, and ends before this one, whose revision is the last."""
    put_product(aws)
    function(CHANGED)
    put_product(aws, name="Old")

    def overtake(operation: str) -> None:
        if operation == "CreateAssetRevision":
            zone.before = lambda _operation: None
            put_product(aws, name="New")
            function(CHANGED)

    zone.before = overtake
    function(CHANGED)
    assert [listing["name"] for listing in zone.listings()] == ["New"]


def test_two_first_publications_make_one_asset(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)

    def overtake(operation: str) -> None:
        if operation == "CreateAsset":
            zone.before = lambda _operation: None
            function(CHANGED)

    zone.before = overtake
    function(CHANGED)
    assert len(zone.assets()) == len(zone.listings()) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [("ThrottlingException", "ThrottledError"), ("AccessDeniedException", "MisconfiguredError")],
)
def test_a_refusal_of_datazone_is_an_error_and_the_next_run_makes_up_for_it(
    function: Function, aws: World, zone: FakeDataZone, fault: str, error: str
) -> None:
    put_product(aws)
    zone.fail(*[fault] * 3)
    with pytest.raises(Exception, match=fault) as raised:
        function(CHANGED)
    assert type(raised.value).__name__ == error
    zone._faults.clear()
    function(CHANGED)
    assert len(zone.listings()) == 1


def test_the_queue_brings_the_event_as_it_is() -> None:
    (record,) = INGESTED["Records"]
    assert json.loads(record["body"]) == DOCUMENT


def test_documents_of_no_product_change_nothing(function: Function, aws: World, zone: FakeDataZone) -> None:
    aws.put_item(DOCUMENTS_TABLE, document_id="a", key="a.pdf", status="INGESTED", readers='{"groups": ["energy"]}')
    assert function(INGESTED) == {"changes": 0}
    assert aws.items(CATALOG_TABLE) == []


def test_people_have_to_tell_a_purpose_and_a_last_day(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)
    function(CHANGED)
    with pytest.raises(Exception, match="requires the metadata form DocentAccess"):
        zone.ask(metadataForms=[])
    assert zone.request(zone.ask())["status"] == "PENDING"
