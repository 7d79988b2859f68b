"""The runs of a caller, newest first, page by page."""

from typing import Any

from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World
from tests.support.debate_runs import put_run
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("list_runs.first_page.json")


def test_they_are_listed_newest_first_and_page_by_page(function: Function, aws: World) -> None:
    for number in range(3):
        put_run(aws, f"{number}" * 32, created_at=f"2026-11-2{number}T06:00:00.000Z")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        _, body = call(function, asked(EVENT, query=query))
        seen += [each["run_id"][0] for each in body["runs"]]
        if "next" not in body:
            break
        query["next"] = body["next"]
    assert seen == ["2", "1", "0"]


def test_nobody_sees_the_runs_of_others(function: Function, aws: World) -> None:
    put_run(aws, "a" * 32)
    assert call(function, asked(EVENT, ERIKA)) == (200, {"runs": []})
