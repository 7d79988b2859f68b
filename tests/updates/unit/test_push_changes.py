"""Those who may read what changed hear of it, and nobody else."""

from typing import Any

import pytest

from docent import questionnaire_rows
from docent.callers import Caller
from docent.readers import Readers
from docent.watchers import Watcher
from tests.support.api_calls import ERIKA, MARY, OTTO
from tests.support.aws import (
    CONNECTIONS_TABLE,
    DEBATES_TABLE,
    DOCUMENTS_TABLE,
    QUESTIONNAIRES_TABLE,
    SUMMARIES_TABLE,
    World,
)
from tests.support.fake_connections import FakeConnections
from tests.support.functions import Function
from tests.support.governed_access import put_grant
from tests.support.project import sample_event

EVENT = sample_event("push_changes.document.json")
DOCUMENT_ID = EVENT["Records"][0]["dynamodb"]["Keys"]["document_id"]["S"]
CHANGED = {"type": "changed", "kind": "document", "id": DOCUMENT_ID, "status": "INGESTED"}


def changed(table: str, **keys: str) -> dict[str, Any]:
    (record,) = EVENT["Records"]
    arn = record["eventSourceARN"].replace("docent-documents", table)
    typed = {name: {"S": value} for name, value in keys.items()}
    return {"Records": [record | {"eventSourceARN": arn, "dynamodb": record["dynamodb"] | {"Keys": typed}}]}


def document(aws: World, owner: str = "somebody", **readers: Any) -> None:
    key, text = f"uploads/{owner}/report.pdf", Readers.from_json(readers).to_text()
    aws.put_item(DOCUMENTS_TABLE, document_id=DOCUMENT_ID, generation="1", key=key, status="INGESTED", readers=text)


@pytest.fixture(autouse=True)
def _connected(aws: World, connections: FakeConnections) -> None:
    """Mary twice, Erika and Otto are connected; Mary and Erika are in the group energy."""
    for connection_id, caller in {"mary-1": MARY, "mary-2": MARY, "erika": ERIKA, "otto": OTTO}.items():
        Watcher(connection_id, caller).add(CONNECTIONS_TABLE)


def heard(connections: FakeConnections) -> list[str]:
    return sorted(connections.messages)


@pytest.mark.parametrize(
    ("readers", "who"),
    [
        ({"groups": ["energy"]}, ["erika", "mary-1", "mary-2"]),
        ({"users": ["otto@example.com"]}, ["otto"]),
        ({"groups": ["energy"], "users": ["mary@example.com"]}, ["erika", "mary-1", "mary-2"]),
        ({"groups": ["energy"], "denied": {"users": ["erika@example.com"]}}, ["mary-1", "mary-2"]),
        ({"groups": ["energy"], "denied": {"groups": ["Lesegruppe Süd"]}}, ["mary-1", "mary-2"]),
        ({"groups": ["ENERGY"]}, []),
        ({}, []),
    ],
)
def test_readers_hear_of_a_document_once_and_nobody_else_does(
    function: Function, aws: World, connections: FakeConnections, readers: dict[str, Any], who: list[str]
) -> None:
    document(aws, **readers)
    function(EVENT)
    assert heard(connections) == who
    assert all(messages == [CHANGED] for messages in connections.messages.values())


def test_those_to_whom_a_product_is_granted_now_hear_of_its_documents(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    document(aws, products=["deposit-profiles"], denied={"users": ["erika@example.com"]})
    put_grant(aws, "group:energy")
    put_grant(aws, "user:otto@example.com", ends_at=1)
    function(EVENT)
    assert heard(connections) == ["mary-1", "mary-2"]


def test_an_owner_hears_of_their_document_unless_it_denies_them(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    document(aws, owner=OTTO.subject, users=["mary@example.com"], denied={"users": ["mary@example.com"]})
    function(EVENT)
    assert heard(connections) == ["otto"]


def test_who_was_a_reader_when_it_changed_but_is_none_now_hears_nothing(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    """The event says only that it changed; the row has lost its reader meanwhile."""
    document(aws, groups=["energy"])
    document(aws, users=["otto@example.com"])
    function(EVENT)
    assert heard(connections) == ["otto"]


def test_several_changes_of_a_document_are_one_message(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    document(aws, users=["otto@example.com"])
    function({"Records": EVENT["Records"] * 3})
    assert connections.messages == {"otto": [CHANGED]}


def test_a_client_that_is_gone_is_forgotten_and_the_others_hear(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    document(aws, groups=["energy"])
    connections.leave("mary-1")
    function(EVENT)
    assert heard(connections) == ["erika", "mary-1", "mary-2"]
    assert connections.messages["mary-1"] == []
    left = {item["connection_id"] for item in aws.items(CONNECTIONS_TABLE)}
    assert left == {"mary-2", "erika", "otto"}


def test_one_client_that_cannot_be_told_does_not_keep_the_others_from_hearing(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    document(aws, groups=["energy"])
    connections.fail("ForbiddenException")
    function(EVENT)
    assert sum(len(messages) for messages in connections.messages.values()) == 2
    assert len({item["connection_id"] for item in aws.items(CONNECTIONS_TABLE)}) == 4


def test_with_an_expired_token_nobody_hears(function: Function, aws: World, connections: FakeConnections) -> None:
    aws.delete_items(CONNECTIONS_TABLE)
    Watcher("late", Caller(MARY.subject, MARY.user, MARY.groups, 1_700_000_000)).add(CONNECTIONS_TABLE)
    document(aws, groups=["energy"])
    function(EVENT)
    assert connections.messages == {}


def test_what_is_gone_is_no_change(function: Function, connections: FakeConnections) -> None:
    function(EVENT)
    assert connections.messages == {}


@pytest.mark.parametrize(
    ("table", "key", "kind"), [(SUMMARIES_TABLE, "job_id", "summary"), (DEBATES_TABLE, "run_id", "debate")]
)
def test_the_owner_of_a_job_or_run_hears_of_it_and_nobody_else(
    function: Function, aws: World, connections: FakeConnections, table: str, key: str, kind: str
) -> None:
    owner = questionnaire_rows.owner_json(MARY)
    aws.put_item(table, status="RUNNING", owner=owner, owner_subject=MARY.subject, **{key: "j1"})
    function(changed(table, **{key: "j1"}))
    told = {"type": "changed", "kind": kind, "id": "j1", "status": "RUNNING"}
    assert connections.messages == {"mary-1": [told], "mary-2": [told]}


def test_readers_hear_of_a_questionnaire_but_not_of_each_of_its_questions(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    aws.put_item(
        QUESTIONNAIRES_TABLE,
        questionnaire_id="q1",
        item="questionnaire",
        status="ANSWERING",
        owner=questionnaire_rows.owner_json(OTTO),
        readers='{"users": ["erika@example.com"]}',
        generation="1",
    )
    function(changed(QUESTIONNAIRES_TABLE, questionnaire_id="q1", item="item#000001"))
    assert connections.messages == {}
    function(changed(QUESTIONNAIRES_TABLE, questionnaire_id="q1", item="questionnaire"))
    told = {"type": "changed", "kind": "questionnaire", "id": "q1", "status": "ANSWERING"}
    assert connections.messages == {"erika": [told], "otto": [told]}
