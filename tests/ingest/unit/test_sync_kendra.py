"""The index, through the handler: nothing is called indexed or removed before it is."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.errors import DocentError, MisconfiguredError, TransientError
from docent.errors.ingest import IndexingRefusedError, MissingDocumentError
from tests.support.aws import World
from tests.support.fake_index import FakeIndex
from tests.support.functions import CANARY, INDEX_ROLE, Function
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
    read,
    selection,
)

PUT = sample_event("sync_kendra.put.json")
CONFIRM = sample_event("sync_kendra.confirm.json")
REMOVE = sample_event("sync_kendra.remove.json")
CONFIRM_REMOVED = sample_event("sync_kendra.confirm_removed.json")
ENTRIES = CONFIRM["entries"]["key"]
TEXT_ID = f"{DOCUMENT_ID}/{FIRST}/text"
pytestmark = pytest.mark.usefixtures("aws")

# Putting.


def test_a_document_is_its_pdf_and_an_entry_for_each_image(function: Function, index: FakeIndex) -> None:
    assert function(PUT) == {"entries": CONFIRM["entries"]}
    (text, image) = index.entries.values()
    assert text.document["Id"] == TEXT_ID
    assert text.document["ContentType"] == "PDF"
    assert "Blob" not in text.document, "the index reads the PDF itself, with its page numbers"
    assert image.document["ContentType"] == "PLAIN_TEXT"
    assert image.text.startswith("Energy delivered in GWh\nEllery Race | 184")
    assert image.text.endswith("A bar chart of the energy that four tidal sites delivered.")
    assert {request["RoleArn"] for request in index.asked("BatchPutDocument")} == {INDEX_ROLE}


def test_the_text_and_every_image_are_for_their_readers_only(function: Function, index: FakeIndex) -> None:
    function(PUT)
    for entry in index.entries.values():
        assert entry.document["AccessControlList"] == [
            {"Name": "mary@example.com", "Type": "USER", "Access": "ALLOW"},
            {"Name": "energy", "Type": "GROUP", "Access": "ALLOW"},
        ]


def test_a_document_for_nobody_is_not_put_for_everybody(function: Function, index: FakeIndex) -> None:
    """Kendra shows everybody what has no access list, or one of denials alone."""
    function(PUT | {"readers": {"users": [], "groups": [], "denied": {"users": ["mary@example.com"]}}})
    for entry in index.entries.values():
        allowed = [each for each in entry.document["AccessControlList"] if each["Access"] == "ALLOW"]
        assert [each["Name"] for each in allowed] == ["docent:nobody"]


def test_without_readers_nothing_is_put(function: Function, index: FakeIndex) -> None:
    with pytest.raises(KeyError):
        function({name: value for name, value in PUT.items() if name != "readers"})
    assert not index.entries


def test_an_entry_says_which_document_page_and_image_it_is_of(function: Function, aws: World, index: FakeIndex) -> None:
    function(put_document(aws, {"a" * 64: read(), "b" * 64: read()}))
    entry = index.entries[image_entry("b" * 64)]
    assert entry.attributes == {
        "_source_uri": "s3://docent-documents/berichte/Prüfung 3.pdf",
        "docent_document": DOCUMENT_ID,
        "docent_key": "berichte/Prüfung 3.pdf",
        "docent_page": 2,
        "docent_picture": f"{prefix()}images/{'b' * 64}.png",
        "docent_places": ('[{"page":2,"bbox":[10.0,20.5,110.0,90.25]},{"page":5,"bbox":[10.0,20.5,110.0,90.25]}]'),
    }
    assert entry.document["Title"] == "Prüfung 3.pdf, page 2"
    text = index.entries[TEXT_ID].document
    assert text["Title"] == "Prüfung 3.pdf"
    assert text["S3Path"] == {"Bucket": SOURCE["bucket"], "Key": SOURCE["key"]}


def test_no_call_carries_more_than_ten_entries(function: Function, aws: World, index: FakeIndex) -> None:
    function(put_document(aws, {f"{number:064x}": read() for number in range(24)}))
    assert [len(request["Documents"]) for request in index.asked("BatchPutDocument")] == [10, 10, 5]
    assert len(index.entries) == 25


def test_putting_twice_changes_nothing(function: Function, aws: World, index: FakeIndex) -> None:
    function(PUT)
    first = aws.read(ENTRIES)
    function(PUT)
    assert aws.read(ENTRIES) == first
    assert len(index.entries) == 2


def test_an_image_on_every_page_keeps_its_places_within_the_limit(
    function: Function, aws: World, index: FakeIndex
) -> None:
    event = put_document(aws, {"a" * 64: read()})
    manifest = aws.read_json(f"{prefix()}manifest.json")
    manifest["figures"] = [image("a" * 64, *range(1, 900))]
    aws.put(f"{prefix()}manifest.json", manifest)
    function(event)
    attributes = index.entries[image_entry("a" * 64)].attributes
    assert attributes["docent_page"] == 1
    assert 0 < len(attributes["docent_places"]) <= 2048


def test_entries_are_noted_before_anything_is_put(function: Function, aws: World, index: FakeIndex) -> None:
    event = put_document(aws, {"a" * 64: read()})
    index.fail_always("ThrottlingException")
    with pytest.raises(TransientError):
        function(event)
    noted = aws.read_json(f"{prefix()}entries.json")
    assert [noted["text_id"], *noted["pages"]] == [TEXT_ID, image_entry("a" * 64)]
    assert index.entries == {}


def test_without_a_note_nothing_is_put(function: Function, aws: World, index: FakeIndex) -> None:
    with aws.refusing("s3.PutObject", 403, "AccessDenied"), pytest.raises(MisconfiguredError):
        function(PUT)
    assert index.requests == []


def test_an_internal_error_of_one_entry_is_transient_and_putting_again_heals_it(
    function: Function, aws: World, index: FakeIndex
) -> None:
    event = put_document(aws, {"a" * 64: read(), "b" * 64: read()})
    index.refuses = {"b" * 64: "InternalError"}
    with pytest.raises(TransientError):
        function(event)
    index.refuses = {}
    function(event)
    index.settle()
    assert function(confirm())["status"] == "INGESTED"


def test_an_invalid_entry_is_a_gap_and_costs_no_other_anything(
    function: Function, aws: World, index: FakeIndex
) -> None:
    index.refuses = {"b" * 64: "InvalidRequest"}
    function(put_document(aws, {letter * 64: read() for letter in "abc"}))
    index.settle()
    told = function(confirm())
    assert (told["status"], told["captioned_count"], told["gap_count"]) == ("INGESTED_WITH_GAPS", 2, 1)
    (gap,) = told["gaps"]
    assert (gap["page"], gap["picture_id"], gap["error"]["name"]) == (2, "b" * 64, "IndexingRefusedError")
    assert "InvalidRequest" in gap["error"]["message"]


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "InternalServerException", "ServiceQuotaExceededException", "ConflictException"],
)
@pytest.mark.parametrize("event", [PUT, CONFIRM, REMOVE, CONFIRM_REMOVED], ids=lambda event: event["action"])
def test_an_index_that_is_not_well_is_transient(
    function: Function, index: FakeIndex, event: dict[str, Any], code: str
) -> None:
    index.fail(code)
    with pytest.raises(TransientError, match=code):
        function(event)
    assert len(index.requests) == 1, "the state machine retries, and nobody else"


@pytest.mark.parametrize("event", [PUT, CONFIRM, REMOVE, CONFIRM_REMOVED], ids=lambda event: event["action"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("AccessDeniedException", MisconfiguredError),
        ("ResourceNotFoundException", IndexingRefusedError),
        ("ValidationException", IndexingRefusedError),
        (EndpointConnectionError(endpoint_url="https://kendra"), TransientError),
    ],
    ids=str,
)
def test_every_other_failure_of_the_index_is_named(
    function: Function, index: FakeIndex, event: dict[str, Any], fault: Any, error: type[DocentError]
) -> None:
    index.fail(fault)
    with pytest.raises(error) as raised:
        function(event)
    assert type(raised.value) is error


def test_a_manifest_that_is_gone_is_named(function: Function, aws: World, index: FakeIndex) -> None:
    aws.delete(PUT["manifest"]["key"])
    with pytest.raises(MissingDocumentError):
        function(PUT)
    assert index.requests == []


# A document of many entries.

MANY = {f"{number:064x}": read() for number in range(32)}


def calls_of(function: Function, event: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Calls the function until it is done, as the state machines do: its last reply, and how often it raised."""
    result: dict[str, Any] = {"next": None}
    raised = 0
    while "next" in result:
        try:
            result = function(event | {"next": result["next"]})
        except TransientError:
            raised += 1
    return result, raised


