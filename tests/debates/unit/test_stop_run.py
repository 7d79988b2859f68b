"""Stopping a run: the row, then the execution."""

from collections.abc import Iterator

import pytest

from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World, session
from tests.support.debate_runs import RUN, put_run, run_of
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("stop_run.debating.json")
ID = EVENT["pathParameters"]["run_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_the_row_and_the_execution_are_stopped(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_run(aws, ID)
    assert call(function, EVENT) == (202, {"run_id": ID, "status": "STOPPED"})
    assert run_of(aws, ID)["status"] == "STOPPED"
    assert workflows.asked("StopExecution")[0]["executionArn"] == RUN


def test_an_execution_that_has_ended_meanwhile_is_no_error(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_run(aws, ID, "PREPARING")
    workflows.fail("ExecutionDoesNotExist")
    assert call(function, EVENT)[1]["status"] == "STOPPED"


def test_a_run_that_is_not_at_work_stays_as_it_is(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_run(aws, ID, "JUDGED")
    assert call(function, EVENT)[1]["status"] == "JUDGED"
    assert not workflows.requests


def test_only_its_owner_can(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_run(aws, ID)
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert not workflows.requests
