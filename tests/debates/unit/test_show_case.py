"""One case as a conversation, of a run at work and of one that was judged."""

import pytest

from debating.arguments import Argument
from debating.cases import Case
from debating.judgements import Vote
from debating.model_replies import Tokens
from debating.plans import Ballot, Plan, units_of
from debating.quotes import CheckedQuote
from debating.unit_tasks import CastVote, Judgement, Said, UnitTask
from docent.derived_keys import DebateKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World
from tests.support.debate_runs import GENERATION, put_run
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("show_case.debate.json")
ID = EVENT["pathParameters"]["run_id"]
KEYS = DebateKeys(ID, GENERATION)
PLAN = Plan(("naive", "debate"), rounds=1, votes=1)
CASE = Case("c", "It lost $10.6 billion.", "Which?", "It lost $10.6B.", "It lost $10B.", "A")
TASKS = [UnitTask(2, KEYS.unit(2, unit.name), KEYS.case(2), unit, PLAN) for unit in units_of(PLAN)]
QUOTE = CheckedQuote("$10.6 billion", "exact", ((8, 21),))


def said(side: str) -> Said:
    text = f"It says <v_quote>{QUOTE.text}</v_quote>."
    return Said(Argument("A" if side == "A" else "B", 1, text, (QUOTE,)), Tokens(), f"model-{side}")


def vote(ballot: Ballot) -> CastVote:
    return CastVote(Vote(ballot.first, "A", None, ballot.after), Tokens(), "judge", 0.7, "Because.")


@pytest.fixture(autouse=True)
def run(aws: World) -> None:
    put_run(aws, ID, prepared={"plan": PLAN.to_json()})
    aws.put(KEYS.case(2), CASE.to_json())


def test_a_case_at_work_shows_what_was_said_until_now(function: Function, aws: World) -> None:
    aws.put(TASKS[1].said_key(1, "A"), said("A").to_json())
    _, body = call(function, EVENT)
    assert (body["document"], body["label"], body["number"]) == (CASE.document, "A", 2)
    naive, debate = body["techniques"]
    assert (naive["units"][0]["said"], "verdict" in naive, "verdict" in debate) == ([], False, False)
    assert [unit["name"] for unit in debate["units"]] == ["debate-AB", "debate-BA"]
    (argument,) = debate["units"][0]["said"]
    assert (argument["side"], argument["model_id"]) == ("A", "model-A")
    (start, end), *_ = argument["quotes"][0]["places"]
    assert body["document"][start:end] == "$10.6 billion"


def test_a_judged_case_shows_its_verdict(function: Function, aws: World) -> None:
    for task in TASKS[1:]:
        votes = tuple(vote(Ballot(first, 1, 1)) for first in ("A", "B"))
        aws.put(task.judgement, Judgement((said("A"), said("B")), votes).to_json())
    failed = Judgement((), (), {"name": "ModelRefusedError", "message": "It does not take it."})
    aws.put(TASKS[0].judgement, failed.to_json())
    naive, debate = call(function, EVENT)[1]["techniques"]
    assert naive["verdict"] == {
        "side": None, "votes": {"A": 0, "B": 0, "none": 2}, "reason": "It does not take it."
    }  # fmt: skip
    assert debate["verdict"] == {"side": "A", "votes": {"A": 4, "B": 0, "none": 0}}
    assert debate["units"][0]["votes"][0]["reasoning"] == "Because."


def test_what_is_not_there_or_of_somebody_else_does_not_exist(function: Function) -> None:
    path = EVENT["pathParameters"]
    assert call(function, asked(EVENT, path=path | {"number": "7"}))[0] == 404
    assert call(function, asked(EVENT, path=path | {"number": "x"}))[0] == 400
    assert call(function, asked(EVENT, ERIKA))[0] == 404
