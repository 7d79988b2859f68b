"""Saying anew who reads a document: at once in its row, and in its object, which is ingested again."""

import json
from typing import Any

import pytest

from docent.callers import Caller
from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, SOURCE_BUCKET, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("change_readers.group.json")
DOCUMENT_ID = EVENT["pathParameters"]["document_id"]
KEY = f"uploads/{MARY.subject}/Übersicht, {CANARY}.pdf"
NEW = {
    "users": ["erika@example.com", "mary@example.com"],
    "groups": ["energy"],
    "denied": {"users": ["otto@example.com"], "groups": []},
}


def row(aws: World, **changes: Any) -> None:
    readers = Readers.from_json({"users": ["mary@example.com", "otto@example.com"]})
    values = {
        "document_id": DOCUMENT_ID,
        "generation": "1",
        "key": KEY,
        "status": "INGESTED",
        "readers": readers.to_text(),
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    aws.put_item(DOCUMENTS_TABLE, **(values | changes))


def readers(aws: World) -> dict[str, Any]:
    return json.loads(aws.items(DOCUMENTS_TABLE)[0]["readers"])


@pytest.fixture(autouse=True)
def _ingested(aws: World) -> None:
    aws.keep_versions()
    metadata = {"docent-readers": '{"users":["otto@example.com"]}', "shelf": "3"}
    aws.put(KEY, b"%PDF-1.7", SOURCE_BUCKET, metadata, "application/pdf")
    row(aws)


def test_the_new_readers_hold_at_once_and_are_ingested_again(function: Function, aws: World) -> None:
    assert call(function, EVENT) == (202, {"document_id": DOCUMENT_ID, "status": "INGESTING"})
    assert readers(aws) == NEW
    assert len(aws.versions(KEY)) == 2, "which S3 announces as an upload"
    copied = aws.head(KEY)
    assert json.loads(copied["Metadata"]["docent-readers"]) == NEW
    assert aws.read(KEY, SOURCE_BUCKET) == b"%PDF-1.7"


def test_the_row_remembers_whose_lists_it_stands_in_however_often_it_changes(function: Function, aws: World) -> None:
    listed = readers(aws)
    call(function, EVENT)
    call(function, asked(EVENT, body={"groups": ["finance"]}))
    assert json.loads(aws.items(DOCUMENTS_TABLE)[0]["former_readers"]) == listed


def test_all_else_of_the_object_stays(function: Function, aws: World) -> None:
    call(function, EVENT)
    copied = aws.head(KEY)
    assert (copied["ContentType"], copied["Metadata"]["shelf"]) == ("application/pdf", "3")
    assert copied["ChecksumSHA256"]


def test_naming_nobody_leaves_the_owner_alone(function: Function, aws: World) -> None:
    assert call(function, asked(EVENT, body={}))[0] == 202
    assert readers(aws) == {"users": ["mary@example.com"], "groups": []}


@pytest.mark.parametrize(
    ("caller", "answer"), [(OTTO, 403), (ERIKA, 404)], ids=["a reader", "somebody who may not read it"]
)
def test_nobody_but_the_owner_says_who_reads_it(function: Function, aws: World, caller: Caller, answer: int) -> None:
    before = readers(aws)
    assert call(function, asked(EVENT, caller))[0] == answer
    assert readers(aws) == before
    assert len(aws.versions(KEY)) == 1


def test_for_those_who_may_not_read_it_there_is_no_such_document(function: Function, aws: World) -> None:
    missing = asked(EVENT, ERIKA, path={"document_id": "0" * 32})
    assert call(function, asked(EVENT, ERIKA)) == call(function, missing)


@pytest.mark.parametrize("status", ["REMOVING", "REMOVED"])
def test_what_is_removed_is_not_brought_back_by_new_readers(function: Function, aws: World, status: str) -> None:
    row(aws, status=status)
    assert call(function, EVENT)[0] == 404
    assert len(aws.versions(KEY)) == 1


@pytest.mark.parametrize("changes", [{"generation": "2"}, {"status": "REMOVING"}])
def test_a_removal_or_another_upload_at_the_same_time_wins(
    function: Function, aws: World, changes: dict[str, str]
) -> None:
    before = readers(aws)
    with aws.before("dynamodb.UpdateItem", lambda: row(aws, **changes)):
        assert call(function, EVENT)[0] == 503
    assert readers(aws) == before
    assert len(aws.versions(KEY)) == 1


def test_an_object_that_was_deleted_meanwhile_is_not_found(function: Function, aws: World) -> None:
    aws.delete(KEY, SOURCE_BUCKET)
    assert call(function, EVENT)[0] == 404


def test_an_object_that_was_deleted_in_the_middle_is_not_found(function: Function, aws: World) -> None:
    with aws.before("s3.CopyObject", lambda: aws.delete(KEY, SOURCE_BUCKET)):
        assert call(function, EVENT)[0] == 404


@pytest.mark.parametrize(
    "body",
    [{"denied": {"users": ["mary@example.com"]}}, {"groups": [f"{number:0100}" for number in range(20)]}],
    ids=["the owner denies themselves", "more than S3's metadata holds"],
)
def test_readers_that_cannot_be_are_refused_and_change_nothing(
    function: Function, aws: World, body: dict[str, Any]
) -> None:
    before = readers(aws)
    answered, problem = call(function, asked(EVENT, body=body))
    assert (answered, problem["type"]) == (400, "urn:docent:problem:InvalidReadersError")
    assert readers(aws) == before


@pytest.mark.parametrize(
    ("operation", "http", "code", "answer"),
    [
        ("s3.CopyObject", 503, "SlowDown", 503),
        ("s3.CopyObject", 403, "AccessDenied", 500),
        ("s3.HeadObject", 403, "403", 500),
        ("dynamodb.UpdateItem", 400, "ThrottlingException", 503),
    ],
)
def test_a_fault_is_named_and_trying_again_mends_it(
    function: Function, aws: World, operation: str, http: int, code: str, answer: int
) -> None:
    with aws.refusing(operation, http, code):
        assert call(function, EVENT)[0] == answer
    assert call(function, EVENT)[0] == 202
    assert json.loads(aws.head(KEY)["Metadata"]["docent-readers"]) == readers(aws) == NEW


def test_no_log_line_holds_who_may_read_what(function: Function, aws: World) -> None:
    call(function, asked(EVENT, body={"groups": [CANARY]}))
    (record,) = function.records()
    assert (record["message"], record["document_id"]) == ("readers changed", DOCUMENT_ID)
