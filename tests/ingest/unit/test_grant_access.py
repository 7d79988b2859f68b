"""Who may read a document: as its upload says, nobody else, and in every place where it is asked."""

import json
from typing import Any

import pytest

from docent import clients
from docent.errors import TransientError
from docent.errors.documents import InvalidReadersError, UnseenCharactersError
from docent.errors.ingest import MissingDocumentError
from docent.names import unseen_in
from docent.objects import copy_onto_itself
from docent.reading_lists import upload_place, uploads_of
from tests.support.aws import DOCUMENTS_TABLE, READERS_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

GRANT, REVOKE = sample_event("grant_access.grant.json"), sample_event("grant_access.revoke.json")
DOCUMENT = GRANT["document"]
KEY = DOCUMENT["source"]["key"]
MARY = {"users": ["mary@example.com"], "groups": ["energy"]}
MATEO = {"users": ["mateo@example.com"], "groups": []}


@pytest.fixture(autouse=True)
def _claimed(aws: World) -> None:
    aws.put_item(DOCUMENTS_TABLE, document_id=DOCUMENT["document_id"], generation=DOCUMENT["generation"], key=KEY)


def upload(aws: World, readers: Any = None) -> None:
    text = readers if isinstance(readers, str) else json.dumps(readers)
    aws.put(KEY, b"%PDF", metadata={} if readers is None else {"docent-readers": text})


def row(aws: World) -> dict[str, Any]:
    return aws.items(DOCUMENTS_TABLE)[0]


def lists(aws: World) -> set[tuple[str, str, str]]:
    return {(item["reader"], item["document_key"], item["document_id"]) for item in aws.items(READERS_TABLE)}


def listed(aws: World) -> set[str]:
    """Whose lists by key it is in; it must be in their lists by upload too, at the time that the row has, and there
    only."""
    entries = aws.items(READERS_TABLE)
    by_upload = {(each["reader"], each["document_key"]) for each in entries if each["document_key"] != KEY}
    names = {each["reader"] for each in entries} - {reader for reader, _ in by_upload}
    place = upload_place(row(aws).get("uploaded_at", ""), DOCUMENT["document_id"])
    assert by_upload == {(uploads_of(name), place) for name in names}
    return names


def test_the_readers_of_an_upload_stand_in_its_row_and_each_has_it_in_their_list(
    function: Function, aws: World
) -> None:
    upload(aws, MARY)
    assert function(GRANT) == {"readers": MARY}
    assert json.loads(row(aws)["readers"]) == MARY
    assert listed(aws) == {"user:mary@example.com", "group:energy"}
    assert {document_id for _, _, document_id in lists(aws)} == {DOCUMENT["document_id"]}


def test_what_says_nothing_is_for_the_default_group(function: Function, aws: World) -> None:
    upload(aws)
    assert function(GRANT) == {"readers": {"users": [], "groups": ["everyone"]}}
    assert listed(aws) == {"group:everyone"}


def test_without_a_default_group_it_is_for_nobody(function: Function, aws: World) -> None:
    function.set(DEFAULT_READER_GROUP="")
    upload(aws)
    assert function(GRANT) == {"readers": {"users": [], "groups": []}}
    assert not lists(aws)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '{"users": "mary"}',
        '{"denied": {"groups": ["l\\u200bab"]}}',
        '{"everyone": true}',
        '{"users": [7]}',
        '{"denied": []}',
    ],
)
def test_readers_that_cannot_be_understood_are_nobody(function: Function, aws: World, text: str) -> None:
    upload(aws, text or " ")
    with pytest.raises(InvalidReadersError, match=r"quarterly-report\.pdf"):
        function(GRANT)
    assert "readers" not in row(aws)
    assert not lists(aws)


def test_names_are_kept_composed_and_without_blanks(function: Function, aws: World) -> None:
    given = {
        "users": [" J\u00f6rg@Example.com"],
        "groups": ["Bu\u0308ro "],
        "denied": {"groups": ["A\u0308rzte\u00a0"]},
    }
    upload(aws, given)
    kept = {"users": ["jörg@example.com"], "groups": ["Büro"], "denied": {"users": [], "groups": ["Ärzte"]}}
    assert function(GRANT) == {"readers": kept}
    assert listed(aws) == {"user:jörg@example.com", "group:Büro"}


