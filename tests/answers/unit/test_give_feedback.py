"""What callers think of their own answers is kept with the turn, and with no other."""

import json
from typing import Any

import pytest

from docent.conversations import DAY, Feedback, Turn, add_turn, forget_conversation, read_turns
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import CALLERS_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("give_feedback.not_helpful.json")
CONVERSATION, TURN = (EVENT["pathParameters"][name] for name in ("conversation_id", "turn_id"))
NOW = EVENT["requestContext"]["requestTimeEpoch"] / 1000
GIVEN = Feedback(False, "The limit is of last year.")
OTHER = "0" * 32


@pytest.fixture(autouse=True)
def _two_turns(aws: World) -> None:
    del aws
    for turn_id in (OTHER, TURN):
        turn = Turn("Was ist Benzol?", NOW, "Ein Gas.", ())
        add_turn(CALLERS_TABLE, MARY, CONVERSATION, turn_id, turn, 30, begins=turn_id == OTHER)


def kept() -> dict[str, Feedback | None]:
    return {turn.turn_id: turn.feedback for turn in read_turns(CALLERS_TABLE, MARY, CONVERSATION, 9)}


def given(body: Any) -> dict[str, Any]:
    return EVENT | {"body": json.dumps(body)}


def test_feedback_is_kept_with_its_turn_alone(function: Function) -> None:
    reply = function(EVENT)
    assert (reply["statusCode"], reply["body"]) == (204, "")
    assert kept() == {OTHER: None, TURN: GIVEN}


def test_the_same_feedback_again_changes_nothing(function: Function, aws: World) -> None:
    function(EVENT)
    before = aws.items(CALLERS_TABLE)
    assert function(EVENT)["statusCode"] == 204
    assert aws.items(CALLERS_TABLE) == before


def test_new_feedback_replaces_all_of_the_old(function: Function) -> None:
    function(EVENT)
    function(given({"helpful": True}))
    assert kept()[TURN] == Feedback(True)


@pytest.mark.parametrize("changed", [{"conversation_id": OTHER}, {"turn_id": "f" * 32}])
def test_there_is_no_feedback_on_turns_that_are_not_there(
    function: Function, aws: World, changed: dict[str, str]
) -> None:
    status, body = call(function, asked(EVENT, path=EVENT["pathParameters"] | changed))
    assert (status, body["type"]) == (404, "urn:docent:problem:NotFoundError")
    assert len(aws.items(CALLERS_TABLE)) == 3


def test_nobody_gives_feedback_on_other_peoples_turns(function: Function) -> None:
    assert call(function, asked(EVENT, ERIKA, path=EVENT["pathParameters"]))[0] == 404
    assert kept()[TURN] is None


def test_a_deleted_conversation_does_not_come_back_with_feedback(function: Function, aws: World) -> None:
    function(EVENT)
    forget_conversation(CALLERS_TABLE, MARY, CONVERSATION, NOW)
    assert aws.items(CALLERS_TABLE) == []
    assert call(function, EVENT)[0] == 404
    assert aws.items(CALLERS_TABLE) == []


def test_there_is_no_feedback_on_a_turn_that_has_expired(function: Function) -> None:
    turn = Turn("Was ist Benzol?", 1_000_000_000.0, "Ein Gas.", ())
    add_turn(CALLERS_TABLE, MARY, OTHER, TURN, turn, 30, begins=True)
    assert turn.asked_at + 30 * DAY < NOW
    path = {"conversation_id": OTHER, "turn_id": TURN}
    assert call(function, asked(EVENT, path=path))[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"helpful": "yes"},
        {"helpful": True, "comment": ""},
        {"helpful": True, "comment": " \n"},
        {"helpful": True, "comment": "a" * 2001},
        {"helpful": True, "stars": 5},
    ],
)
def test_what_is_no_feedback_is_invalid(function: Function, body: Any) -> None:
    assert call(function, given(body))[0] == 400
    assert kept()[TURN] is None


def test_a_comment_of_2000_characters_is_kept_and_not_logged(function: Function) -> None:
    comment = CANARY + "ä" * (2000 - len(CANARY))
    assert function(given({"helpful": True, "comment": comment}))["statusCode"] == 204
    assert kept()[TURN] == Feedback(True, comment)
    (record,) = function.records()
    assert (record["message"], record["helpful"]) == ("feedback kept", True)


def test_a_table_that_is_not_well_is_a_problem_that_passes(function: Function, aws: World) -> None:
    with aws.refusing("dynamodb.UpdateItem", 400, "ProvisionedThroughputExceededException"):
        status, body = call(function, EVENT)
    assert (status, body["type"]) == (503, "urn:docent:problem:ThrottledError")
