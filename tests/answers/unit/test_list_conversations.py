"""The caller's list of conversations, as the contract has it."""

from typing import Any

import pytest

from docent.api import encode_next
from docent.callers import Caller
from docent.conversations import Turn, add_turn, id_of
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import CALLERS_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("list_conversations.first_page.json")
NOW = EVENT["requestContext"]["requestTimeEpoch"] / 1000


@pytest.fixture(autouse=True)
def _three_conversations(aws: World) -> None:
    for number in range(3):
        began(number, f"Frage {number} an {CANARY}?", MARY)
    began(9, "Eine andere?", ERIKA)


def began(number: int, question: str, caller: Caller) -> str:
    conversation_id = id_of(NOW + number, b"")
    turn = Turn(question, NOW + number, "Ja.", ())
    add_turn(CALLERS_TABLE, caller, conversation_id, "1", turn, 30, begins=True)
    return conversation_id


def listed(function: Function, caller: Caller = MARY, **query: Any) -> dict[str, Any]:
    status, body = call(function, asked(EVENT, caller, query=query))
    assert status == 200, body
    return body


def test_conversations_are_listed_with_their_first_question_newest_first(function: Function) -> None:
    body = listed(function)
    assert [each["title"] for each in body["conversations"]] == [f"Frage {n} an {CANARY}?" for n in (2, 1, 0)]
    assert body["conversations"][0] == {
        "conversation_id": id_of(NOW + 2, b""),
        "title": f"Frage 2 an {CANARY}?",
        "started_at": "2027-01-15T08:00:02.000Z",
        "updated_at": "2027-01-15T08:00:02.000Z",
    }
    assert "next" not in body


def test_pages_lead_to_each_other(function: Function) -> None:
    first = listed(function, limit=2)
    second = listed(function, limit=2, next=first["next"])
    assert [len(first["conversations"]), len(second["conversations"])] == [2, 1]
    assert "next" not in second


def test_everybody_has_their_own(function: Function) -> None:
    assert [each["title"] for each in listed(function, ERIKA)["conversations"]] == ["Eine andere?"]
    assert listed(function, OTTO)["conversations"] == []


@pytest.mark.parametrize("place", ["x", encode_next("x"), encode_next(7), encode_next(["0" * 32]), encode_next(None)])
def test_a_place_that_no_page_gave_is_invalid(function: Function, place: str) -> None:
    status, body = call(function, asked(EVENT, query={"next": place}))
    assert (status, body["type"]) == (400, "urn:docent:problem:InvalidRequestError")


def test_what_is_told_holds_no_question(function: Function) -> None:
    listed(function)
    assert [(record["message"], record["count"]) for record in function.records()] == [("conversations listed", 3)]