@pytest.mark.parametrize(
    "name", ["invoice\u202efdp.exe", "in\u200bvoice.pdf", "\u2067invoice.pdf", "folder\ufeff/a.pdf"], ids=ascii
)
def test_a_name_that_deceives_people_is_refused_with_what_is_in_it(function: Function, aws: World, name: str) -> None:
    aws.put(name, b"%PDF")
    document = DOCUMENT | {"source": DOCUMENT["source"] | {"key": name}}
    with pytest.raises(UnseenCharactersError, match=r"<U\+(202E|200B|2067|FEFF)>.* holds U\+") as raised:
        function(GRANT | {"document": document})
    assert not unseen_in(str(raised.value)), "nor does the message deceive"
    assert not lists(aws)
    assert function(REVOKE | {"document": document}) == {}, "an earlier upload can be removed"


def test_denials_are_noted_but_give_nobody_a_list_entry(function: Function, aws: World) -> None:
    readers = MARY | {"denied": {"users": ["mallory@example.com"], "groups": ["interns"]}}
    upload(aws, readers)
    assert function(GRANT) == {"readers": readers}
    assert listed(aws) == {"user:mary@example.com", "group:energy"}


def test_a_new_upload_takes_it_out_of_the_lists_of_those_who_may_no_longer(function: Function, aws: World) -> None:
    upload(aws, MARY)
    function(GRANT)
    upload(aws, {"users": ["mateo@example.com"], "groups": ["energy"]})
    function(GRANT)
    assert listed(aws) == {"user:mateo@example.com", "group:energy"}


def test_a_new_upload_stands_in_the_lists_at_its_own_time_and_a_copy_at_that_of_its_original(
    function: Function, aws: World
) -> None:
    upload(aws, MARY)
    function(GRANT)
    first = row(aws)["uploaded_at"]
    copy_onto_itself(clients.s3(), DOCUMENT["source"]["bucket"], KEY, {"docent-readers": json.dumps(MATEO)})
    function(GRANT)
    assert (row(aws)["uploaded_at"], listed(aws)) == (first, {"user:mateo@example.com"})
    aws.put_item(DOCUMENTS_TABLE, **row(aws) | {"uploaded_at": "2026-11-24T08:00:00.000Z"})
    aws.put_item(
        READERS_TABLE,
        reader=uploads_of("user:mateo@example.com"),
        document_key=upload_place("2026-11-24T08:00:00.000Z", DOCUMENT["document_id"]),
        document_id=DOCUMENT["document_id"],
    )
    function(GRANT)
    assert (row(aws)["uploaded_at"], listed(aws)) == (first, {"user:mateo@example.com"})


def test_a_document_of_docent_0_1_stands_in_the_lists_by_upload_once_it_is_ingested_again(
    function: Function, aws: World
) -> None:
    aws.put_item(DOCUMENTS_TABLE, **row(aws) | {"readers": json.dumps(MARY)})
    for name in ("user:mary@example.com", "group:energy"):
        aws.put_item(READERS_TABLE, reader=name, document_key=KEY, document_id=DOCUMENT["document_id"])
    upload(aws, MARY)
    function(GRANT)
    assert listed(aws) == {"user:mary@example.com", "group:energy"}
    assert all(entry["uploaded_at"] == row(aws)["uploaded_at"] for entry in aws.items(READERS_TABLE))


def test_granting_twice_changes_nothing(function: Function, aws: World) -> None:
    upload(aws, MARY)
    first = function(GRANT)
    before = row(aws), lists(aws)
    assert function(GRANT) == first
    assert (row(aws), lists(aws)) == before


def changed(aws: World, generation: str) -> None:
    """The row after change_readers named Mateo, where Mary had been."""
    readers = {"readers": json.dumps(MATEO), "former_readers": json.dumps(MARY), "readers_changed_in": generation}
    aws.put_item(DOCUMENTS_TABLE, **row(aws) | readers)


