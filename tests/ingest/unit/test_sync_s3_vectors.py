"""An index of S3 Vectors, through the handler: every passage has its place and its audience, and is read back."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from docent.audiences import audience_of, audiences_of
from docent.callers import Caller
from docent.errors import DocentError, MisconfiguredError, TransientError
from docent.errors.ingest import IndexingRefusedError, MissingDocumentError
from docent.readers import Readers
from tests.support.aws import AUDIENCES_TABLE, World
from tests.support.fake_embeddings import FakeEmbeddings
from tests.support.fake_vectors import FakeVectors
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.sample_uploads import (
    DOCUMENT_ID,
    FIRST,
    SECOND,
    SOURCE,
    confirm,
    image,
    image_entry,
    prefix,
    put_document,
    put_passages,
    read,
    selection,
)

TEXT = f"{DOCUMENT_ID}/{FIRST}/text"
RECORD = "vectors.json"
CONFIRM = confirm(record=RECORD)
ACTIONS = ("put", "confirm", "remove", "confirm_removed")
MARY = Readers(users=frozenset({"mary@example.com"}))

pytestmark = pytest.mark.usefixtures("aws", "embeddings")


@pytest.fixture
def put(aws: World) -> dict[str, Any]:
    """The event of a document with two passages and one image."""
    event = put_document(aws, {"a" * 64: read()})
    put_passages(aws, "Tides rise twice a day.", "Strom kostet Geld.", language="de")
    return event


# Putting.


def test_every_passage_of_the_text_and_of_each_image_is_a_vector(
    function: Function, aws: World, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    assert function(put) == {"entries": CONFIRM["entries"]}
    assert sorted(vectors.vectors) == sorted([f"{TEXT}/0", f"{TEXT}/1", f"{image_entry('a' * 64)}/0"])
    assert vectors.metadata(f"{TEXT}/1") == {
        "audience": audience_of(MARY),
        "document": DOCUMENT_ID,
        "generation": FIRST,
        "kind": "document",
        "page": 2,
        "key": SOURCE["key"],
        "text_de": "Strom kostet Geld.",
    }
    found = vectors.metadata(f"{image_entry('a' * 64)}/0")
    assert found["text_en"].startswith("words")
    assert found["picture"] == f"{prefix()}images/{'a' * 64}.png"
    assert found["places"].startswith('[{"page":1,"bbox":[10.0,20.5')
    assert found["page"] == 1


def test_the_audience_is_noted_before_anything_is_put(
    function: Function, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    vectors.fail_always("ServiceUnavailableException")
    with pytest.raises(TransientError):
        function(put)
    assert vectors.vectors == {}
    mary = Caller("sub-1", "mary@example.com", (), 2_000_000_000)
    assert audiences_of(AUDIENCES_TABLE, mary) == [audience_of(MARY)]


def test_a_list_of_500_readers_fits(function: Function, vectors: FakeVectors, put: dict[str, Any]) -> None:
    readers = {"users": [f"person-{number}@example.com" for number in range(300)]}
    readers["groups"] = [f"group-{number}" for number in range(200)]
    function(put | {"readers": readers})
    (audience,) = {vector["metadata"]["audience"] for vector in vectors.vectors.values()}
    for caller in (Caller("s", "person-299@example.com", (), 0), Caller("s", "eve@example.com", ("group-199",), 0)):
        assert audiences_of(AUDIENCES_TABLE, caller) == [audience]


def test_a_document_for_nobody_is_found_by_nobody(
    function: Function, aws: World, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    function(put | {"readers": {"users": [], "groups": [], "denied": {"users": ["mary@example.com"]}}})
    assert len(vectors.vectors) == 3
    assert audiences_of(AUDIENCES_TABLE, Caller("sub-1", "mary@example.com", ("energy",), 0)) == []


def test_without_readers_nothing_is_put(function: Function, vectors: FakeVectors, put: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        function({name: value for name, value in put.items() if name != "readers"})
    assert not vectors.vectors


def test_what_may_be_in_the_index_is_noted_before_anything_is_put(
    function: Function, aws: World, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    vectors.fail_always("TooManyRequestsException")
    with pytest.raises(TransientError):
        function(put)
    noted = aws.read_json(f"{prefix()}{RECORD}")
    assert noted["counts"] == {TEXT: 2, image_entry("a" * 64): 1}


def test_putting_twice_changes_nothing(
    function: Function, aws: World, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    function(put)
    before = dict(vectors.vectors), aws.read(f"{prefix()}{RECORD}")
    function(put)
    assert (vectors.vectors, aws.read(f"{prefix()}{RECORD}")) == before


def test_many_passages_are_put_in_batches_and_a_throttled_one_is_gone_on_from(
    function: Function, aws: World, vectors: FakeVectors
) -> None:
    event = put_document(aws, {})
    put_passages(aws, *(f"Passage number {number}." for number in range(250)))
    vectors.fail("", "TooManyRequestsException")
    begun = function(event)
    assert begun["next"] == {"done": 100, "last": f"{TEXT}/99"}
    assert "next" not in function(event | {"next": begun["next"]})
    assert len(vectors.vectors) == 250
    assert [len(request["vectors"]) for request in vectors.asked("PutVectors")] == [100, 100, 100, 50]
    assert function(CONFIRM)["status"] == "INGESTED"
    assert [len(request["keys"]) for request in vectors.asked("GetVectors")] == [100, 100, 50]


def test_a_passage_over_the_limit_of_metadata_is_a_named_gap_and_never_cut(
    function: Function, aws: World, vectors: FakeVectors
) -> None:
    event = put_document(aws, {"a" * 64: read()})
    put_passages(aws, "short", "ä" * 20_500)
    function.set(EMBEDDING_MODEL_ID="amazon.titan-embed-text-v2:0")
    function(event)
    assert f"{TEXT}/1" not in vectors.vectors
    told = function(CONFIRM)
    (gap,) = told["gaps"]
    assert (told["status"], gap["error"]["name"]) == ("INGESTED_WITH_GAPS", "IndexingRefusedError")
    assert "40,960 are allowed" in gap["error"]["message"]


def test_a_key_whose_bytes_are_more_than_its_characters_counts_by_its_bytes(
    function: Function, aws: World, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    manifest = aws.read_json(f"{prefix()}manifest.json")
    manifest["document"]["source"]["key"] = "ü" * 512
    aws.put(f"{prefix()}manifest.json", manifest)
    function(put)
    assert len(vectors.vectors) == 3
    assert function(CONFIRM)["status"] == "INGESTED"


def test_a_text_that_the_model_cannot_embed_is_a_gap_and_costs_no_other_anything(
    function: Function, aws: World, vectors: FakeVectors, embeddings: FakeEmbeddings
) -> None:
    embeddings.longest = 50
    event = put_document(aws, {"a" * 64: read()})
    put_passages(aws, "word " * 51)
    function(event)
    assert list(vectors.vectors) == [f"{image_entry('a' * 64)}/0"]
    (gap,) = function(CONFIRM)["gaps"]
    assert gap["page"] == 0


def test_a_vector_that_the_index_refuses_is_a_gap_and_costs_no_other_anything(
    function: Function, aws: World, vectors: FakeVectors
) -> None:
    event = put_document(aws, {letter * 64: read() for letter in "abc"})
    put_passages(aws, *(f"Passage {number}" for number in range(20)))
    vectors.refuses = (f"{'b' * 64}/0",)
    function(event)
    assert len(vectors.vectors) == 22
    told = function(CONFIRM)
    (gap,) = told["gaps"]
    assert (told["captioned_count"], gap["picture_id"]) == (2, "b" * 64)
    assert "ValidationException" in gap["error"]["message"]


def test_a_document_of_which_the_index_took_nothing_is_refused(
    function: Function, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    vectors.refuses = ("/0", "/1")
    function(put)
    with pytest.raises(IndexingRefusedError, match="took nothing of"):
        function(CONFIRM)


def test_a_document_without_text_and_images_is_ingested(function: Function, aws: World, vectors: FakeVectors) -> None:
    event = put_document(aws, {})
    put_passages(aws)
    function(event)
    assert function(CONFIRM)["status"] == "INGESTED"
    assert vectors.requests == []


def test_an_upload_whose_passages_are_gone_is_named(function: Function, aws: World, vectors: FakeVectors) -> None:
    with pytest.raises(MissingDocumentError):
        function(put_document(aws, {}))
    assert vectors.requests == []


def test_an_image_on_every_page_keeps_its_places_within_the_limit(
    function: Function, aws: World, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    manifest = aws.read_json(f"{prefix()}manifest.json")
    manifest["figures"] = [image("a" * 64, *range(1, 900))]
    aws.put(f"{prefix()}manifest.json", manifest)
    function(put)
    assert 0 < len(vectors.metadata(f"{image_entry('a' * 64)}/0")["places"]) <= 2048


def test_images_are_masked_or_not_put_at_all(function: Function, aws: World, vectors: FakeVectors) -> None:
    event = put_document(aws, {"a" * 64: None, "b" * 64: read(outcome="blocked")})
    put_passages(aws)
    aws.put(f"{prefix()}captions/{'a' * 64}.json", {"text": CANARY, "description": CANARY})
    function(event)
    assert vectors.vectors == {}
    assert function(CONFIRM)["gap_count"] == 2


# Faults.


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("TooManyRequestsException", TransientError),
        ("ServiceUnavailableException", TransientError),
        ("InternalServerException", TransientError),
        ("RequestTimeoutException", TransientError),
        ("ServiceQuotaExceededException", TransientError),
        (EndpointConnectionError(endpoint_url="https://s3vectors"), TransientError),
        ("AccessDeniedException", MisconfiguredError),
        ("NotFoundException", IndexingRefusedError),
    ],
    ids=str,
)
def test_every_failure_of_the_index_is_named(
    function: Function, vectors: FakeVectors, put: dict[str, Any], action: str, fault: Any, error: type[DocentError]
) -> None:
    events = {"put": put, "confirm": CONFIRM} | {each: selection(each, "only", FIRST) for each in ACTIONS[2:]}
    function(put)
    asked = len(vectors.requests)
    vectors.fail(fault)
    with pytest.raises(error) as raised:
        function(events[action])
    assert isinstance(raised.value, error)
    assert len(vectors.requests) == asked + 1, "the state machine retries, and nobody else"


def test_a_model_that_is_throttled_is_transient_and_the_put_goes_on_later(
    function: Function, aws: World, vectors: FakeVectors, embeddings: FakeEmbeddings, put: dict[str, Any]
) -> None:
    embeddings.fail("ThrottlingException")
    with pytest.raises(TransientError):
        function(put)
    assert vectors.vectors == {}
    function(put)
    assert function(CONFIRM)["status"] == "INGESTED"


# Confirming.


def test_a_passage_that_is_not_there_yet_is_waited_for_and_then_it_is_a_gap(
    function: Function, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    function(put)
    del vectors.vectors[f"{image_entry('a' * 64)}/0"]
    assert function(CONFIRM) == {"settled": False}
    (gap,) = function(CONFIRM | {"absent_is_final": True})["gaps"]
    assert gap["picture_id"] == "a" * 64


def test_an_upload_is_ingested_only_when_a_search_finds_it(
    function: Function, vectors: FakeVectors, put: dict[str, Any]
) -> None:
    function(put)
    vectors.hides = ("/0", "/1")
    assert function(CONFIRM) == {"settled": False}
    with pytest.raises(IndexingRefusedError, match="a search does not find it"):
        function(CONFIRM | {"absent_is_final": True})
    vectors.hides = ()
    assert function(CONFIRM)["settled"] is True


# Removing.


@pytest.fixture
def two_generations(function: Function, aws: World, vectors: FakeVectors) -> FakeVectors:
    for generation in (FIRST, SECOND):
        event = put_document(aws, {"a" * 64: read(), generation[-1] * 64: read()}, generation)
        put_passages(aws, "One.", "Two.", generation=generation)
        function(event)
    return vectors


def left(vectors: FakeVectors) -> set[str]:
    return {key.split("/")[1] for key in vectors.vectors}


@pytest.mark.parametrize(
    ("which", "generation", "stays"),
    [
        ("before", FIRST, {FIRST, SECOND}),
        ("before", SECOND, {SECOND}),
        ("through", FIRST, {SECOND}),
        ("through", SECOND, set()),
        ("only", FIRST, {SECOND}),
        ("only", "f" * 32, {FIRST, SECOND}),
    ],
)
def test_the_selected_uploads_leave_the_index_and_no_others(
    function: Function, two_generations: FakeVectors, which: str, generation: str, stays: set[str]
) -> None:
    assert function(selection("remove", which, generation)) == {"settled": stays == {FIRST, SECOND}}
    assert left(two_generations) == stays
    assert function(selection("confirm_removed", which, generation)) == {"settled": True}


def test_what_a_deletion_left_is_read_back(function: Function, two_generations: FakeVectors) -> None:
    """S3 Vectors answers a deletion alike, whatever became of it."""
    two_generations.keeps = ("/text/1",)
    function(selection("remove", "only", FIRST))
    assert function(selection("confirm_removed", "only", FIRST)) == {"settled": False}
    two_generations.keeps = ()
    function(selection("remove", "only", FIRST))
    assert function(selection("confirm_removed", "only", FIRST)) == {"settled": True}


def test_what_a_search_still_finds_is_deleted_even_if_the_record_does_not_name_it(
    function: Function, two_generations: FakeVectors
) -> None:
    stray = f"{DOCUMENT_ID}/{FIRST}/text/7"
    two_generations.vectors[stray] = two_generations.vectors[f"{TEXT}/0"] | {"key": stray}
    function(selection("remove", "only", FIRST))
    assert function(selection("confirm_removed", "only", FIRST)) == {"settled": False}
    assert left(two_generations) == {SECOND}
    assert function(selection("confirm_removed", "only", FIRST)) == {"settled": True}


def test_removing_never_lists_the_index(function: Function, two_generations: FakeVectors) -> None:
    function(selection("remove", "through", SECOND))
    function(selection("confirm_removed", "through", SECOND))
    asked = {operation for operation, _ in two_generations.requests}
    assert asked == {"PutVectors", "DeleteVectors", "GetVectors", "QueryVectors"}


def test_what_another_index_has_of_the_upload_is_left_alone(
    function: Function, aws: World, two_generations: FakeVectors
) -> None:
    """After a move the other adapter removes what it has put."""
    aws.put(f"{prefix()}entries.json", aws.read_json(f"{prefix()}{RECORD}"))
    aws.delete(f"{prefix()}{RECORD}")
    assert function(selection("remove", "only", FIRST)) == {"settled": True}
    assert left(two_generations) == {FIRST, SECOND}


def test_a_record_that_cannot_be_read_never_counts_as_nothing_to_remove(
    function: Function, aws: World, two_generations: FakeVectors
) -> None:
    with aws.refusing("s3.GetObject", 403, "AccessDenied"), pytest.raises(MisconfiguredError):
        function(selection("remove", "through", SECOND))
    assert left(two_generations) == {FIRST, SECOND}


def test_the_sample_events_put_and_remove_the_sample_document(
    function: Function, aws: World, vectors: FakeVectors
) -> None:
    put_passages(aws, "Four tidal sites.")
    confirm = sample_event("sync_s3_vectors.confirm.json")
    assert function(sample_event("sync_s3_vectors.put.json")) == {"entries": confirm["entries"]}
    assert function(confirm)["status"] == "INGESTED"
    assert function(sample_event("sync_s3_vectors.remove.json")) == {"settled": False}
    assert function(sample_event("sync_s3_vectors.confirm_removed.json")) == {"settled": True}
    assert vectors.vectors == {}


def test_nothing_of_a_passage_is_logged(function: Function, aws: World, vectors: FakeVectors) -> None:
    event = put_document(aws, {"a" * 64: read(CANARY)})
    put_passages(aws, CANARY)
    function(event)
    vectors.fail("ValidationException")
    with pytest.raises(IndexingRefusedError):
        function(CONFIRM)
    assert CANARY in str(vectors.vectors)
    assert CANARY not in function.logged
