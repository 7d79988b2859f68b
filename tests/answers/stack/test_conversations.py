"""Asking on the deployed local stack, through both doors: answers as they are written, and conversations."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.support.http import http
from tests.support.pdfs import pdf
from tests.support.people import People
from tests.support.stack import Stack

KEY = "asking/harbour.pdf"
TEXT = "The harbour of Skerry Sound is 17.5 metres deep. Its master is called Ingrid Halvorsen."
QUESTION = "How deep is the harbour of Skerry Sound?"
MARY, OTTO = "mary@example.com", "otto@example.com"


@pytest.fixture(scope="module")
def harbour(running_stack: Stack) -> None:
    """A document that Mary may read, and Otto may not."""
    readers = json.dumps({"users": [MARY]})
    target, bucket = running_stack.target, running_stack.library.bucket
    target.s3.put_object(Bucket=bucket, Key=KEY, Body=pdf([TEXT]), Metadata={"docent-readers": readers})
    assert running_stack.settled(KEY)["status"] == "INGESTED"


def call(stack: Stack, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    reply = http.request(method, stack.target.outputs["ApiUrl"] + path, json=body, headers=headers)
    return reply.status_code, reply.json() if reply.content else None


@contextmanager
def stream(stack: Stack, token: str) -> Iterator[ClientConnection]:
    with connect(stack.target.outputs["StreamUrl"], subprotocols=["docent", token], open_timeout=60) as client:  # type: ignore[list-item]
        yield client


def told(client: ClientConnection, message: Any) -> list[dict[str, Any]]:
    """Everything that comes in answer to one message."""
    client.send(message if isinstance(message, str) else json.dumps(message))
    messages = [json.loads(client.recv(60))]
    while messages[-1]["type"] == "sentence":
        messages.append(json.loads(client.recv(60)))
    return messages


@pytest.mark.usefixtures("harbour")
def test_an_answer_comes_sentence_by_sentence_and_then_whole(stack: Stack, everybody: People) -> None:
    token = everybody.token(MARY)
    with stream(stack, token) as client:
        assert client.subprotocol == "docent", "browsers break off without it"
        *sentences, answer = told(client, {"action": "ask", "id": "7", "question": QUESTION})
    assert {each["type"] for each in sentences} == {"sentence"}
    assert "17.5 metres" in answer["answer"]
    assert " ".join(each["text"] for each in sentences) == answer["answer"]
    assert (answer["type"], answer["id"], answer["citations"][0]["file_name"]) == ("answer", "7", KEY)
    status, body = call(stack, token, "GET", f"/conversations/{answer['conversation_id']}")
    assert (status, body["title"], body["turns"][0]["answer"]) == (200, QUESTION, answer["answer"])


@pytest.mark.usefixtures("harbour")
def test_what_is_no_question_is_a_problem_and_the_connection_goes_on(stack: Stack, everybody: People) -> None:
    with stream(stack, everybody.token(MARY)) as client:
        for message in ("hello", {"action": "ask", "question": ""}, {"action": "shout", "question": QUESTION}):
            (problem,) = told(client, message)
            assert (problem["type"], problem["name"]) == ("problem", "InvalidRequestError")
        assert told(client, {"action": "ask", "question": QUESTION})[-1]["type"] == "answer"


def test_nobody_connects_without_a_token(stack: Stack) -> None:
    with pytest.raises(InvalidStatus), stream(stack, "no.token.atall"):
        pass


@pytest.mark.usefixtures("harbour")
def test_whoever_may_not_read_it_is_not_answered_from_it(stack: Stack, everybody: People) -> None:
    with stream(stack, everybody.token(OTTO)) as client:
        (answer,) = told(client, {"action": "ask", "question": QUESTION})
    assert (answer["answer"], answer["citations"], answer["confidence"]) == ("I don't know.", [], "none")


@pytest.mark.usefixtures("harbour")
def test_a_conversation_goes_on_is_listed_and_forgotten_by_its_caller_alone(stack: Stack, everybody: People) -> None:
    mary, otto = everybody.token(MARY), everybody.token(OTTO)
    _, first = call(stack, mary, "POST", "/ask", {"question": QUESTION})
    where = {"conversation_id": first["conversation_id"]}
    status, second = call(stack, mary, "POST", "/ask", {"question": "And who is its master?"} | where)
    assert (status, second["conversation_id"]) == (200, first["conversation_id"])
    assert second["citations"][0]["file_name"] == KEY, "what is left out was found in the question before"
    path = f"/conversations/{first['conversation_id']}"
    place = f"{path}/turns/{first['turn_id']}/feedback"
    feedback = {"helpful": False, "comment": "In which year?"}
    assert call(stack, otto, "PUT", place, feedback)[0] == 404
    assert call(stack, mary, "PUT", place, {"comment": "In which year?"})[0] == 400
    assert call(stack, mary, "PUT", place, feedback) == (204, None)
    turns = call(stack, mary, "GET", path)[1]["turns"]
    assert [turn["turn_id"] for turn in turns] == [first["turn_id"], second["turn_id"]]
    assert [turn.get("feedback") for turn in turns] == [feedback, None]
    listed = call(stack, mary, "GET", "/conversations?limit=100")[1]["conversations"]
    assert first["conversation_id"] in [each["conversation_id"] for each in listed]
    assert call(stack, otto, "GET", path)[0] == call(stack, otto, "DELETE", path)[0] == 404
    assert call(stack, otto, "POST", "/ask", {"question": QUESTION} | where)[0] == 404
    assert call(stack, mary, "DELETE", path)[0] == 204
    assert call(stack, mary, "GET", path)[0] == 404


@pytest.mark.usefixtures("harbour")
def test_chat_without_q_business_is_answered_by_our_own_answers(stack: Stack, everybody: People) -> None:
    mary, otto = everybody.token(MARY), everybody.token(OTTO)
    status, first = call(stack, mary, "POST", "/chat", {"message": QUESTION})
    assert status == 200
    assert "17.5 metres" in first["message"]
    assert "[1]" not in first["message"], "marks are segments"
    assert [citation["title"] for citation in first["citations"]] == [KEY]
    [segment] = first["citations"][0]["segments"]
    assert "17.5 metres" in first["message"][segment["begin"] : segment["end"]]
    follow = {"conversation_id": first["conversation_id"], "parent_message_id": first["message_id"]}
    status, second = call(stack, mary, "POST", "/chat", {"message": "And who is its master?"} | follow)
    assert (status, second["conversation_id"]) == (200, first["conversation_id"])
    assert second["citations"][0]["title"] == KEY, "what is left out was found in the question before"
    assert call(stack, otto, "POST", "/chat", {"message": QUESTION} | follow)[0] == 404
    assert call(stack, otto, "POST", "/chat", {"message": QUESTION})[1]["citations"] == []
    assert call(stack, "no.token.atall", "POST", "/chat", {"message": QUESTION})[0] == 401


@pytest.mark.parametrize("more", [{"attachments": [{"name": "a.txt", "data": "dGV4dA=="}]}, {"mode": "creator"}])
def test_what_our_own_answers_do_not_offer_is_refused_with_the_reason(
    stack: Stack, everybody: People, more: dict[str, Any]
) -> None:
    status, problem = call(stack, everybody.token(MARY), "POST", "/chat", {"message": QUESTION} | more)
    assert (status, problem["errors"][0]["field"]) == (400, f"/{next(iter(more))}")
    assert "Amazon Q Business" in problem["detail"]
