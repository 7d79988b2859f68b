"""Changes over the WebSocket of the deployed template: who may read a document hears of it, and nobody else."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from docent.documents import document_id_of
from tests.support.pdfs import pdf
from tests.support.people import People
from tests.support.stack import Stack
from tests.support.waiting import wait_until


class Watching:
    """A client that hears of changes; `heard` are the ids of documents and their states, as they were told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        socket.send(json.dumps({"action": "watch"}))
        assert self._message(60) == {"type": "watching"}
        self.heard: list[tuple[str, str]] = []

    def hear(self) -> None:
        while message := self._message(0.2):
            assert (message["type"], message["kind"]) == ("changed", "document")
            self.heard.append((message["id"], message["status"]))

    def heard_of(self, document_id: str, status: str) -> bool:
        self.hear()
        return (document_id, status) in self.heard

    def _message(self, seconds: float) -> Any:
        try:
            return json.loads(self.socket.recv(seconds))
        except TimeoutError:
            return None


@pytest.fixture
def people(stack: Stack, everybody: People) -> Iterator[dict[str, Watching]]:
    with ExitStack() as open_until_the_end:

        def watching(email: str, *groups: str) -> Watching:
            token: Any = ["docent", everybody.token(email, groups)]
            socket = connect(stack.target.outputs["StreamUrl"], subprotocols=token, open_timeout=60)
            return Watching(open_until_the_end.enter_context(socket))

        yield {
            "mary": watching("mary@example.com", "energy"),
            "erika": watching("erika@example.com", "energy"),
            "otto": watching("otto@example.com"),
        }


def connected(stack: Stack) -> int:
    table = stack.target.client("cloudformation").describe_stack_resource(
        StackName="docent", LogicalResourceId="ConnectionsTable"
    )["StackResourceDetail"]["PhysicalResourceId"]
    return stack.target.dynamodb.scan(TableName=table)["Count"]


def test_readers_hear_of_a_document_and_others_do_not(stack: Stack, people: dict[str, Watching]) -> None:
    bucket = stack.library.bucket
    first, second = (document_id_of(bucket, key) for key in ("pushed/energy.pdf", "pushed/otto.pdf"))
    readers = {"groups": ["energy"], "denied": {"users": ["erika@example.com"]}}
    stack.put("pushed/energy.pdf", pdf(["Heat pumps."]), json.dumps(readers))
    assert stack.settled("pushed/energy.pdf")["status"] == "INGESTED"
    wait_until(lambda: people["mary"].heard_of(first, "INGESTED"))
    stack.put("pushed/otto.pdf", pdf(["For Otto."]), json.dumps({"users": ["otto@example.com"]}))
    assert stack.settled("pushed/otto.pdf")["status"] == "INGESTED"
    wait_until(lambda: people["otto"].heard_of(second, "INGESTED"))
    for each in people.values():
        each.hear()
    assert {document_id for document_id, _ in people["mary"].heard} == {first}
    assert {document_id for document_id, _ in people["otto"].heard} == {second}
    assert people["erika"].heard == []


def test_a_connection_that_ends_is_forgotten(stack: Stack, people: dict[str, Watching]) -> None:
    before = connected(stack)
    assert before >= 8, "an owner's, a user's and two groups' entries for each"
    people["mary"].socket.close()
    wait_until(lambda: connected(stack) < before)