def test_a_throttled_put_goes_on_from_the_batch_that_was_throttled(
    function: Function, aws: World, index: FakeIndex
) -> None:
    event = put_document(aws, MANY)
    for before in (2, 0, 1):  # calls that go well before one that does not
        index.fail(*[""] * before, "ThrottlingException")
    result, raised = calls_of(function, event)
    assert (result, raised) == ({"entries": confirm()["entries"]}, 1)
    assert len(index.entries) == 33
    assert [len(request["Documents"]) for request in index.asked("BatchPutDocument")] == [10, 10, 10, 10, 10, 3, 3]


def test_what_is_refused_is_not_forgotten_while_the_rest_is_put(
    function: Function, aws: World, index: FakeIndex
) -> None:
    index.refuses = {f"{0:064x}": "InvalidRequest"}
    event = put_document(aws, MANY)
    index.fail("", "ThrottlingException")
    calls_of(function, event)
    index.settle()
    (gap,) = function(confirm())["gaps"]
    assert gap["picture_id"] == f"{0:064x}"


def test_a_throttled_question_goes_on_from_the_batch_that_was_throttled(
    function: Function, aws: World, index: FakeIndex
) -> None:
    index.chokes_on = {f"{0:064x}": "Too long."}
    function(put_document(aws, MANY))
    index.settle()
    index.fail("", "", "ThrottlingException")
    told, raised = calls_of(function, confirm())
    assert (told["captioned_count"], told["gap_count"], raised) == (31, 1, 0)
    assert "Too long." in told["gaps"][0]["error"]["message"], "of the first batch, and not forgotten since"
    assert len(index.asked("BatchGetDocumentStatus")) == 5


