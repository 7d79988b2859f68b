"""A conversation keeps the title that its caller gave it, and nobody else can give one."""

from typing import Any

import pytest

from docent.conversations import Turn, add_turn, read_conversation
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import CALLERS_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("rename_conversation.two_turns.json")
CONVERSATION = EVENT["pathParameters"]["conversation_id"]
NOW = EVENT["requestContext"]["requestTimeEpoch"] / 1000


def ask(number: int, now: float = NOW, conversation_id: str = CONVERSATION) -> None:
    turn = Turn("Was ist Benzol?", now + number, "Ein Gas.", ())
    add_turn(CALLERS_TABLE, MARY, conversation_id, str(number), turn, 30, begins=number == 1)


@pytest.fixture(autouse=True)
def _one_turn(aws: World) -> None:
    del aws
    ask(1)


def title() -> str:
    return read_conversation(CALLERS_TABLE, MARY, CONVERSATION, NOW).title


def test_the_title_stays_when_the_conversation_goes_on(function: Function) -> None:
    reply = function(EVENT)
    assert (reply["statusCode"], reply["body"]) == (204, "")
    ask(2)
    assert title() == "Limits of benzene"


def test_a_title_has_no_spaces_around_it_and_is_not_logged(function: Function) -> None:
    assert function(asked(EVENT, body={"title": f"  {CANARY} "}))["statusCode"] == 204
    assert title() == CANARY
    assert [record["message"] for record in function.records()] == ["conversation renamed"]


def test_other_peoples_conversations_are_not_there(function: Function) -> None:
    status, body = call(function, asked(EVENT, ERIKA))
    assert (status, body["type"]) == (404, "urn:docent:problem:NotFoundError")
    assert title() == "Was ist Benzol?"


def test_a_conversation_that_is_gone_does_not_come_back_with_a_title(function: Function, aws: World) -> None:
    missing, expired = "0" * 32, "1" * 32
    ask(1, 1_000_000_000.0, expired)
    before = aws.items(CALLERS_TABLE)
    for conversation_id in (missing, expired):
        assert call(function, asked(EVENT, path={"conversation_id": conversation_id}))[0] == 404
    assert aws.items(CALLERS_TABLE) == before


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": " "}, {"title": "a\nb"}, {"title": "a" * 201}])
def test_what_is_no_title_is_invalid(function: Function, body: Any) -> None:
    assert call(function, asked(EVENT, body=body))[0] == 400
    assert title() == "Was ist Benzol?"


def test_a_table_that_is_not_well_is_a_problem_that_passes(function: Function, aws: World) -> None:
    with aws.refusing("dynamodb.UpdateItem", 400, "ProvisionedThroughputExceededException"):
        status, body = call(function, EVENT)
    assert (status, body["type"]) == (503, "urn:docent:problem:ThrottledError")
