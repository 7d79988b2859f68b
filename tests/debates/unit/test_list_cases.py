"""The cases of a run, and how far each is."""

import pytest

from docent.derived_keys import DebateKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World
from tests.support.debate_runs import GENERATION, put_run
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("list_cases.first_page.json")
ID = EVENT["pathParameters"]["run_id"]
KEYS = DebateKeys(ID, GENERATION)
CASE = {
    "document": "It is red.", "question": "Which?", "answer_a": "Red.", "answer_b": "Blue.", "label": None,
    "error_types": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def run(aws: World) -> None:
    put_run(aws, ID)
    for number in (2, 3, 12):
        aws.put(KEYS.case(number), CASE | {"id": f"case {number}"})
    for name in ("round-1-A", "round-1-B", "round-2-A", "vote-2-A-1", "vote-2-B-1", "judgement"):
        aws.put(f"{KEYS.unit(3, 'debate-AB')}{name}.json", b"{}")
    aws.put(f"{KEYS.unit(3, 'debate-AB')}round-2-B.json.asked", b"{}")


def test_each_tells_how_far_its_units_are(function: Function) -> None:
    _, body = call(function, EVENT)
    assert [(each["number"], each["id"]) for each in body["cases"]] == [(2, "case 2"), (3, "case 3"), (12, "case 12")]
    assert [each["units"] for each in body["cases"]] == [
        [], [{"name": "debate-AB", "rounds": 2, "votes": 2, "judged": True}], []
    ]  # fmt: skip
    assert "document" not in body["cases"][0]


def test_they_come_page_by_page(function: Function) -> None:
    _, first = call(function, asked(EVENT, query={"limit": 2}))
    _, second = call(function, asked(EVENT, query={"limit": 2, "next": first["next"]}))
    assert [each["number"] for each in first["cases"] + second["cases"]] == [2, 3, 12]
    assert "next" not in second
    assert call(function, asked(EVENT, query={"next": "WzFd"}))[0] == 400


def test_only_its_owner_sees_them(function: Function) -> None:
    assert call(function, asked(EVENT, ERIKA))[0] == 404
