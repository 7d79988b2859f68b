"""The votes on one case, through the handler: in both positions, each paid for once."""

import time
from typing import Any

import pytest

from debating.arguments import Argument
from debating.cases import Case
from debating.model_replies import Tokens
from debating.unit_tasks import Said, UnitTask
from docent.errors import ThrottledError
from docent.errors.debates import CallUnderWayError
from tests.support.aws import World
from tests.support.fake_models import FakeModel
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("judge_case.debate.json")
TASK = UnitTask.from_json(EVENT["unit"])
CASE = Case("1", f"{CANARY} lost $10.6 billion.", "Which?", "It lost $10.6B.", "It lost $10B.", "A")


def takes_the_exact_one(text: str) -> str:
    return f"It has the quote.\nFinal Answer: {'A' if '<answer_a>It lost $10.6B.' in text else 'B'}"


@pytest.fixture(autouse=True)
def case(aws: World, model: FakeModel) -> None:
    aws.put(TASK.case, CASE.to_json())
    for side in ("A", "B"):
        for round in (1, 2):
            said = Said(Argument(side, round, f"Round {round} for {side}."), Tokens(1, 10, 5), "m")
            aws.put(TASK.said_key(round, side), said.to_json())
    model.says = takes_the_exact_one


def votes(aws: World) -> list[dict[str, Any]]:
    return aws.read_json(TASK.judgement)["votes"]


def test_three_judges_vote_in_each_position(function: Function, aws: World, model: FakeModel) -> None:
    assert function(EVENT) == {"votes": 6, "decided": 6}
    assert sorted((vote["first"], vote["side"]) for vote in votes(aws)) == [("A", "A")] * 3 + [("B", "A")] * 3
    assert len(aws.read_json(TASK.judgement)["said"]) == 4


def test_the_judge_knows_no_model_and_not_the_document(function: Function, model: FakeModel) -> None:
    function(EVENT)
    for request in model.asked("Converse"):
        text = request["system"][0]["text"] + request["messages"][0]["content"][0]["text"]
        assert "Debater A" in text
        assert CANARY not in text
        assert not any(speaker.model_id in text for speaker in TASK.unit.speakers)


def test_votes_that_are_there_are_not_paid_for_again(function: Function, aws: World, model: FakeModel) -> None:
    model.fail("ThrottlingException")
    with pytest.raises(ThrottledError):
        function(EVENT)
    paid = len(aws.list_keys(f"{TASK.prefix}vote-"))
    assert paid == 5
    before = len(model.asked("Converse"))
    assert function(EVENT)["votes"] == 6
    assert len(model.asked("Converse")) - before == 1


def test_nobody_votes_while_a_stopped_execution_still_asks(function: Function, aws: World, model: FakeModel) -> None:
    aws.put(f"{TASK.votes_key}.asked", {"execution": "the stopped one", "until": time.time() + 60})
    with pytest.raises(CallUnderWayError):
        function(EVENT)
    assert not model.asked("Converse")


def test_an_unreadable_vote_is_asked_for_once_more_and_then_counts_for_nobody(
    function: Function, aws: World, model: FakeModel
) -> None:
    model.says = "Both have their merits."
    assert function(EVENT) == {"votes": 6, "decided": 0}
    assert {vote["reason"] for vote in votes(aws)} == {"unreadable"}
    assert {vote["tokens"]["calls"] for vote in votes(aws)} == {2}


def test_nobody_votes_where_a_speaker_has_no_argument(function: Function, aws: World, model: FakeModel) -> None:
    silent = Said(None, Tokens(2, 20, 0), "m", "refused")
    aws.put(TASK.said_key(2, "B"), silent.to_json())
    assert function(EVENT) == {"votes": 0, "decided": 0}
    assert not model.asked("Converse")
    assert len(aws.read_json(TASK.judgement)["said"]) == 4


def test_with_by_round_a_judge_votes_after_each_round(function: Function, aws: World) -> None:
    function(EVENT | {"unit": EVENT["unit"] | {"plan": EVENT["unit"]["plan"] | {"by_round": True}}})
    assert sorted((vote["after"], vote["first"]) for vote in votes(aws))[:2] == [(1, "A"), (1, "B")]


def test_a_task_that_failed_for_good_is_written_down(function: Function, aws: World, model: FakeModel) -> None:
    event = sample_event("judge_case.failed.json")
    assert function(event) == {"votes": 0, "decided": 0}
    assert aws.read_json(UnitTask.from_json(event["unit"]).judgement)["failed"] == {
        "name": "ModelRefusedError",
        "message": "AWS answered ValidationException while the model was asked.",
    }
    assert not model.asked("Converse")
