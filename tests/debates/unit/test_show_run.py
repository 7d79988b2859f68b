"""One run, as its owner sees it."""

from urllib.parse import urlsplit

from docent.derived_keys import DebateKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World
from tests.support.debate_runs import GENERATION, put_run
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("show_run.judged.json")
ID = EVENT["pathParameters"]["run_id"]
PLAN = sample_event("judge_case.debate.json")["unit"]["plan"]


def test_a_run_at_work_tells_its_plan_and_what_it_can_cost(function: Function, aws: World) -> None:
    put_run(aws, ID, prepared={"units": {}, "unit_count": 6, "cases": 1, "refused": 2, "plan": PLAN, "most": 0.5})
    _, body = call(function, EVENT)
    assert (body["status"], body["cases"], body["refused"], body["most"]) == ("DEBATING", 1, 2, 0.5)
    assert body["plan"]["rounds"] == 2
    assert "links" not in body


def test_a_run_that_was_judged_has_links(function: Function, aws: World) -> None:
    put_run(aws, ID, "JUDGED", counts={"decided": 3}, cost="null")
    _, body = call(function, EVENT)
    keys = DebateKeys(ID, GENERATION)
    for name, key in (("verdicts", keys.verdicts), ("report", keys.report), ("report_page", keys.report_page)):
        assert urlsplit(body["links"][name]).path.endswith(key)
    assert (body["counts"], "cost" in body) == ({"decided": 3}, False)


def test_a_failed_run_tells_why(function: Function, aws: World) -> None:
    error = {"name": "OverBudgetError", "message": "The run can cost too much."}
    put_run(aws, ID, "FAILED", error=error)
    assert call(function, EVENT)[1]["error"] == error


def test_the_run_of_somebody_else_does_not_exist(function: Function, aws: World) -> None:
    put_run(aws, ID)
    assert call(function, asked(EVENT, ERIKA))[0] == 404
