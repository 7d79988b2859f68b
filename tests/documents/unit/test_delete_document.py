"""Removing a document: its owner may, at once and as often as they like; nobody else, and most see no document."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docent.document_rows import read_rows
from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, SOURCE_BUCKET, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("delete_document.report.json")
DOCUMENT_ID = EVENT["pathParameters"]["document_id"]
KEY = f"uploads/{MARY.subject}/{CANARY}.pdf"


def row(aws: World, **changes: Any) -> None:
    readers = Readers.from_json({"users": ["mary@example.com"], "groups": ["energy"]})
    values = {
        "document_id": DOCUMENT_ID,
        "generation": "1",
        "key": KEY,
        "status": "INGESTED",
        "readers": readers.to_text(),
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    aws.put_item(DOCUMENTS_TABLE, **(values | changes))


def status(aws: World) -> str:
    return aws.items(DOCUMENTS_TABLE)[0]["status"]


def is_there(aws: World) -> bool:
    return KEY in aws.list_keys(bucket=SOURCE_BUCKET)


@pytest.fixture(autouse=True)
def _ingested(aws: World) -> None:
    aws.keep_versions()
    aws.put(KEY, b"%PDF", SOURCE_BUCKET)
    row(aws)


def test_the_owner_deletes_the_object_and_nobody_is_answered_from_it_any_more(function: Function, aws: World) -> None:
    assert call(function, EVENT) == (202, {"document_id": DOCUMENT_ID, "status": "REMOVING"})
    assert not is_there(aws)
    assert status(aws) == "REMOVING"
    since = read_rows(DOCUMENTS_TABLE, [DOCUMENT_ID])[DOCUMENT_ID].to_json(MARY)["removing_since"]
    assert abs(datetime.fromisoformat(since) - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_was_deleted_can_be_brought_back(function: Function, aws: World) -> None:
    call(function, EVENT)
    assert [version["Key"] for version in aws.versions(KEY)] == [KEY]


def test_a_reader_is_told_whose_it_is_not(function: Function, aws: World) -> None:
    answered, body = call(function, asked(EVENT, ERIKA))
    assert (answered, body["type"]) == (403, "urn:docent:problem:NotTheirsError")
    assert is_there(aws)
    assert status(aws) == "INGESTED"


def test_for_everybody_else_there_is_no_such_document(function: Function, aws: World) -> None:
    stranger = call(function, asked(EVENT, OTTO))
    missing = call(function, asked(EVENT, OTTO, path={"document_id": "0" * 32}))
    assert stranger == missing
    assert stranger[0] == 404
    assert is_there(aws)


def test_who_was_denied_what_is_theirs_can_still_remove_it(function: Function, aws: World) -> None:
    row(aws, readers='{"denied": {"users": ["mary@example.com"]}}')
    assert call(function, EVENT)[0] == 202


def test_somebody_with_the_same_name_is_not_the_owner(function: Function, aws: World) -> None:
    row(aws, key=f"uploads/{MARY.subject}0/{CANARY}.pdf")
    assert call(function, EVENT)[0] == 403


@pytest.mark.parametrize("now", ["REMOVING", "REMOVED"])
def test_removing_again_changes_nothing(function: Function, aws: World, now: str) -> None:
    row(aws, status=now)
    aws.put(KEY, b"uploaded again a moment ago", SOURCE_BUCKET)
    assert call(function, EVENT) == (202, {"document_id": DOCUMENT_ID, "status": now})
    assert is_there(aws)
    assert status(aws) == now


def test_what_was_claimed_by_the_removal_meanwhile_is_left_to_it(function: Function, aws: World) -> None:
    with aws.before("dynamodb.UpdateItem", lambda: row(aws, generation="2", status="REMOVED")):
        assert call(function, EVENT)[0] == 202
    assert status(aws) == "REMOVED"


@pytest.mark.parametrize(("code", "answer"), [("SlowDown", 503), ("AccessDenied", 500)])
def test_what_cannot_be_deleted_is_not_said_to_be_removed(
    function: Function, aws: World, code: str, answer: int
) -> None:
    with aws.refusing("s3.DeleteObject", 403 if answer == 500 else 503, code):
        assert call(function, EVENT)[0] == answer
    assert status(aws) == "INGESTED"


def test_a_mark_that_fails_can_be_set_by_trying_again(function: Function, aws: World) -> None:
    with aws.refusing("dynamodb.UpdateItem", 400, "ProvisionedThroughputExceededException"):
        assert call(function, EVENT)[0] == 503
    assert call(function, EVENT)[0] == 202
    assert status(aws) == "REMOVING"


def test_no_log_line_holds_the_documents_name(function: Function, aws: World) -> None:
    call(function, EVENT)
    (record,) = function.records()
    assert (record["message"], record["document_id"]) == ("document deleted", DOCUMENT_ID)
