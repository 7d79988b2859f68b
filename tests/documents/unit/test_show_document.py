"""One document as its readers see it: what was read in it, masked, page by page, and for a few minutes its images."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from docent.api import encode_next
from docent.callers import Caller
from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import DERIVED_BUCKET, DOCUMENTS_TABLE, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("show_document.report.json")
DOCUMENT_ID = EVENT["pathParameters"]["document_id"]
GENERATION = f"{1:032}"
PREFIX = f"documents/{DOCUMENT_ID}/{GENERATION}/"
IMAGE_ID = "9bb207f6741065d2da671fac2c49a711ee3f92b313f8b3004f53311b17765303"
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:docent-ingest-document:1"
READERS = {"users": ["mary@example.com"], "groups": ["energy"]}


def row(aws: World, **changes: Any) -> None:
    values = {
        "document_id": DOCUMENT_ID,
        "generation": GENERATION,
        "key": f"uploads/{MARY.subject}/quarterly-report.pdf",
        "status": "INGESTED",
        "readers": Readers.from_json(READERS).to_text(),
        "execution_arn": EXECUTION,
        "page_count": 3,
        "image_count": 1,
        "gap_count": 0,
        "gaps": "[]",
        "input_tokens": 1272,
        "output_tokens": 163,
        "cost_usd": Decimal("0.006261"),
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    aws.put_item(DOCUMENTS_TABLE, **(values | changes))


def shown(function: Function, caller: Caller = MARY, **query: Any) -> dict[str, Any]:
    status, body = call(function, asked(EVENT, caller, query=query))
    assert status == 200, body
    return body


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    row(aws)
    workflows = FakeWorkflows()
    workflows.run(EXECUTION, "+ReadEvent", "-ReadEvent", "+ClaimDocument", "-ClaimDocument", "+ExtractImages")
    with workflows.attached(session()):
        yield workflows


# Who may see it.


def test_the_owner_sees_everything_and_who_else_does(function: Function) -> None:
    body = shown(function)
    assert {name: value for name, value in body.items() if name not in ("pictures", "states")} == {
        "document_id": DOCUMENT_ID,
        "file_name": "quarterly-report.pdf",
        "status": "INGESTED",
        "page_count": 3,
        "picture_count": 1,
        "gap_count": 0,
        "unread_pages": [],
        "owned": True,
        "updated_at": "2026-11-24T08:00:00.000Z",
        "gaps": [],
        "readers": READERS,
        "input_tokens": 1272,
        "output_tokens": 163,
        "cost_usd": 0.006261,
    }


def test_a_reader_sees_all_but_who_else_does(function: Function) -> None:
    body = shown(function, ERIKA)
    assert (body["owned"], "readers" in body) == (False, False)
    assert body["pictures"]


def test_for_everybody_else_there_is_no_such_document(function: Function, workflows: FakeWorkflows) -> None:
    stranger = call(function, asked(EVENT, OTTO))
    missing = call(function, asked(EVENT, OTTO, path={"document_id": "0" * 32}))
    assert stranger == missing
    assert stranger[0] == 404
    assert workflows.requests == [], "refused before anything takes longer than for a document that there is none of"


@pytest.mark.parametrize(
    "readers",
    [
        {"users": ["otto@example.com"], "denied": {"users": ["erika@example.com"]}},
        {"groups": ["energy"], "denied": {"users": ["erika@example.com"]}},
        {"users": ["erika@example.com"], "denied": {"groups": ["Lesegruppe Süd"]}},
    ],
)
def test_who_is_denied_sees_none(function: Function, aws: World, readers: dict[str, Any]) -> None:
    row(aws, readers=json.dumps(readers))
    assert call(function, asked(EVENT, ERIKA))[0] == 404


# Images.


def test_an_image_is_shown_with_its_places_and_what_was_read_in_it_masked(function: Function) -> None:
    (image,) = shown(function)["pictures"]
    assert image["picture_id"] == IMAGE_ID
    assert (image["kind"], image["outcome"]) == ("embedded", "masked")
    assert image["places"] == [{"page": 2, "box": [64.0, 158.42, 531.0, 429.58]}]
    assert "Contact: {NAME}, {EMAIL}" in image["text"]
    assert image["description"].startswith("A bar chart")


def test_an_image_tells_what_was_masked_in_it_and_what_reading_it_cost(function: Function) -> None:
    (image,) = shown(function)["pictures"]
    assert image["masked"] == [{"kind": "EMAIL", "count": 1}, {"kind": "NAME", "count": 1}]
    assert (image["input_tokens"], image["output_tokens"], image["cost_usd"]) == (1272, 163, 0.006261)


def test_braces_in_a_clean_text_are_nothing_masked(function: Function, aws: World) -> None:
    aws.put(f"{PREFIX}pictures/{IMAGE_ID}.json", {"outcome": "clean", "text": "Dear {NAME}", "description": ""})
    (image,) = shown(function)["pictures"]
    assert (image["text"], image["masked"]) == ("Dear {NAME}", [])


def test_an_image_names_the_other_documents_it_is_in_that_the_caller_can_read(function: Function, aws: World) -> None:
    others = {"b" * 32: ("plan.pdf", "energy"), "c" * 32: ("annex.pdf", "energy"), "d" * 32: ("secret.pdf", "board")}
    for document_id, (key, group) in others.items():
        row(aws, document_id=document_id, key=key, readers=json.dumps({"groups": [group]}))
    row(aws, document_id="e" * 32, key="gone.pdf", status="REMOVING", readers=json.dumps({"groups": ["energy"]}))
    aws.hold_image(IMAGE_ID, [DOCUMENT_ID, *others, "e" * 32, "f" * 32], {"a": CANARY})
    (image,) = shown(function, ERIKA)["pictures"]
    assert image["also_in"] == [
        {"document_id": "c" * 32, "file_name": "annex.pdf"},
        {"document_id": "b" * 32, "file_name": "plan.pdf"},
    ]


def test_a_gap_says_where_why_and_of_which_image(function: Function, aws: World) -> None:
    error = {"name": "UnreadablePictureError", "message": "It could not be read. Replace it."}
    gap = {"page": 3, "error": error, "picture_id": IMAGE_ID}
    row(aws, gaps=json.dumps([gap, {"page": 0, "error": error}]), gap_count=2)
    body = shown(function)
    assert (body["gaps"][0], body["unread_pages"]) == (gap, [3])


def test_a_document_is_searchable_since_the_index_confirmed_it(function: Function, aws: World) -> None:
    since = {"searchable_since": "2026-11-24T08:00:00.000Z"}
    assert "searchable_since" not in shown(function)
    row(aws, status="INGESTING", **since)
    assert shown(function)["searchable_since"] == since["searchable_since"]
    for status in ("REMOVING", "REMOVED"):
        row(aws, status=status, **since)
        assert "searchable_since" not in shown(function)


def test_its_addresses_are_good_for_five_minutes_in_the_buckets_own_region(function: Function, aws: World) -> None:
    aws.put(f"{PREFIX}thumbnails/{IMAGE_ID}.jpeg", b"a thumbnail")
    (image,) = shown(function)["pictures"]
    for name, key in (("image_url", f"images/{IMAGE_ID}.png"), ("thumbnail_url", f"thumbnails/{IMAGE_ID}.jpeg")):
        address = urlsplit(image[name])
        assert address.netloc == f"{DERIVED_BUCKET}.s3.eu-central-1.amazonaws.com"
        assert address.path == f"/{PREFIX}{key}"
        assert parse_qs(address.query)["X-Amz-Expires"] == ["300"]


def test_an_image_without_a_thumbnail_has_no_address_of_one(function: Function) -> None:
    (image,) = shown(function)["pictures"]
    assert "thumbnail_url" not in image


def test_an_image_that_was_not_read_says_so(function: Function, aws: World) -> None:
    aws.delete(f"{PREFIX}pictures/{IMAGE_ID}.json")
    (image,) = shown(function)["pictures"]
    assert (image["outcome"], image["text"], image["description"]) == ("not read", "", "")


def test_what_the_guardrail_withheld_is_seen_by_the_owner_alone(function: Function, aws: World) -> None:
    aws.put(f"{PREFIX}pictures/{IMAGE_ID}.json", {"outcome": "blocked", "model_id": "a-model"})
    (reader,), (owner,) = shown(function, ERIKA)["pictures"], shown(function)["pictures"]
    assert (reader["outcome"], reader["text"], "image_url" in reader) == ("blocked", "", False)
    assert "image_url" in owner


def test_a_caption_that_is_not_masked_is_never_read(function: Function, aws: World) -> None:
    aws.put(f"{PREFIX}captions/{IMAGE_ID}.json", {"text": CANARY, "description": CANARY})
    aws.delete(f"{PREFIX}pictures/{IMAGE_ID}.json")
    assert CANARY not in json.dumps(shown(function))


def many_images(aws: World, number: int) -> list[str]:
    manifest = aws.read_json(f"{PREFIX}manifest.json")
    image = manifest["figures"][0]
    ids = [f"{each:064}" for each in range(number)]
    aws.put(f"{PREFIX}manifest.json", manifest | {"figures": [image | {"picture_id": each} for each in ids]})
    for each in ids:
        aws.put(f"{PREFIX}pictures/{each}.json", {"outcome": "clean", "text": each, "description": ""})
    return ids


def test_images_come_page_by_page_each_with_its_own_text(function: Function, aws: World) -> None:
    ids, found, query = many_images(aws, 23), [], {"limit": 5}
    for _ in range(5):
        body = shown(function, **query)
        assert len(body["pictures"]) <= 5
        found += [(image["picture_id"], image["text"]) for image in body["pictures"]]
        query["next"] = body.get("next")
    assert found == [(each, each) for each in ids]
    assert query["next"] is None


def test_no_more_readings_are_fetched_than_are_shown(function: Function, aws: World) -> None:
    many_images(aws, 30)
    fetched: list[None] = []
    with aws.before("s3.GetObject", lambda: fetched.append(None)):
        shown(function, limit=7)
    assert len(fetched) == 7 + 1, "and the manifest"


@pytest.mark.parametrize(
    "place",
    [["0" * 32, 5], [GENERATION], [GENERATION, -1], [GENERATION, "1"], GENERATION, 5, None, {}],
    ids=["of another upload", "short", "negative", "no number", "a text", "a number", "nothing", "an object"],
)
def test_a_place_that_no_page_of_this_upload_gave_is_refused(function: Function, place: Any) -> None:
    status, body = call(function, asked(EVENT, query={"next": encode_next(place)}))
    assert (status, body["errors"][0]["field"]) == (400, "/query/next")


def test_a_place_behind_the_last_image_shows_none(function: Function) -> None:
    body = shown(function, next=encode_next([GENERATION, 10**30]))
    assert (body["pictures"], "next" in body) == ([], False)


# How far it is.


def test_the_states_are_told_with_their_times(function: Function) -> None:
    states = shown(function)["states"]
    assert [state["state"] for state in states] == ["ReadEvent", "ClaimDocument", "ExtractImages"]
    assert states[0] == {
        "state": "ReadEvent",
        "entered_at": "2027-01-15T08:00:01.000Z",
        "left_at": "2027-01-15T08:00:02.000Z",
    }
    assert "left_at" not in states[-1]


def test_a_state_that_is_run_often_is_told_once_from_its_first_to_its_last(
    function: Function, workflows: FakeWorkflows
) -> None:
    workflows.run(EXECUTION, "+CaptionImage", "+CaptionImage", "-CaptionImage", "-CaptionImage", "+WaitForIndex")
    captioning, waiting = shown(function)["states"]
    assert captioning["entered_at"] < captioning["left_at"]
    assert captioning["left_at"] == "2027-01-15T08:00:04.000Z"
    assert waiting["state"] == "WaitForIndex"


def test_a_state_that_some_images_are_still_in_is_not_left(function: Function, workflows: FakeWorkflows) -> None:
    workflows.run(EXECUTION, "+CaptionImage", "+CaptionImage", "-CaptionImage")
    (captioning,) = shown(function)["states"]
    assert "left_at" not in captioning


def test_a_long_history_is_read_to_its_end(function: Function, workflows: FakeWorkflows) -> None:
    workflows.run(EXECUTION, *["+CaptionImage", "-CaptionImage"] * 1500, "+SyncIndex")
    assert [state["state"] for state in shown(function)["states"]] == ["CaptionImage", "SyncIndex"]


def test_an_endless_history_is_not(function: Function, workflows: FakeWorkflows) -> None:
    workflows.run(EXECUTION, *["+CaptionImage", "-CaptionImage"] * 12_000)
    shown(function)
    assert len(workflows.requests) <= 5


def test_a_history_that_is_gone_after_ninety_days_is_empty(function: Function, workflows: FakeWorkflows) -> None:
    workflows.histories.clear()
    assert shown(function)["states"] == []


def test_a_document_that_nothing_is_known_of_yet_is_shown_with_nothing(function: Function, aws: World) -> None:
    aws.delete(f"{PREFIX}manifest.json")
    aws.delete_items(DOCUMENTS_TABLE)
    aws.put_item(
        DOCUMENTS_TABLE,
        document_id=DOCUMENT_ID,
        generation=GENERATION,
        key=f"uploads/{MARY.subject}/a.pdf",
        status="INGESTING",
        updated_at="2026-11-24T08:00:00.000Z",
    )
    body = shown(function)
    assert (body["status"], body["pictures"], body["page_count"], body["cost_usd"]) == ("INGESTING", [], 0, 0)


def test_what_failed_says_why_and_what_is_missing_says_where(function: Function, aws: World) -> None:
    why = {"name": "EncryptedPdfError", "message": "It needs a password."}
    gap = {"page": 2, "error": {"name": "BlockedTextError", "message": "Withheld."}, "picture_id": IMAGE_ID}
    row(aws, status="FAILED", error=why, gaps=json.dumps([gap]))
    body = shown(function)
    assert body["error"] == why
    assert body["gaps"] == [gap]


@pytest.mark.parametrize("status", ["REMOVING", "REMOVED"])
def test_of_what_is_removed_nothing_is_shown_but_that_it_is(function: Function, aws: World, status: str) -> None:
    gap = {"page": 2, "error": {"name": "BlockedTextError", "message": CANARY}}
    row(aws, status=status, gaps=json.dumps([gap]), error={"name": "UnexpectedError", "message": CANARY})
    body = shown(function, ERIKA)
    assert (body["status"], body["gaps"], body["pictures"]) == (status, [], [])
    assert CANARY not in json.dumps(body)


# Faults.


@pytest.mark.parametrize(
    ("operation", "http", "code", "status"),
    [
        ("dynamodb.BatchGetItem", 400, "ThrottlingException", 503),
        ("dynamodb.BatchGetItem", 400, "AccessDeniedException", 500),
        ("s3.GetObject", 503, "SlowDown", 503),
        ("s3.GetObject", 403, "AccessDenied", 500),
        ("s3.ListObjectsV2", 503, "SlowDown", 503),
        ("sfn.GetExecutionHistory", 400, "ThrottlingException", 503),
        ("sfn.GetExecutionHistory", 400, "AccessDeniedException", 500),
    ],
)
def test_a_fault_is_a_problem_and_no_document_without_images(
    function: Function, aws: World, operation: str, http: int, code: str, status: int
) -> None:
    with aws.refusing(operation, http, code):
        answered, body = call(function, EVENT)
    assert (answered, body["status"]) == (status, status)


def test_rows_left_unprocessed_are_asked_for_again(function: Function, aws: World) -> None:
    with aws.leaving_unprocessed("dynamodb.BatchGetItem", times=2):
        assert shown(function)["document_id"] == DOCUMENT_ID


def test_no_log_line_holds_what_was_read_or_where_to_see_it(function: Function, aws: World) -> None:
    row(aws, key=f"uploads/{MARY.subject}/{CANARY}.pdf")
    aws.put(f"{PREFIX}pictures/{IMAGE_ID}.json", {"outcome": "clean", "text": CANARY, "description": CANARY})
    (image,) = shown(function)["pictures"]
    assert image["text"] == CANARY
    (record,) = function.records()
    assert (record["message"], record["images"]) == ("document shown", 1)
    assert "X-Amz-Signature" not in function.logged
