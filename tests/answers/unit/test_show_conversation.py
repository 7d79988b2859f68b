"""One conversation, turn by turn, without what its reader may not read any more."""

import json
from typing import Any

import pytest

from docent.citations import Citation
from docent.conversations import Feedback, Turn, add_turn, give_feedback
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import CALLERS_TABLE, DERIVED_BUCKET, DOCUMENTS_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("show_conversation.two_turns.json")
CONVERSATION = EVENT["pathParameters"]["conversation_id"]
NOW = EVENT["requestContext"]["requestTimeEpoch"] / 1000
BEEF, CAFE = "beef" * 8, "cafe" * 8
IMAGE = "documents/cafe/0001/images/abcd.png"


@pytest.fixture(autouse=True)
def _two_turns(aws: World) -> None:
    document(aws, BEEF, groups=["energy"])
    document(aws, CAFE, groups=["energy"])
    text = Citation(BEEF, "chemie/stoffe.pdf", 4, None, f"Ein Gas. {CANARY}", None)
    image = Citation(CAFE, "uploads/3f0a/grenzwerte.pdf", 2, (64.0, 158.4, 531.0, 429.6), "0,3 ppm", IMAGE)
    said(1, f"Was ist {CANARY}?", "Ein Gas [1].", text)
    said(2, "Und der Grenzwert?", "0,3 ppm [1]. Ein Gas [2].", image, text)
    said(3, "Und morgen?", "Das weiß ich nicht.")


def document(aws: World, document_id: str, status: str = "INGESTED", **readers: Any) -> None:
    aws.put_item(DOCUMENTS_TABLE, document_id=document_id, key="a.pdf", status=status, readers=json.dumps(readers))


def said(number: int, question: str, answer: str, *citations: Citation) -> None:
    turn = Turn(question, NOW + number, answer, citations)
    add_turn(CALLERS_TABLE, MARY, CONVERSATION, f"{number:032}", turn, 30, begins=number == 1)


def shown(function: Function) -> dict[str, Any]:
    status, body = call(function, EVENT)
    assert status == 200, body
    return body


def test_turns_are_shown_in_their_order_with_their_citations(function: Function) -> None:
    body = shown(function)
    assert (body["conversation_id"], body["title"]) == (CONVERSATION, f"Was ist {CANARY}?")
    first, second, third = body["turns"]
    assert first == {
        "turn_id": f"{1:032}",
        "question": f"Was ist {CANARY}?",
        "asked_at": "2027-01-15T08:00:01.000Z",
        "withheld": False,
        "answer": "Ein Gas [1].",
        "citations": [
            {"document_id": BEEF, "file_name": "chemie/stoffe.pdf", "page": 4, "excerpt": f"Ein Gas. {CANARY}"}
        ],
    }
    assert second["citations"][0]["file_name"] == "grenzwerte.pdf"
    assert second["citations"][0]["box"] == [64.0, 158.4, 531.0, 429.6]
    assert (third["answer"], third["citations"]) == ("Das weiß ich nicht.", [])


def test_a_turn_has_the_feedback_that_was_given_on_it(function: Function) -> None:
    give_feedback(CALLERS_TABLE, MARY, CONVERSATION, f"{2:032}", Feedback(False, "Der alte Wert."), NOW)
    feedback = [turn.get("feedback") for turn in shown(function)["turns"]]
    assert feedback == [None, {"helpful": False, "comment": "Der alte Wert."}, None]


def test_the_address_of_an_image_is_signed_anew(function: Function) -> None:
    address = shown(function)["turns"][1]["citations"][0]["picture_url"]
    assert DERIVED_BUCKET in address
    assert IMAGE in address
    assert "Expires=300" in address


@pytest.mark.parametrize(
    "change",
    [
        {"groups": ["chemistry"]},
        {},
        {"status": "REMOVED", "groups": ["energy"]},
        {"status": "REMOVING", "groups": ["energy"]},
    ],
)
def test_what_rests_on_what_may_not_be_read_any_more_is_withheld(
    function: Function, aws: World, change: dict[str, Any]
) -> None:
    document(aws, CAFE, **change)
    body = shown(function)
    assert [turn["withheld"] for turn in body["turns"]] == [False, True, False]
    assert body["turns"][1] == {
        "turn_id": f"{2:032}",
        "question": "Und der Grenzwert?",
        "asked_at": "2027-01-15T08:00:02.000Z",
        "withheld": True,
    }


def test_a_document_that_is_no_longer_known_withholds_too(function: Function, aws: World) -> None:
    aws.delete_item(DOCUMENTS_TABLE, document_id=BEEF)
    assert [turn["withheld"] for turn in shown(function)["turns"]] == [True, True, False]


@pytest.mark.parametrize("conversation_id", [CONVERSATION, "0" * 32])
def test_other_peoples_conversations_are_not_there(function: Function, conversation_id: str) -> None:
    event = asked(EVENT, ERIKA, path={"conversation_id": conversation_id})
    status, body = call(function, event | {"path": f"/conversations/{conversation_id}"})
    assert (status, body["type"]) == (404, "urn:docent:problem:NotFoundError")
    assert conversation_id not in json.dumps(body)


def test_an_id_that_is_none_is_invalid(function: Function) -> None:
    assert call(function, asked(EVENT, path={"conversation_id": "../7"}))[0] == 400


def test_what_is_told_holds_nothing_of_it(function: Function) -> None:
    assert CANARY in json.dumps(shown(function))
    (record,) = function.records()
    assert (record["message"], record["turns"], record["withheld"]) == ("conversation shown", 3, 0)