def test_a_throttled_removal_goes_on_from_the_batch_that_was_throttled(
    function: Function, aws: World, index: FakeIndex
) -> None:
    function(put_document(aws, MANY))
    index.settle()
    index.fail("", "", "ThrottlingException")
    assert calls_of(function, selection("remove", "only", FIRST)) == ({"settled": False}, 0)
    index.settle()
    index.fail("", "ThrottlingException")
    assert calls_of(function, selection("confirm_removed", "only", FIRST)) == ({"settled": True}, 0)
    assert index.entries == {}
    assert [len(index.asked(each)) for each in ("BatchDeleteDocument", "BatchGetDocumentStatus")] == [5, 5]


def test_no_call_begins_when_the_function_is_about_to_end(function: Function, aws: World, index: FakeIndex) -> None:
    event = put_document(aws, MANY)
    function.remaining_milliseconds = 59_000
    assert function(event)["next"]["done"] == 10
    assert len(index.requests) == 1, "one at least, or it would never be done"


# Every image is accounted for.


def test_the_article_lost_records_after_a_failed_one_and_ours_names_each(
    function: Function, aws: World, index: FakeIndex
) -> None:
    readings = {
        "a" * 64: read(),
        "b" * 64: None,
        "c" * 64: None,
        "d" * 64: read(outcome="blocked"),
        "e" * 64: read(),
    }
    event = put_document(aws, readings, failures={"b" * 64: "UnreadablePictureError"})
    function(event)
    index.settle()
    told = function(confirm())
    assert (told["image_count"], told["captioned_count"], told["gap_count"]) == (5, 2, 3)
    assert [(gap["picture_id"][0], gap["page"], gap["error"]["name"]) for gap in told["gaps"]] == [
        ("b", 2, "UnreadablePictureError"),
        ("c", 3, "UnreadablePictureError"),
        ("d", 4, "BlockedTextError"),
    ]


def test_a_blocked_image_is_never_put(function: Function, aws: World, index: FakeIndex) -> None:
    blocked = read(CANARY, "blocked") | {"text": CANARY, "description": CANARY}  # as a careless writer might
    function(put_document(aws, {"a" * 64: blocked}))
    assert list(index.entries) == [TEXT_ID]
    assert CANARY not in str(index.requests)


