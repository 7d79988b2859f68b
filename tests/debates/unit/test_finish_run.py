"""The end of a run, through the handler: verdicts, measures and the page."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from debating.arguments import argument_of
from debating.cases import Case
from debating.judgements import Vote
from debating.model_replies import Tokens
from debating.plans import Plan, ballots_of, units_of
from debating.quotes import QuotedDocument
from debating.unit_tasks import CastVote, Judgement, Said, UnitTask
from debating.verdicts import Side
from docent.derived_keys import DebateKeys
from docent.errors.debates import FailedRunError
from tests.support.aws import World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("finish_run.four_techniques.json")
KEYS = DebateKeys(**EVENT["run"])
PLAN = Plan.from_json(EVENT["prepared"]["plan"])
DOCUMENT = f"{CANARY} lost $10.6 billion in 2005."
type Judge = Callable[[UnitTask, Side, int], Side | None]


def right(_task: UnitTask, _first: Side, _number: int) -> Side:
    return "A"


def always_first(_task: UnitTask, first: Side, _number: int) -> Side:
    return first


def believes(task: UnitTask, _first: Side, _number: int) -> Side:
    return task.unit.speakers[0].side if len(task.unit.speakers) == 1 else "A"


def judged(aws: World, judge: Judge, cases: int = 1, plan: Plan = PLAN, skip: str = "") -> dict[str, Any]:
    """Writes what a run of so many cases leaves before its end; returns the event."""
    lines: list[str] = []
    for number in range(1, cases + 1):
        case = Case(f"case-{number}", DOCUMENT, "Which?", "It lost $10.6B <b>.", "It lost $10B, as was reported.", "A")
        aws.put(KEYS.case(number), case.to_json())
        for unit in units_of(plan):
            task = UnitTask(number, KEYS.unit(number, unit.name), KEYS.case(number), unit, plan)
            lines.append(json.dumps(task.to_json()))
            said = [
                Said(
                    argument_of(f"<argument>For {speaker.side}: <quote>$10.6 billion in 2005</quote>, "
                                f"<quote>$0.6 billion</quote> <script>alert(1)</script></argument>",
                                "debater", speaker.side, round, QuotedDocument(DOCUMENT)),
                    Tokens(1, 1000, 100), speaker.model_id,
                )
                for round in range(1, plan.rounds + 1)
                for speaker in unit.speakers
            ]  # fmt: skip
            votes = [
                CastVote(
                    Vote(each.first, judge(task, each.first, each.number), None, each.after), Tokens(1, 500, 50),
                    plan.judge, plan.temperature, "Because <i>.",
                )
                for each in ballots_of(plan, unit)
            ]  # fmt: skip
            if unit.name != skip:
                aws.put(task.judgement, Judgement(tuple(said), tuple(votes)).to_json())
    aws.put(KEYS.units, "\n".join(lines).encode())
    aws.put(KEYS.refused, json.dumps({"line": 9, "id": "", "reason": "It is not valid JSON."}).encode())
    return EVENT | {"prepared": EVENT["prepared"] | {"plan": plan.to_json(), "cases": cases}}


def measures(aws: World) -> dict[str, dict[str, Any]]:
    return {each["technique"]: each for each in aws.read_json(KEYS.report)["techniques"]}


def verdicts(aws: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in aws.read(KEYS.verdicts).splitlines()]


def test_a_judge_who_is_always_right_has_its_interval(function: Function, aws: World) -> None:
    ended = function(judged(aws, right, cases=10))
    assert ended["outcomes"] == {"decided": 40}
    accuracy = measures(aws)["debate"]["accuracy"]
    assert (accuracy["share"], accuracy["of"], round(accuracy["low"], 2)) == (1, 10, 0.72)
    assert measures(aws)["debate"]["consistency"]["flipped"]["part"] == 0


def test_a_judge_who_takes_what_stands_first_is_half_right_and_always_flipped(function: Function, aws: World) -> None:
    function(judged(aws, always_first, cases=4))
    naive = measures(aws)["naive"]
    assert naive["accuracy"]["share"] == 0.5
    assert naive["outcomes"] == {"undecided": 4}
    assert naive["consistency"]["flipped"]["share"] == 1
    assert naive["could_explain"]["first_won"]["share"] == 1


def test_a_judge_who_believes_the_consultant_scores_one_half(function: Function, aws: World) -> None:
    function(judged(aws, believes, cases=4))
    consultancy = measures(aws)["consultancy"]
    assert consultancy["accuracy"]["share"] == 0.5
    assert {name: half["share"] for name, half in consultancy["consultancy"].items()} == {
        "argued_right": 1,
        "argued_wrong": 0,
    }


def test_a_vote_that_is_missing_stays_in_the_denominator(function: Function, aws: World) -> None:
    function(judged(aws, lambda _task, _first, number: "A" if number == 1 else None))
    assert {each["outcome"] for each in verdicts(aws)} == {"undecided"}
    assert measures(aws)["expert"]["accuracy"]["share"] == 0


def test_a_win_rate_divides_by_what_was_played_and_names_stay_with_their_models(function: Function, aws: World) -> None:
    function(judged(aws, right, cases=3))
    rates = measures(aws)["debate"]["win_rates"]
    assert {model: (rate["part"], rate["of"]) for model, rate in rates.items()} == {
        PLAN.debater_a: (6, 12),
        PLAN.debater_b: (6, 12),
    }


def test_few_cases_have_no_winner_and_many_that_differ_have_one(function: Function, aws: World) -> None:
    def only_debate(task: UnitTask, first: Side, _number: int) -> Side:
        return "A" if task.technique == "debate" else first

    function(judged(aws, only_debate, cases=10))
    assert {each["better"] for each in aws.read_json(KEYS.report)["compared"]} == {None}
    function(judged(aws, only_debate, cases=30))
    compared = {tuple(each["techniques"]): each["better"] for each in aws.read_json(KEYS.report)["compared"]}
    assert compared["naive", "debate"] == "debate"
    assert compared["naive", "expert"] is None


def test_a_verdict_says_what_made_it(function: Function, aws: World) -> None:
    function(judged(aws, right))
    (debate,) = (each for each in verdicts(aws) if each["technique"] == "debate")
    assert (debate["verdict"], debate["right"], debate["confidence"]) == ("A", True, 1.0)
    assert debate["models"]["judge"] == PLAN.judge
    assert debate["prompt_versions"]["judge_debate"] == 1
    assert debate["temperature"] == 0.7
    assert [quote["text"] for quote in debate["evidence"]] == ["$10.6 billion in 2005"]
    assert sum(tokens["calls"] for tokens in debate["tokens"].values()) == 2 * (2 * 2 + 6)
    assert "cost" in debate


def test_a_unit_that_was_not_judged_is_told(function: Function, aws: World) -> None:
    function(judged(aws, right, skip="debate-BA"))
    (debate,) = (each for each in verdicts(aws) if each["technique"] == "debate")
    assert debate["outcome"] == "not_run"
    assert "Start it again" in debate["reason"]


def test_with_by_round_votes_are_counted_after_each_round(function: Function, aws: World) -> None:
    plan = Plan.from_json(PLAN.to_json() | {"by_round": True, "techniques": ["debate"]})
    function(judged(aws, right, plan=plan))
    assert {round: each["of"] for round, each in measures(aws)["debate"]["by_round"].items()} == {"1": 4, "2": 12}


def test_a_second_run_tells_how_many_verdicts_changed(function: Function, aws: World) -> None:
    function(judged(aws, right, cases=2))
    before = aws.read(KEYS.verdicts).replace(b'"verdict": "A"', b'"verdict": "B"', 1)
    aws.put("earlier.jsonl", before)
    function(judged(aws, right, cases=2) | {"previous": {"bucket": "docent-derived", "key": "earlier.jsonl"}})
    assert aws.read_json(KEYS.report)["changed"] == {"compared": 8, "changed": 1}


def test_a_run_of_which_everything_failed_is_a_failed_run(function: Function, aws: World) -> None:
    event = judged(aws, right)
    failed = {"name": "ModelRefusedError", "message": "AWS answered AccessDenied."}
    for key in aws.list_keys(f"{KEYS.prefix}units/"):
        aws.put(key, Judgement((), (), failed).to_json())
    with pytest.raises(FailedRunError, match="AccessDenied"):
        function(event)


def test_the_page_shows_debates_and_runs_nothing(function: Function, aws: World) -> None:
    function(judged(aws, right))
    page = aws.read(KEYS.report_page).decode()
    assert '<q class="verified" title="in the document, word for word">$10.6 billion in 2005</q>' in page
    assert '<q class="unverified" title="not in the document">$0.6 billion</q>' in page
    assert "<script" not in page
    assert "<b>." not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "prove little" in page
