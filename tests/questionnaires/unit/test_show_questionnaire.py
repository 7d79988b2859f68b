"""One questionnaire, and how far its run is."""

import json
from collections.abc import Iterator

import pytest

from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import RUN, put_question, put_row

EVENT = sample_event("show_questionnaire.answered.json")
ID = EVENT["pathParameters"]["questionnaire_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_its_owner_sees_its_map_and_its_counts(function: Function, aws: World) -> None:
    put_row(aws, ID, "FOUND", map=json.dumps({"sheets": []}))
    status, body = call(function, EVENT)
    assert (status, body["map"], body["question_count"], body["owned"]) == (200, {"sheets": []}, 2, True)


def test_its_progress_is_that_of_the_map_run(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, "ANSWERING")
    assert "progress" not in call(function, EVENT)[1]
    workflows.map_run(RUN)
    workflows.counts = {"total": 9, "succeeded": 4, "failed": 1, "running": 2, "pending": 2}
    assert call(function, EVENT)[1]["progress"] == {"total": 9, "done": 5, "failed": 1}


def test_for_everybody_else_there_is_no_such_questionnaire(function: Function, aws: World) -> None:
    put_row(aws, ID)
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert call(function, asked(EVENT, OTTO, path={"questionnaire_id": "0" * 32})) == call(function, asked(EVENT, OTTO))


def test_whom_a_question_was_given_to_reads_it_and_does_not_own_it(function: Function, aws: World) -> None:
    put_row(aws, ID, readers=json.dumps({"users": [MARY.user, OTTO.user]}))
    assert call(function, asked(EVENT, OTTO))[1]["owned"] is False


def test_whom_one_of_its_questions_is_assigned_to_sees_it_until_it_is_taken_back(
    function: Function, aws: World
) -> None:
    put_row(aws, ID)
    put_question(aws, ID, 1, "Who keeps the pantry?")
    put_question(aws, ID, 2, "Who keeps the tower?", assignee=OTTO.user)
    assert call(function, asked(EVENT, OTTO))[1]["owned"] is False
    put_question(aws, ID, 2, "Who keeps the tower?")
    assert call(function, asked(EVENT, OTTO))[0] == 404


def test_why_it_failed_is_shown(function: Function, aws: World) -> None:
    error = {"name": "NobodyReadsItError", "message": "Nobody may read it."}
    put_row(aws, ID, "FAILED", error=error)
    assert call(function, EVENT)[1]["error"] == error