def test_a_failed_image_is_never_put_even_if_something_lies_there(
    function: Function, aws: World, index: FakeIndex
) -> None:
    function(put_document(aws, {"a" * 64: read()}, failures={"a" * 64: "Sandbox.Timedout"}))
    assert list(index.entries) == [TEXT_ID]
    index.settle()
    (gap,) = function(confirm())["gaps"]
    assert "Sandbox.Timedout" in gap["error"]["message"]


def test_an_unmasked_caption_alone_is_not_put(function: Function, aws: World, index: FakeIndex) -> None:
    event = put_document(aws, {"a" * 64: None})
    aws.put(f"{prefix()}captions/{'a' * 64}.json", {"text": CANARY, "description": CANARY})
    function(event)
    assert list(index.entries) == [TEXT_ID]


def test_the_gaps_of_the_extraction_are_told_too(function: Function, aws: World, index: FakeIndex) -> None:
    gap = {"page": 7, "error": {"name": "UnreadablePageError", "message": "Page 7 could not be read."}}
    function(put_document(aws, {"a" * 64: read()}, gaps=(gap,)))
    index.settle()
    told = function(confirm())
    assert (told["status"], told["gaps"]) == ("INGESTED_WITH_GAPS", [gap])


def test_more_gaps_than_a_row_can_hold_are_counted_and_the_first_named(
    function: Function, aws: World, index: FakeIndex
) -> None:
    function(put_document(aws, {f"{number:064x}": None for number in range(70)}))
    index.settle()
    told = function(confirm())
    assert (told["gap_count"], len(told["gaps"])) == (70, 50)


OUTCOMES = st.sampled_from(["clean", "masked", "blocked", "failed", "missing", "refused", "choked"])
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200)


@settings(max_examples=25)
@given(fates=st.lists(OUTCOMES, max_size=23), key=KEYS, page=st.integers(1, 10**6), edge=st.floats(-1e9, 1e9))
def test_whatever_becomes_of_its_images_each_is_findable_or_a_gap(
    function: Function, aws: World, index: FakeIndex, fates: list[str], key: str, page: int, edge: float
) -> None:
    index.entries.clear()
    ids = {f"{number:064x}": fate for number, fate in enumerate(fates)}
    readings = {
        image_id: None
        if fate in ("failed", "missing")
        else read(outcome=fate if fate in ("masked", "blocked") else "clean")
        for image_id, fate in ids.items()
    }
    event = put_document(
        aws,
        readings,
        failures={image_id: "Runtime.ExitError" for image_id, fate in ids.items() if fate == "failed"},
    )
    manifest = aws.read_json(f"{prefix()}manifest.json")
    manifest["document"]["source"]["key"] = key
    for each in manifest["figures"]:
        each["places"] = [{"page": page, "bbox": [edge, 0.1, 1e9, -1 / 3]}] * 30
    aws.put(f"{prefix()}manifest.json", manifest)
    index.refuses = {image_id: "InvalidRequest" for image_id, fate in ids.items() if fate == "refused"}
    index.chokes_on = {image_id: "It cannot be read." for image_id, fate in ids.items() if fate == "choked"}

    function(event)
    assert function(confirm()) == {"settled": False}
    index.settle()
    told = function(confirm())

    found = {entry_id.rsplit("/", 1)[-1] for entry_id, entry in index.entries.items() if entry.status == "INDEXED"}
    gaps = {gap["picture_id"] for gap in told["gaps"]}
    assert found - {"text"} == {image_id for image_id, fate in ids.items() if fate in ("clean", "masked")}
    assert gaps == set(ids) - found
    assert told["captioned_count"] + told["gap_count"] == told["image_count"] == len(ids)


# Confirming: the index itself is asked.


def test_a_document_is_not_settled_while_the_index_works_on_it(function: Function, index: FakeIndex) -> None:
    function(PUT)
    assert function(CONFIRM) == {"settled": False}
    index.settle()
    assert function(CONFIRM)["settled"] is True


def test_one_pending_entry_of_many_keeps_a_document_unsettled(function: Function, aws: World, index: FakeIndex) -> None:
    function(put_document(aws, {f"{number:064x}": read() for number in range(14)}))
    index.settle()
    index.entries[image_entry(f"{13:064x}")].status = "PROCESSING"
    unfinished = function(confirm())
    assert unfinished == {"settled": False, "next": {"done": 10, "last": image_entry(f"{8:064x}")}}
    assert [len(request["DocumentInfoList"]) for request in index.asked("BatchGetDocumentStatus")] == [10, 5]
    index.settle()
    assert function(confirm() | {"next": unfinished["next"]})["captioned_count"] == 14
    assert [len(request["DocumentInfoList"]) for request in index.asked("BatchGetDocumentStatus")] == [10, 5, 5]


