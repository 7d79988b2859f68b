"""Going on with a run."""

import json
from collections.abc import Iterator

import pytest

from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World, session
from tests.support.debate_runs import GENERATION, put_run
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("resume_run.stopped.json")
ID = EVENT["pathParameters"]["run_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


@pytest.mark.parametrize("status", ["STOPPED", "FAILED", "JUDGED"])
def test_the_same_generation_goes_on(function: Function, aws: World, workflows: FakeWorkflows, status: str) -> None:
    put_run(aws, ID, status)
    assert call(function, EVENT) == (202, {"run_id": ID, "status": status})
    event = json.loads(workflows.asked("StartExecution")[0]["input"])
    assert (event["resumes"], event["detail"]["object"]["sequencer"]) == (True, GENERATION)


@pytest.mark.parametrize("status", ["DEBATING", "UPLOADING"])
def test_a_run_at_work_or_never_started_cannot_be_resumed(
    function: Function, aws: World, workflows: FakeWorkflows, status: str
) -> None:
    put_run(aws, ID, status)
    assert call(function, EVENT)[0] == 409
    assert not workflows.requests


def test_only_its_owner_can(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_run(aws, ID, "STOPPED")
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert not workflows.requests
