"""The caller's list: everything they may read, once, in order, and nothing else, page by page."""

import base64
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.api import encode_next
from docent.callers import Caller
from docent.documents import document_id_of
from docent.readers import Readers, names_of
from docent.reading_lists import upload_place, uploads_of
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, READERS_TABLE, SOURCE_BUCKET, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("list_documents.first_page.json")


@pytest.fixture(autouse=True)
def _a_world(aws: World) -> None:
    """Without any document."""


def document(
    aws: World,
    key: str,
    status: Any = "INGESTED",
    listed: Any = None,
    size_bytes: Any = 100,
    uploaded: Any = "",
    **readers: Any,
) -> str:
    """A document with its readers, in the lists of those readers; or in other lists than it should be. Without a time
    of the upload it is one that Docent 0.1 ingested."""
    named = Readers.from_json(readers)
    document_id = document_id_of(SOURCE_BUCKET, key)
    time = {"uploaded_at": uploaded} if uploaded else {}
    aws.put_item(
        DOCUMENTS_TABLE,
        document_id=document_id,
        generation="1",
        key=key,
        status=status,
        readers=named.to_text(),
        size_bytes=size_bytes,
        page_count=3,
        image_count=2,
        gap_count=1,
        updated_at="2026-11-24T08:00:00.000Z",
        **time,
    )
    for name in named.names if listed is None else listed:
        aws.put_item(READERS_TABLE, reader=name, document_key=key, document_id=document_id, **time)
        if uploaded:
            place = upload_place(uploaded, document_id)
            aws.put_item(READERS_TABLE, reader=uploads_of(name), document_key=place, document_id=document_id, **time)
    return document_id


def listed(function: Function, caller: Caller = MARY, **query: Any) -> list[str]:
    """The names on one page."""
    status, body = call(function, asked(EVENT, caller, query=query))
    assert status == 200, body
    return [each["file_name"] for each in body["documents"]]


def pages(function: Function, caller: Caller, limit: int, **more: Any) -> Iterator[list[dict[str, Any]]]:
    query: dict[str, Any] = {"limit": limit} | more
    for number in count():
        status, body = call(function, asked(EVENT, caller, query=query))
        assert status == 200, body
        assert len(body["documents"]) <= limit
        yield body["documents"]
        if "next" not in body:
            return
        assert number < 500, "every page leads further"
        query["next"] = body["next"]


# Who may see what.

WHO_MAY_READ = [
    ("named by address", {"users": ["mary@example.com"]}, (True, False, False)),
    ("named by address, spelt otherwise", {"users": ["Mary@Example.com"]}, (True, False, False)),
    ("in a group", {"groups": ["energy"]}, (True, True, False)),
    ("in a group with an umlaut", {"groups": ["Lesegruppe Süd"]}, (False, True, False)),
    ("groups are spelt as they are", {"groups": ["Energy"]}, (False, False, False)),
    ("denied by address", {"groups": ["energy"], "denied": {"users": ["mary@example.com"]}}, (False, True, False)),
    ("denied by group", {"users": ["erika@example.com"], "denied": {"groups": ["energy"]}}, (False, False, False)),
    ("for nobody", {}, (False, False, False)),
]


@pytest.mark.parametrize(
    ("readers", "may"), [case[1:] for case in WHO_MAY_READ], ids=[case[0] for case in WHO_MAY_READ]
)
def test_who_may_read_it_sees_it_whatever_the_lists_say(
    function: Function, aws: World, readers: dict[str, Any], may: tuple[bool, ...]
) -> None:
    everybody = {name for caller in (MARY, ERIKA, OTTO) for name in names_of(caller)}
    document(aws, "a.pdf", listed=everybody, **readers)
    assert tuple(listed(function, caller) == ["a.pdf"] for caller in (MARY, ERIKA, OTTO)) == may


