"""How far an answer is, the answer, and why it is as it is, for its asker alone."""

from typing import Any

import pytest

from docent.citations import Citation
from docent.conversations import Turn, add_turn, forget_conversation
from docent.turn_progress import DONE, FAILED, STOPPED, Turning
from tests.support.api_calls import MARY, OTTO, asked, call
from tests.support.aws import CALLERS_TABLE, DOCUMENTS_TABLE, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("show_turn.first.json")
CONVERSATION, TURN = EVENT["pathParameters"]["conversation_id"], EVENT["pathParameters"]["turn_id"]
NOW = 4_000_000_000.0
BEEF, CAFE = "beef" * 8, "cafe" * 8
TURNING = Turning(CALLERS_TABLE, MARY, CONVERSATION, TURN)
TOLD: dict[str, Any] = {
    "confidence": "high",
    "support": {"level": "thin", "reasons": ["some_withheld"]},
    "sentences": {"shown": 1, "withheld": 1},
    "usage": {"input_tokens": 900, "output_tokens": 80},
    "why": {
        "passages": [
            {
                "document_id": BEEF,
                "key": "a/b.pdf",
                "page": 4,
                "confidence": "high",
                "citation": 1,
                "excerpt": "A gas.",
            },
            {"document_id": CAFE, "key": "uploads/x/c.pdf", "confidence": "low"},
        ],
        "withheld": [{"reason": "unsupported", "text": "It smells."}],
    },
}


@pytest.fixture(autouse=True)
def _documents(aws: World) -> None:
    for document_id, group in ((BEEF, "energy"), (CAFE, "board")):
        readers = f'{{"groups": ["{group}"]}}'
        aws.put_item(DOCUMENTS_TABLE, document_id=document_id, key="a/b.pdf", status="INGESTED", readers=readers)


def answered() -> None:
    turn = Turn("What is it?", NOW, "A gas [1].", (Citation(BEEF, "a/b.pdf", 4, None, "A gas.", None),))
    add_turn(CALLERS_TABLE, MARY, CONVERSATION, TURN, turn, 30, begins=True)


def shown(function: Function) -> dict[str, Any]:
    status, body = call(function, EVENT)
    assert status == 200, body
    return body


def test_an_answer_that_is_written_shows_its_sentences_so_far(function: Function) -> None:
    assert TURNING.begin(NOW, 30, None)
    TURNING.add_sentence("A gas [1].", NOW)
    TURNING.add_sentence("It is clear [1].", NOW)
    body = shown(function)
    assert (body["status"], body["text"]) == ("WRITING", "A gas [1]. It is clear [1].")


@pytest.mark.parametrize("status", [DONE, STOPPED])
def test_an_answer_that_has_ended_shows_why_it_is_as_it_is(function: Function, status: str) -> None:
    TURNING.begin(NOW, 30, None)
    answered()
    TURNING.end(status, NOW, TOLD)
    body = shown(function)
    assert (body["status"], body["text"], body["citations"][0]["file_name"]) == (status, "A gas [1].", "a/b.pdf")
    assert (body["support"], body["usage"]) == (TOLD["support"], TOLD["usage"])
    (passage,) = body["why"]["passages"]
    assert (passage["file_name"], passage["citation"], passage["page"]) == ("a/b.pdf", 1, 4)
    assert body["why"]["withheld"] == TOLD["why"]["withheld"]


def test_an_answer_is_done_once_its_turn_is_kept(function: Function) -> None:
    answered()
    assert shown(function)["status"] == "DONE", "one from before its progress was kept"
    TURNING.begin(NOW, 30, None)
    assert shown(function)["status"] == "DONE", "the function ended before it could tell"


def test_an_answer_that_failed_or_was_lost_says_so(function: Function) -> None:
    problem = {"name": "TransientError", "title": "A service is not available", "detail": "Try again."}
    TURNING.begin(NOW, 30, None)
    TURNING.end(FAILED, NOW, problem=problem)
    assert (shown(function)["status"], shown(function)["problem"]) == ("FAILED", problem)
    TURNING.begin(1000, 400_000, None, again=True)
    assert shown(function)["status"] == "FAILED", "the function ended without a word"


def test_an_answer_from_what_the_caller_can_no_longer_read_is_withheld(function: Function, aws: World) -> None:
    TURNING.begin(NOW, 30, None)
    answered()
    TURNING.end(DONE, NOW, TOLD)
    aws.put_item(DOCUMENTS_TABLE, document_id=BEEF, key="a/b.pdf", status="REMOVING", readers='{"groups": ["energy"]}')
    body = shown(function)
    assert (body["withheld"], body["text"], "why" in body) == (True, "", False)


def test_what_somebody_else_asked_is_not_there_and_is_forgotten_with_its_conversation(
    function: Function, aws: World
) -> None:
    TURNING.begin(NOW, 30, None)
    answered()
    assert call(function, asked(EVENT, OTTO))[0] == 404
    forget_conversation(CALLERS_TABLE, MARY, CONVERSATION, NOW)
    assert call(function, EVENT)[0] == 404
    assert aws.items(CALLERS_TABLE) == []
