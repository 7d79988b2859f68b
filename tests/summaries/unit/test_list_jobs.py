"""The jobs of a caller, newest first, page by page."""

from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summary_jobs import put_job

EVENT = sample_event("list_jobs.first_page.json")


def test_they_are_listed_newest_first_and_page_by_page(function: Function, aws: World) -> None:
    for number in range(5):
        put_job(aws, f"{number}" * 32, created_at=f"2026-11-2{number}T06:00:00.000Z")
    seen: list[str] = []
    query: dict = {"limit": 2}
    while True:
        _, body = call(function, asked(EVENT, query=query))
        seen += [each["job_id"][0] for each in body["jobs"]]
        if "next" not in body:
            break
        query["next"] = body["next"]
    assert seen == ["4", "3", "2", "1", "0"]


def test_nobody_sees_the_jobs_of_others(function: Function, aws: World) -> None:
    put_job(aws, "a" * 32)
    assert call(function, asked(EVENT, ERIKA)) == (200, {"jobs": []})


def test_a_place_that_no_page_gave_is_refused(function: Function, aws: World) -> None:
    assert call(function, asked(EVENT, query={"next": "WzFd"}))[0] == 400
