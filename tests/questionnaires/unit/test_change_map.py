"""A corrected map of where the questions are."""

import json
from collections.abc import Iterator

import pytest

from tests.support.api_calls import ERIKA, OTTO, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_row

EVENT = sample_event("change_map.columns.json")
ID = EVENT["pathParameters"]["questionnaire_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_the_questions_are_found_again_with_the_map(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID)
    assert call(function, EVENT) == (202, {"questionnaire_id": ID, "status": "FINDING"})
    (started,) = workflows.asked("StartExecution")
    assert started["stateMachineArn"].endswith("read-questionnaire")
    given = json.loads(started["input"])
    assert (given["again"], given["map"]) == (True, json.loads(EVENT["body"]))
    assert given["document"]["document_id"] == ID


@pytest.mark.parametrize("status", ["UPLOADING", "FINDING", "ANSWERING"])
def test_not_while_it_is_worked_on(function: Function, aws: World, workflows: FakeWorkflows, status: str) -> None:
    put_row(aws, ID, status)
    assert call(function, EVENT)[0] == 409
    assert not workflows.requests


def test_only_its_owner_may(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, readers=json.dumps({"users": [OTTO.user]}))
    assert call(function, asked(EVENT, OTTO))[0] == 403
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert not workflows.requests
