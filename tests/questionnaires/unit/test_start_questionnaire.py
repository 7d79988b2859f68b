"""Starting a run."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from docent.callers import Caller
from docent.questionnaire_rows import owner_json
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import RUN, put_row, row_of

EVENT = sample_event("start_questionnaire.found.json")
ID = EVENT["pathParameters"]["questionnaire_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_a_run_starts_and_has_the_questionnaire(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID)
    status, body = call(function, EVENT)
    assert (status, body["status"]) == (202, "ANSWERING")
    assert row_of(aws, ID)["execution_arn"].endswith(body["run"])
    assert len(workflows.asked("StartExecution")) == 1


def test_a_run_searches_with_the_groups_that_its_owner_has_now(function: Function, aws: World) -> None:
    put_row(aws, ID)
    call(function, asked(EVENT, replace(MARY, groups=("energy", "travel"))))
    assert json.loads(row_of(aws, ID)["owner"])["groups"] == ["energy", "travel"]


def test_a_file_of_a_group_stays_the_groups(function: Function, aws: World) -> None:
    owner = owner_json(Caller("", "", ("energy",), 0))
    put_row(aws, ID, owner=owner)
    assert call(function, EVENT)[0] == 202
    assert row_of(aws, ID)["owner"] == owner


def test_starting_what_is_being_answered_changes_nothing(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_row(aws, ID, "ANSWERING")
    assert call(function, EVENT)[1]["run"] == RUN.rpartition(":")[2]
    assert not workflows.requests


def test_it_cannot_start_before_its_questions_are_found(function: Function, aws: World) -> None:
    put_row(aws, ID, "FINDING", question_count=None)
    assert call(function, EVENT)[0] == 409


def test_only_its_owner_may(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, readers=json.dumps({"users": [OTTO.user]}))
    assert call(function, asked(EVENT, OTTO))[0] == 403
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert not workflows.requests
