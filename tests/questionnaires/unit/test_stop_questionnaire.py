"""Stopping a run."""

import json
from collections.abc import Iterator

import pytest

from tests.support.api_calls import ERIKA, OTTO, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import RUN, put_row, row_of

EVENT = sample_event("stop_questionnaire.running.json")
ID = EVENT["pathParameters"]["questionnaire_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_the_row_is_stopped_before_the_run(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, "ANSWERING")
    assert call(function, EVENT)[1]["status"] == "STOPPED"
    row = row_of(aws, ID)
    assert (row["status"], row["stopped_arn"]) == ("STOPPED", RUN)
    assert workflows.asked("StopExecution")[0]["executionArn"] == RUN


def test_a_run_that_has_ended_already_is_stopped_all_the_same(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_row(aws, ID, "ANSWERING")
    workflows.fail("ExecutionDoesNotExist")
    assert call(function, EVENT)[1]["status"] == "STOPPED"


def test_what_does_not_run_is_left_as_it_is(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, "ANSWERED")
    assert call(function, EVENT)[1]["status"] == "ANSWERED"
    assert not workflows.requests


def test_only_its_owner_may(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, readers=json.dumps({"users": [OTTO.user]}))
    assert call(function, asked(EVENT, OTTO))[0] == 403
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert not workflows.requests
