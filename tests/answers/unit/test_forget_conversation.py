"""A conversation that its caller wants forgotten is gone, and nobody else's is."""

import pytest

from docent.conversations import Turn, add_turn
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import CALLERS_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("forget_conversation.two_turns.json")
CONVERSATION = EVENT["pathParameters"]["conversation_id"]
NOW = EVENT["requestContext"]["requestTimeEpoch"] / 1000


@pytest.fixture(autouse=True)
def _two_turns(aws: World) -> None:
    for number in (1, 2):
        turn = Turn(f"Was ist {CANARY}?", NOW + number, "Ein Gas.", ())
        add_turn(CALLERS_TABLE, MARY, CONVERSATION, str(number), turn, 30, begins=number == 1)


def test_it_is_gone_with_its_turns(function: Function, aws: World) -> None:
    reply = function(EVENT)
    assert (reply["statusCode"], reply["body"]) == (204, "")
    assert aws.items(CALLERS_TABLE) == []
    assert [record["message"] for record in function.records()] == ["conversation forgotten"]


def test_what_is_gone_is_not_there_to_be_forgotten(function: Function) -> None:
    function(EVENT)
    assert call(function, EVENT)[0] == 404


@pytest.mark.parametrize("conversation_id", [CONVERSATION, "0" * 32])
def test_other_peoples_conversations_are_not_there(function: Function, aws: World, conversation_id: str) -> None:
    status, body = call(function, asked(EVENT, ERIKA, path={"conversation_id": conversation_id}))
    assert (status, body["type"]) == (404, "urn:docent:problem:NotFoundError")
    assert len(aws.items(CALLERS_TABLE)) == 3


def test_a_table_that_is_not_well_is_a_problem_that_passes(function: Function, aws: World) -> None:
    with aws.refusing("dynamodb.BatchWriteItem", 400, "ProvisionedThroughputExceededException"):
        status, body = call(function, EVENT)
    assert (status, body["type"]) == (503, "urn:docent:problem:ThrottledError")