def test_what_a_document_holds_and_costs_is_told_once_it_is_settled(
    function: Function, aws: World, index: FakeIndex
) -> None:
    event = put_document(
        aws,
        {
            "a" * 64: read(tokens=(1500, 200)),
            "b" * 64: read(outcome="blocked", tokens=(500, 33)),
            "c" * 64: read(tokens=(0, 0)),
        },
    )
    function(event)
    index.settle()
    told = function(confirm())
    assert {name: value for name, value in told.items() if name != "gaps"} == {
        "settled": True,
        "status": "INGESTED_WITH_GAPS",
        "page_count": 9,
        "image_count": 3,
        "captioned_count": 2,
        "input_tokens": 2000,
        "output_tokens": 233,
        "cost_usd": "0.009495",  # 2,000 at 3 and 233 at 15 dollars a million; a blocked text is paid for too
        "gap_count": 1,
    }


def test_prices_come_from_the_settings(function: Function, aws: World, index: FakeIndex) -> None:
    function(put_document(aws, {"a" * 64: read(tokens=(1_000_000, 1_000_000))}))
    index.settle()
    function.set(INPUT_TOKEN_PRICE="0.8", OUTPUT_TOKEN_PRICE="4")
    assert function(confirm())["cost_usd"] == "4.800000"


def test_a_document_without_images_is_ingested(function: Function, aws: World, index: FakeIndex) -> None:
    function(put_document(aws, {}))
    index.settle()
    told = function(confirm())
    assert (told["status"], told["image_count"], told["cost_usd"]) == ("INGESTED", 0, "0.000000")


def test_an_entry_that_the_index_cannot_read_is_a_gap_with_its_reason(
    function: Function, aws: World, index: FakeIndex
) -> None:
    index.chokes_on = {"text": "The file is damaged."}
    function(put_document(aws, {"a" * 64: read()}))
    index.settle()
    told = function(confirm())
    (gap,) = told["gaps"]
    assert (told["status"], gap["page"], gap["error"]["name"]) == (
        "INGESTED_WITH_GAPS",
        0,
        "IndexingRefusedError",
    )
    assert "The file is damaged." in gap["error"]["message"]
    assert SOURCE["key"] in gap["error"]["message"]


def test_a_failed_update_is_a_gap_too(function: Function, aws: World, index: FakeIndex) -> None:
    event = put_document(aws, {"a" * 64: read()})
    function(event)
    index.settle()
    index.chokes_on = {"a" * 64: "Too long."}
    function(event)
    index.settle()
    assert index.entries[image_entry("a" * 64)].status == "UPDATE_FAILED"
    assert index.entries[TEXT_ID].status == "UPDATED"
    assert function(confirm())["gap_count"] == 1


def test_a_document_of_which_the_index_took_nothing_is_refused(
    function: Function, aws: World, index: FakeIndex
) -> None:
    index.refuses = {"text": "InvalidRequest", "a" * 64: "InvalidRequest"}
    function(put_document(aws, {"a" * 64: read()}))
    with pytest.raises(IndexingRefusedError, match=r"took nothing of s3://docent-documents/berichte/Prüfung 3\.pdf"):
        function(confirm())


def test_an_entry_that_the_index_does_not_know_yet_is_waited_for_and_then_it_is_a_gap(
    function: Function, aws: World, index: FakeIndex
) -> None:
    """Kendra may answer NOT_FOUND right after it accepted an entry."""
    function(put_document(aws, {"a" * 64: read()}))
    index.settle()
    entry = index.entries.pop(image_entry("a" * 64))
    assert function(confirm()) == {"settled": False}
    (gap,) = function(confirm() | {"absent_is_final": True})["gaps"]
    assert gap["picture_id"] == "a" * 64
    index.entries[image_entry("a" * 64)] = entry
    function(put_document(aws, {"a" * 64: read()}))
    index.settle()
    assert function(confirm())["gaps"] == []


