"""The vocabulary survives JSON, and orders uploads as S3 does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.documents import (
    Document,
    Gap,
    Image,
    Manifest,
    ObjectPointer,
    Place,
    document_id_of,
    generation_of,
)
from tests.support.project import sample_event

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
pointers = st.builds(ObjectPointer, names, names, st.none() | names)
documents = st.builds(Document, names, names, pointers)
# Edges as manifest.json keeps them: hundredths of a point.
edges = st.integers(-(10**7), 10**7).map(lambda hundredths: hundredths / 100)
places = st.builds(Place, st.integers(1, 5000), st.tuples(edges, edges, edges, edges))
sizes = st.integers(1, 10**5)
images = st.builds(Image, names, names, sizes, sizes, names, st.lists(places, max_size=3).map(tuple))
gaps = st.builds(Gap, st.integers(0, 5000), names, names, st.none() | names.filter(bool))
manifests = st.builds(
    Manifest,
    documents,
    st.integers(0, 5000),
    st.lists(images, max_size=3).map(tuple),
    st.lists(gaps, max_size=3).map(tuple),
    st.dictionaries(names, st.integers(0), max_size=3),
)


@given(manifest=manifests)
def test_a_manifest_survives_json(manifest: Manifest) -> None:
    assert Manifest.from_json(json.loads(json.dumps(manifest.to_json()))) == manifest


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(value=json_values, field=st.sampled_from(["document", "figures", "gaps"]))
def test_what_is_no_manifest_is_not_read_as_one(value: Any, field: str) -> None:
    source = {"bucket": "b", "key": "k"}
    document = {"document_id": "d", "generation": "g", "source": source}
    whole = {"document": document, "page_count": 1, "figures": [], "gaps": [], "skipped": {}}
    if value in ([], {}, "") and field != "document":
        return  # nothing in it is nothing wrong
    with pytest.raises((KeyError, TypeError, AttributeError, ValueError)):
        Manifest.from_json(whole | {field: value})


def test_a_place_keeps_hundredths_of_a_point() -> None:
    place = Place(2, (64.0049, 158.416, 531.0, 429.58))
    assert place.to_json() == {"page": 2, "bbox": [64.0, 158.42, 531.0, 429.58]}


def test_only_what_is_there_is_written() -> None:
    assert ObjectPointer("b", "k").to_json() == {"bucket": "b", "key": "k"}
    assert ObjectPointer("b", "k", "v").to_json() == {"bucket": "b", "key": "k", "version_id": "v"}
    assert "picture_id" not in Gap(1, "BlockedTextError", "It holds a password.").to_json()


def test_a_document_is_named_for_people_and_has_a_folder_of_its_own_for_each_upload() -> None:
    document = Document("cafe", "0001", ObjectPointer("docent-documents", "verträge/a b.pdf"))
    assert document.name == "s3://docent-documents/verträge/a b.pdf"


def test_the_same_key_is_the_same_document_and_another_is_another() -> None:
    one = document_id_of("docent-documents", "verträge/a b+c#ü,=.pdf")
    assert one == document_id_of("docent-documents", "verträge/a b+c#ü,=.pdf")
    sample = sample_event("forget_document.earlier.json")["selection"]["document_id"]
    assert sample == document_id_of("docent-documents", "quarterly-report.pdf")
    assert len({one, document_id_of("docent-documents", "a.pdf"), document_id_of("other", "a.pdf")}) == 3


@given(bucket=names, key=names)
def test_a_document_id_is_32_hex_digits(bucket: str, key: str) -> None:
    assert set(document_id_of(bucket, key)) <= set("0123456789abcdef")
    assert len(document_id_of(bucket, key)) == 32


sequencers = st.text("0123456789ABCDEF", min_size=1, max_size=32)


@given(sequencers, sequencers, st.booleans())
def test_generations_compare_as_text_in_the_order_s3_gives_their_sequencers(one: str, other: str, lower: bool) -> None:
    length = max(len(one), len(other))
    in_order = one.ljust(length, "0") < other.ljust(length, "0")
    assert (generation_of(one.lower() if lower else one) < generation_of(other)) == in_order


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("0062E99A88DC407460", "0062E99A88DC407461"),
        ("0062E99A88DC407460", "0062E99A88DC41"),
        ("0062E99A88DC40", "0062E99A88DC407460"),
        ("0055AED6DCD90281E5", "0062E99A88"),
    ],
)
def test_a_later_event_is_later_even_if_its_sequencer_is_shorter(earlier: str, later: str) -> None:
    assert generation_of(earlier) < generation_of(later)


def test_a_generation_has_the_length_every_sequencer_has_room_in() -> None:
    sequencer = sample_event("s3.object_created.json")["detail"]["object"]["sequencer"]
    assert generation_of(sequencer) == sequencer + "00000000000000"
    assert len(generation_of(sequencer)) == 32


def test_generations_stored_when_zeros_were_added_on_the_left_are_older_than_every_new_one() -> None:
    stored = "0069A1B2C3D4E5F607".rjust(32, "0")
    assert stored < generation_of("0062E99A88DC407460")
