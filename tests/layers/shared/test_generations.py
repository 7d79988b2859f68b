"""Which uploads of a document there are, found by listing, and which of them are meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.documents import generation_of
from docent.errors import TransientError
from docent.generations import Selection, generations_of
from tests.support.aws import DERIVED_BUCKET, World
from tests.support.project import sample_event

generations = st.integers(0, 16**6).map(lambda number: generation_of(f"{number:x}"))


@given(generations, generations)
def test_each_selection_holds_what_it_says(chosen: str, generation: str) -> None:
    def holds(which: str) -> bool:
        return Selection("d", which, chosen).holds(generation)

    assert holds("before") == (int(generation, 16) < int(chosen, 16))
    assert holds("only") == (generation == chosen)
    assert holds("through") == (holds("before") or holds("only"))


def test_a_selection_nobody_knows_selects_nothing_by_accident() -> None:
    with pytest.raises(ValueError, match="everything"):
        Selection("d", "everything", "1").holds("1")


def test_a_selection_is_read_from_an_event() -> None:
    event = sample_event("forget_document.earlier.json")
    chosen = Selection.from_json(event["selection"])
    assert (chosen.which, chosen.holds(generation_of("0")), chosen.holds(generation_of("1"))) == (
        "before",
        True,
        False,
    )


def test_every_upload_that_left_anything_is_found_oldest_first(aws: World) -> None:
    for name in ("2/manifest.json", "10/images/a.png", "10/images/b.png", "1/entries.json"):
        aws.put(f"documents/cafe/{name}", b"{}")
    aws.put("documents/cafe2/3/manifest.json", b"{}")
    assert generations_of(DERIVED_BUCKET, "cafe") == ["1", "10", "2"]
    assert generations_of(DERIVED_BUCKET, "none") == []


def test_a_listing_that_fails_is_no_empty_listing(aws: World) -> None:
    with aws.refusing("s3.ListObjectsV2", 503, "SlowDown"), pytest.raises(TransientError):
        generations_of(DERIVED_BUCKET, "cafe")