@pytest.mark.parametrize("event", [CONFIRM, CONFIRM_REMOVED], ids=lambda event: event["action"])
@pytest.mark.parametrize("reply", [b"{}", b'{"DocumentStatusList": [], "Errors": []}'])
def test_silence_is_neither_indexed_nor_removed(
    function: Function, index: FakeIndex, event: dict[str, Any], reply: bytes
) -> None:
    index.fail(reply)
    with pytest.raises(TransientError, match="could not tell"):
        function(event)


@pytest.mark.parametrize("event", [CONFIRM, CONFIRM_REMOVED], ids=lambda event: event["action"])
def test_an_index_that_cannot_tell_of_one_entry_is_asked_again(
    function: Function, index: FakeIndex, event: dict[str, Any]
) -> None:
    function(PUT)
    index.cannot_tell = ("text",)
    with pytest.raises(TransientError, match="could not tell"):
        function(event)
    index.cannot_tell = ()
    assert "settled" in function(event)


def test_a_status_nobody_knows_yet_is_not_taken_for_any(function: Function, index: FakeIndex) -> None:
    function(PUT)
    index.entries[TEXT_ID].status = "RESTING"
    with pytest.raises(TransientError, match="could not tell"):
        function(CONFIRM)


# Removing.


@pytest.fixture
def two_generations(function: Function, aws: World, index: FakeIndex) -> FakeIndex:
    for generation in (FIRST, SECOND):
        function(put_document(aws, {"a" * 64: read(), generation[-1] * 64: read()}, generation))
    index.settle()
    return index


def left(index: FakeIndex) -> set[str]:
    return {entry_id.split("/")[1] for entry_id in index.entries}


@pytest.mark.parametrize(
    ("which", "generation", "stays"),
    [
        ("before", FIRST, {FIRST, SECOND}),
        ("before", SECOND, {SECOND}),
        ("through", FIRST, {SECOND}),
        ("through", SECOND, set()),
        ("only", FIRST, {SECOND}),
        ("only", SECOND, {FIRST}),
        ("only", "f" * 32, {FIRST, SECOND}),
    ],
)
def test_the_selected_uploads_leave_the_index_and_no_others(
    function: Function, two_generations: FakeIndex, which: str, generation: str, stays: set[str]
) -> None:
    result = function(selection("remove", which, generation))
    assert result == {"settled": stays == {FIRST, SECOND}}
    two_generations.settle()
    assert left(two_generations) == stays
    assert function(selection("confirm_removed", which, generation)) == {"settled": True}


def test_a_removal_is_not_settled_while_the_index_still_finds_it(
    function: Function, two_generations: FakeIndex
) -> None:
    function(selection("remove", "only", FIRST))
    assert function(selection("confirm_removed", "only", FIRST)) == {"settled": False}
    two_generations.settle()
    assert function(selection("confirm_removed", "only", FIRST)) == {"settled": True}


def test_removing_twice_changes_nothing(function: Function, two_generations: FakeIndex) -> None:
    for _ in range(2):
        function(selection("remove", "through", SECOND))
        two_generations.settle()
    assert left(two_generations) == set()


def test_the_sample_events_remove_the_sample_document(function: Function, index: FakeIndex) -> None:
    function(PUT)
    index.settle()
    assert function(CONFIRM_REMOVED) == {"settled": False}
    assert function(REMOVE) == {"settled": False}
    index.settle()
    assert function(CONFIRM_REMOVED) == {"settled": True}
    assert index.entries == {}


def test_what_a_crash_may_have_left_in_the_index_is_removed_too(
    function: Function, aws: World, index: FakeIndex
) -> None:
    event = put_document(aws, {f"{number:064x}": read() for number in range(12)})
    index.refuses = {f"{11:064x}": "InternalError"}
    assert function(event)["next"]["done"] == 10
    assert len(index.entries) == 12, "the first ten, and one of the other three is missing"
    index.refuses = {}
    function(selection("remove", "only", FIRST))
    index.settle()
    assert index.entries == {}
    assert [len(request["DocumentIdList"]) for request in index.asked("BatchDeleteDocument")] == [10, 3]