def test_readers_that_the_owner_changed_come_out_of_the_lists_with_the_next_upload(
    function: Function, aws: World
) -> None:
    upload(aws, MARY)
    function(GRANT)
    changed(aws, "0" * 32)
    upload(aws, MATEO)
    function(GRANT)
    assert listed(aws) == {"user:mateo@example.com"}
    assert row(aws).keys() == {"document_id", "generation", "key", "readers", "uploaded_at"}


def test_an_upload_does_not_undo_what_its_owner_said_since(function: Function, aws: World) -> None:
    upload(aws, MARY)
    changed(aws, DOCUMENT["generation"])
    function(GRANT)
    assert json.loads(row(aws)["readers"]) == MATEO


def test_a_document_removed_before_the_next_upload_stands_in_no_list(function: Function, aws: World) -> None:
    upload(aws, MARY)
    function(GRANT)
    changed(aws, DOCUMENT["generation"])
    function(REVOKE)
    assert not lists(aws)


def test_an_upload_that_was_overtaken_does_not_change_the_row(function: Function, aws: World) -> None:
    newer = {"users": ["mateo@example.com"], "groups": []}
    row_id = DOCUMENT["document_id"]
    aws.put_item(DOCUMENTS_TABLE, document_id=row_id, generation="F" * 32, key=KEY, readers=json.dumps(newer))
    upload(aws, MARY)
    function(GRANT)
    assert json.loads(row(aws)["readers"]) == newer


def test_many_readers_are_listed_in_as_many_calls_as_it_takes(function: Function, aws: World) -> None:
    names = [f"person{number}@example.com" for number in range(60)]
    upload(aws, {"users": names, "groups": []})
    function(GRANT)
    assert listed(aws) == {f"user:{name}" for name in names}


def test_an_object_that_is_gone_is_named(function: Function, aws: World) -> None:
    with pytest.raises(MissingDocumentError, match=KEY):
        function(GRANT)


@pytest.mark.parametrize("operation", ["s3.HeadObject", "dynamodb.UpdateItem", "dynamodb.BatchWriteItem"])
def test_a_service_that_is_not_well_is_tried_again(function: Function, aws: World, operation: str) -> None:
    upload(aws, MARY)
    with aws.refusing(operation, 503, "ServiceUnavailable"), pytest.raises(TransientError):
        function(GRANT)
    assert function(GRANT) == {"readers": MARY}
    assert listed(aws) == {"user:mary@example.com", "group:energy"}


def test_what_dynamodb_leaves_undone_is_tried_again(function: Function, aws: World) -> None:
    upload(aws, MARY)
    left = {"UnprocessedItems": {READERS_TABLE: [{"DeleteRequest": {"Key": {}}}]}}
    with aws.answering("dynamodb.BatchWriteItem", left), pytest.raises(TransientError, match="unprocessed"):
        function(GRANT)


def test_a_removed_document_stands_in_no_list_but_its_row_still_says_who_read_it(
    function: Function, aws: World
) -> None:
    upload(aws, MARY)
    function(GRANT)
    assert function(REVOKE) == {}
    assert not lists(aws)
    assert json.loads(row(aws)["readers"]) == MARY
    assert function(REVOKE) == {}


def test_a_removal_that_was_overtaken_by_an_upload_revokes_nothing(function: Function, aws: World) -> None:
    upload(aws, MARY)
    function(GRANT)
    function(REVOKE | {"document": DOCUMENT | {"generation": "0" * 32}})
    assert listed(aws) == {"user:mary@example.com", "group:energy"}


def test_a_document_without_a_row_has_nothing_to_revoke(function: Function, aws: World) -> None:
    assert function(REVOKE | {"document": DOCUMENT | {"document_id": "0" * 32}}) == {}


def test_readers_are_in_no_log(function: Function, aws: World) -> None:
    upload(aws, {"users": [f"{CANARY}@example.com"], "groups": [CANARY]})
    function(GRANT)
    assert "access granted" in function.logged