def test_a_document_is_told_as_the_contract_says(function: Function, aws: World) -> None:
    key = f"uploads/{MARY.subject}/Übersicht.pdf"
    document_id = document(aws, key, groups=["energy"])
    told = {
        "document_id": document_id,
        "file_name": "Übersicht.pdf",
        "status": "INGESTED",
        "page_count": 3,
        "picture_count": 2,
        "gap_count": 1,
        "unread_pages": [],
        "owned": True,
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    assert call(function, EVENT) == (200, {"documents": [told]})
    assert call(function, asked(EVENT, ERIKA)) == (200, {"documents": [told | {"owned": False}]})


def test_whoever_may_read_it_for_several_reasons_sees_it_once(function: Function, aws: World) -> None:
    document(aws, "a.pdf", users=["erika@example.com"], groups=["energy", "Lesegruppe Süd"])
    assert listed(function, ERIKA) == ["a.pdf"]


@pytest.mark.parametrize("status", ["INGESTING", "INGESTED_WITH_GAPS", "FAILED", "REMOVING"])
def test_a_document_is_listed_in_every_state_but_removed(function: Function, aws: World, status: str) -> None:
    document(aws, "a.pdf", status, groups=["energy"])
    document(aws, "b.pdf", "REMOVED", groups=["energy"])
    assert listed(function) == ["a.pdf"]


def test_an_entry_without_a_document_shows_nothing(function: Function, aws: World) -> None:
    aws.put_item(READERS_TABLE, reader="group:energy", document_key="gone.pdf", document_id="0" * 32)
    assert listed(function) == []


def test_readers_that_nobody_can_understand_are_nobody(function: Function, aws: World) -> None:
    document_id = document(aws, "a.pdf", groups=["energy"])
    aws.put_item(
        DOCUMENTS_TABLE, document_id=document_id, key="a.pdf", status="INGESTED", readers="{", updated_at="2026-11-24"
    )
    assert listed(function) == []


# Page by page.


def test_pages_are_full_though_most_entries_are_stale(function: Function, aws: World) -> None:
    for number in range(150):
        readers = {"groups": ["energy"]} if number % 50 == 49 else {"users": ["otto@example.com"]}
        document(aws, f"{number:03}.pdf", listed=["group:energy"], **readers)
    found = [[each["file_name"] for each in page] for page in pages(function, MARY, 2)]
    assert found == [["049.pdf", "099.pdf"], ["149.pdf"]]


def test_a_last_page_that_is_full_leads_nowhere(function: Function, aws: World) -> None:
    for number in range(4):
        document(aws, f"{number}.pdf", groups=["energy"])
    document(aws, "9.pdf", listed=["group:energy"], users=["otto@example.com"])
    assert [len(page) for page in pages(function, MARY, 2)] == [2, 2]


def test_so_many_stale_entries_end_a_page_and_the_next_goes_on(function: Function, aws: World) -> None:
    aws.put_many(
        READERS_TABLE,
        [{"reader": "group:energy", "document_key": f"{n:05}", "document_id": "0" * 32} for n in range(2100)],
    )
    document(aws, "z.pdf", groups=["energy"])
    found = [[each["file_name"] for each in page] for page in pages(function, MARY, 5)]
    assert found == [[], ["z.pdf"]]


def test_a_caller_in_a_hundred_groups_sees_what_all_of_them_may(function: Function, aws: World) -> None:
    member = Caller("sub", "anna@example.com", tuple(f"group-{number}" for number in range(100)), FOREVER)
    for number in range(0, 100, 7):
        document(aws, f"{number:03}.pdf", groups=[f"group-{number}"])
    document(aws, "mine.pdf", users=["anna@example.com"])
    found = [each["file_name"] for page in pages(function, member, 4) for each in page]
    assert found == [*(f"{number:03}.pdf" for number in range(0, 100, 7)), "mine.pdf"]


def test_a_key_of_the_greatest_length_leads_to_the_next_page(function: Function, aws: World) -> None:
    long = "uploads/" + "x" * 36 + "/" + "🙂" * 230
    document(aws, long, groups=["energy"])
    document(aws, f"{long}a", groups=["energy"])
    assert [len(page) for page in pages(function, MARY, 1)] == [1, 1]


keys = st.text(st.sampled_from("aZ0/ü字🙂 \ufffd"), min_size=1, max_size=4)
readers = st.fixed_dictionaries(
    {
        "users": st.lists(st.sampled_from(["mary@example.com", "otto@example.com"]), unique=True, max_size=2),
        "groups": st.lists(st.sampled_from(["energy", "finance"]), unique=True, max_size=2),
    }
)


@settings(max_examples=25)
@given(library=st.dictionaries(keys, readers, max_size=12), stale=st.sets(keys, max_size=6), limit=st.integers(1, 5))
def test_all_pages_together_are_all_that_is_readable_once_and_in_order(
    function: Function, aws: World, library: dict[str, Any], stale: set[str], limit: int
) -> None:
    aws.delete_items(DOCUMENTS_TABLE)
    aws.delete_items(READERS_TABLE)
    for key, named in library.items():
        document(aws, key, **named)
    for key in stale - library.keys():
        document(aws, key, listed=["group:energy", "user:mary@example.com"], users=["erika@example.com"])
    readable = [key for key, named in library.items() if Readers.from_json(named).allow(MARY)]
    found = list(pages(function, MARY, limit))
    assert [each["document_id"] for page in found for each in page] == [
        document_id_of(SOURCE_BUCKET, key) for key in sorted(readable, key=lambda key: key.encode())
    ]
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("place", ["", 5, None, ["a"], ["a", -1], ["a", "1"], ["a", 1, 1], {"a": 1}, ["x" * 1025, 0]])
def test_a_place_that_no_page_gave_is_refused(function: Function, place: Any) -> None:
    status, body = call(function, asked(EVENT, query={"next": encode_next(place)}))
    assert (status, body["errors"][0]["field"]) == (400, "/query/next")


def test_a_place_that_is_no_text_is_refused(function: Function) -> None:
    half_a_pair = base64.urlsafe_b64encode(b'["\\ud83d", 0]').decode()
    status, body = call(function, asked(EVENT, query={"next": half_a_pair}))
    assert (status, body["errors"][0]["field"]) == (400, "/query/next")


def test_a_place_beyond_everything_shows_nothing(function: Function, aws: World) -> None:
    document(aws, "a.pdf", groups=["energy"])
    assert listed(function, next=encode_next(["", 10**30])) == []


@pytest.mark.parametrize("stale", [3, 2100], ids=["few", "so many that a page ends with them"])
def test_a_place_names_nothing_that_the_caller_may_not_read(function: Function, aws: World, stale: int) -> None:
    document(aws, "a.pdf", groups=["energy"])
    aws.put_many(
        READERS_TABLE,
        [{"reader": "group:energy", "document_key": f"b {CANARY} {n}", "document_id": "0" * 32} for n in range(stale)],
    )
    document(aws, "z.pdf", groups=["energy"])
    query: dict[str, Any] = {"limit": 1}
    names = []
    while True:
        _, body = call(function, asked(EVENT, query=query))
        names += [each["file_name"] for each in body["documents"]]
        if "next" not in body:
            break
        assert CANARY.encode() not in base64.urlsafe_b64decode(body["next"])
        query["next"] = body["next"]
    assert names == ["a.pdf", "z.pdf"]


def test_a_place_somebody_else_was_given_shows_nothing_more(function: Function, aws: World) -> None:
    document(aws, "a.pdf", users=["otto@example.com"])
    document(aws, "b.pdf", users=["otto@example.com"])
    document(aws, "c.pdf", groups=["energy"])
    _, body = call(function, asked(EVENT, OTTO, query={"limit": 1}))
    assert listed(function, MARY, next=body["next"]) == ["c.pdf"]


# Faults.


@pytest.mark.parametrize("operation", ["dynamodb.Query", "dynamodb.BatchGetItem"])
@pytest.mark.parametrize(
    ("code", "status"), [("ProvisionedThroughputExceededException", 503), ("AccessDeniedException", 500)]
)
def test_a_fault_is_a_problem_and_no_shorter_list(
    function: Function, aws: World, operation: str, code: str, status: int
) -> None:
    document(aws, "a.pdf", groups=["energy"])
    with aws.refusing(operation, 400, code):
        answered, body = call(function, EVENT)
    assert (answered, body["status"]) == (status, status)


def test_documents_left_unprocessed_are_asked_for_again(function: Function, aws: World) -> None:
    document(aws, "a.pdf", groups=["energy"])
    with aws.leaving_unprocessed("dynamodb.BatchGetItem", times=3):
        assert listed(function) == ["a.pdf"]


def test_documents_left_unprocessed_for_ever_are_no_shorter_list(function: Function, aws: World) -> None:
    document(aws, "a.pdf", groups=["energy"])
    with aws.leaving_unprocessed("dynamodb.BatchGetItem", times=99):
        assert call(function, EVENT)[0] == 503


def test_no_log_line_holds_a_documents_name(function: Function, aws: World) -> None:
    document(aws, f"{CANARY}.pdf", groups=["energy"])
    assert listed(function) == [f"{CANARY}.pdf"]
    (record,) = function.records()
    assert (record["message"], record["count"]) == ("documents listed", 1)
    assert CANARY not in json.dumps(record)


# What the caller wants to see.


def test_a_part_of_the_name_finds_documents(function: Function, aws: World) -> None:
    for name in ("Prüfung 1.pdf", "Bericht.pdf", "PRÜFUNG 2.pdf"):
        document(aws, name, users=["mary@example.com"])
    assert listed(function, name="prüf") == ["PRÜFUNG 2.pdf", "Prüfung 1.pdf"]
    assert listed(function, name="pru\u0308f") == ["PRÜFUNG 2.pdf", "Prüfung 1.pdf"], "an umlaut typed in two pieces"
    assert listed(function, name=".*") == []


def test_a_status_finds_documents(function: Function, aws: World) -> None:
    document(aws, "a.pdf", status="FAILED", users=["mary@example.com"])
    document(aws, "b.pdf", users=["mary@example.com"])
    assert listed(function, status="FAILED") == ["a.pdf"]
    assert listed(function, status="FAILED", name="b") == []


def test_a_filtered_list_goes_on_where_its_page_ended(function: Function, aws: World) -> None:
    for number in range(9):
        document(aws, f"{number}{'odd' if number % 2 else 'even'}.pdf", users=["mary@example.com"])
    status, first = call(function, asked(EVENT, MARY, query={"limit": 2, "name": "odd"}))
    assert status == 200
    assert [each["file_name"] for each in first["documents"]] == ["1odd.pdf", "3odd.pdf"]
    assert listed(function, limit=2, name="odd", next=first["next"]) == ["5odd.pdf", "7odd.pdf"]


def test_an_unknown_status_is_refused(function: Function, aws: World) -> None:
    status, problem = call(function, asked(EVENT, MARY, query={"status": "LOST"}))
    assert (status, [each["field"] for each in problem["errors"]]) == (400, ["/query/status"])


def test_what_is_under_way_tells_how_long_that_usually_takes(function: Function, aws: World) -> None:
    for status in ("INGESTED", "INGESTING", "REMOVING"):
        document(aws, f"{status}.pdf", status, size_bytes=20_000_000, groups=["energy"])
    status, body = call(function, EVENT)
    assert status == 200
    assert [each.get("usual_seconds") for each in body["documents"]] == [None, 480, 3600]


# From the end, and by upload.


def test_the_list_can_be_read_from_its_end(function: Function, aws: World) -> None:
    for name in ("a", "b", "c", "d", "e"):
        document(aws, f"{name}.pdf", groups=["energy"], users=["mary@example.com"])
    for limit in (1, 2, 10):
        found = [each["file_name"] for page in pages(function, MARY, limit, order="descending") for each in page]
        assert found == ["e.pdf", "d.pdf", "c.pdf", "b.pdf", "a.pdf"]


days = st.sampled_from(["", *(f"2026-11-{day:02}T08:00:00.000Z" for day in (1, 2, 3))])


@settings(max_examples=25)
@given(
    library=st.dictionaries(keys, st.tuples(readers, days), max_size=12),
    former=st.dictionaries(keys, days, max_size=6),
    limit=st.integers(1, 5),
)
def test_by_upload_all_that_is_readable_is_listed_once_and_what_has_no_time_is_the_earliest(
    function: Function, aws: World, library: dict[str, Any], former: dict[str, str], limit: int
) -> None:
    aws.delete_items(DOCUMENTS_TABLE)
    aws.delete_items(READERS_TABLE)
    for key, uploaded in former.items():  # an earlier upload, of which entries were left
        document(aws, key, listed=["group:energy", "user:mary@example.com"], uploaded=uploaded)
    for key, (named, uploaded) in library.items():
        document(aws, key, uploaded=uploaded, **named)
    ids = {key: document_id_of(SOURCE_BUCKET, key) for key in library}
    readable = [key for key, (named, _) in library.items() if Readers.from_json(named).allow(MARY)]
    times = {key: uploaded for key, (_, uploaded) in library.items()}
    in_order = sorted(readable, key=lambda key: (times[key], ids[key] if times[key] else key.encode().hex()))
    for order, wanted in (("ascending", in_order), ("descending", in_order[::-1])):
        found = list(pages(function, MARY, limit, sort="uploaded", order=order))
        assert [each["document_id"] for page in found for each in page] == [ids[key] for key in wanted]
        assert [each.get("uploaded_at", "") for page in found for each in page] == [times[key] for key in wanted]
        assert all(len(page) == limit for page in found[:-1])


def test_by_upload_a_place_beyond_the_longest_key_is_refused(function: Function) -> None:
    status, body = call(function, asked(EVENT, query={"sort": "uploaded", "next": encode_next([" " + "x" * 1025, 0])}))
    assert (status, body["errors"][0]["field"]) == (400, "/query/next")


def test_an_unknown_order_is_refused(function: Function) -> None:
    status, problem = call(function, asked(EVENT, MARY, query={"sort": "status"}))
    assert (status, [each["field"] for each in problem["errors"]]) == (400, ["/query/sort"])
