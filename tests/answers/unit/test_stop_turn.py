"""Stopping an answer: a request of its own, for its asker alone."""

from docent.turn_progress import DONE, Turning
from tests.support.api_calls import MARY, OTTO, asked, call
from tests.support.aws import CALLERS_TABLE, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("stop_turn.first.json")
CONVERSATION, TURN = EVENT["pathParameters"]["conversation_id"], EVENT["pathParameters"]["turn_id"]
TURNING = Turning(CALLERS_TABLE, MARY, CONVERSATION, TURN)


def test_the_function_that_writes_hears_of_it_with_its_next_sentence(function: Function, aws: World) -> None:
    TURNING.begin(1.0, 30, None)
    assert call(function, EVENT) == (202, {"conversation_id": CONVERSATION, "turn_id": TURN})
    progress = TURNING.add_sentence("A gas [1].", 2.0)
    assert progress is not None
    assert progress.is_to_stop


def test_an_answer_that_has_ended_stays_as_it_is(function: Function, aws: World) -> None:
    TURNING.begin(1.0, 30, None)
    TURNING.end(DONE, 2.0, {})
    assert call(function, EVENT)[0] == 202
    progress = TURNING.read()
    assert progress is not None
    assert (progress.status, progress.is_to_stop) == (DONE, False)


def test_nobody_stops_what_somebody_else_asked(function: Function, aws: World) -> None:
    TURNING.begin(1.0, 30, None)
    assert call(function, asked(EVENT, OTTO))[0] == 404
    progress = TURNING.read()
    assert progress is not None
    assert not progress.is_to_stop