def test_a_removal_looks_at_all_entries_again_as_long_as_it_waits_for_some(
    function: Function, aws: World, index: FakeIndex
) -> None:
    """An upload that lost its claim can put its entries while earlier uploads are withdrawn."""
    function(put_document(aws, MANY, SECOND))
    index.settle()
    function(selection("remove", "through", SECOND))
    still_there = image_entry(f"{20:064x}", SECOND)
    for entry_id in [entry_id for entry_id in index.entries if entry_id != still_there]:
        del index.entries[entry_id]
    assert function(selection("confirm_removed", "through", SECOND)) == {"settled": False}
    function(put_document(aws, {"a" * 64: read()}, FIRST))
    index.settle()
    assert left(index) == {FIRST}
    assert function(selection("confirm_removed", "through", SECOND)) == {"settled": False}


def test_a_removal_begins_again_if_there_are_other_entries_than_before(
    function: Function, aws: World, index: FakeIndex
) -> None:
    function(put_document(aws, MANY, SECOND))
    index.settle()
    index.fail("", "ThrottlingException")
    begun = function(selection("remove", "through", SECOND))
    function(put_document(aws, {letter * 64: read() for letter in "abcdef"}, FIRST))
    index.settle()
    assert "next" not in function(selection("remove", "through", SECOND) | {"next": begun["next"]})
    index.settle()
    assert index.entries == {}


def test_an_upload_that_never_came_to_the_index_has_nothing_to_remove(function: Function, index: FakeIndex) -> None:
    assert function(selection("remove", "only", "0" * 32)) == {"settled": True}
    assert index.requests == []


def test_a_removal_that_the_index_cannot_do_now_is_transient(function: Function, two_generations: FakeIndex) -> None:
    two_generations.refuses = {"text": "InternalError"}
    with pytest.raises(TransientError):
        function(selection("remove", "only", FIRST))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "InvalidObjectState", MisconfiguredError),
        (403, "AccessDenied", MisconfiguredError),
        (400, "KMS.DisabledException", MisconfiguredError),
        (404, "NoSuchBucket", MisconfiguredError),
        (400, "SomethingNew", MisconfiguredError),
        (400, "ExpiredToken", TransientError),
        (503, "SlowDown", TransientError),
    ],
)
@pytest.mark.parametrize("action", ["remove", "confirm_removed"])
def test_a_record_of_entries_that_cannot_be_read_never_counts_as_nothing_to_remove(
    function: Function,
    aws: World,
    two_generations: FakeIndex,
    action: str,
    status: int,
    code: str,
    error: type[DocentError],
) -> None:
    held = set(two_generations.entries)
    with aws.refusing("s3.GetObject", status, code), pytest.raises(error, match=code):
        function(selection(action, "through", SECOND))
    assert set(two_generations.entries) == held


def test_a_removal_that_the_index_refuses_is_named(function: Function, two_generations: FakeIndex) -> None:
    two_generations.refuses = {"text": "InvalidRequest"}
    with pytest.raises(IndexingRefusedError, match="refused to remove 1 entries"):
        function(selection("remove", "only", FIRST))


def test_another_documents_entries_stay(function: Function, aws: World, two_generations: FakeIndex) -> None:
    other = "e" * 32
    record = aws.read_json(f"{prefix()}entries.json") | {"text_id": f"{other}/{FIRST}/text", "pages": {}}
    aws.put(f"documents/{other}/{FIRST}/entries.json", record)
    before = len(two_generations.entries)
    function(selection("remove", "through", "f" * 32))
    assert f"{other}/{FIRST}/text" not in str(two_generations.asked("BatchDeleteDocument"))
    assert before == 6


# What is told.


def test_what_was_put_and_removed_is_logged_without_a_word_of_it(
    function: Function, aws: World, index: FakeIndex
) -> None:
    function(put_document(aws, {"a" * 64: read(CANARY)}))
    index.settle()
    function(confirm())
    function(selection("remove", "only", FIRST))
    index.chokes_on = {"a" * 64: "Bad."}
    index.fail("ValidationException")
    with pytest.raises(IndexingRefusedError):
        function(confirm())
    put, removed = [line for line in function.logged.splitlines() if line.startswith('{"level":"INFO"')]
    assert '"message":"entries put"' in put
    assert '"entries":2' in put
    assert '"message":"entries removed"' in removed
    assert CANARY in index.entries[image_entry("a" * 64)].text
    assert CANARY not in function.logged
