"""What a run has to answer, and who may run."""

import json
from collections.abc import Iterator

import pytest

from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_question, put_row, row_of

pytestmark = pytest.mark.usefixtures("workflows")
EVENT = sample_event("plan_answers.first_run.json")


ID = EVENT["questionnaire_id"]


@pytest.fixture
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    fake = FakeWorkflows()
    with fake.attached(session()):
        yield fake


def missing(aws: World, planned: dict) -> list[str]:
    return [json.loads(line)["text"] for line in aws.read(planned["missing"]["key"]).splitlines()]


def test_only_what_is_missing_is_answered_and_each_question_once(function: Function, aws: World) -> None:
    put_row(aws, ID)
    put_question(aws, ID, 1, "Who keeps the pantry?")
    put_question(aws, ID, 2, "who keeps the pantry")
    put_question(aws, ID, 3, "Where is the key?", "answered")
    put_question(aws, ID, 4, "Where is the key", "pending")
    put_question(aws, ID, 5, "What failed?", "failed")
    put_question(aws, ID, 6, "What did a person answer?", "pending", review="edited")
    put_question(aws, ID, 7, "What did no document say?", "unanswered")
    planned = function(EVENT)
    assert missing(aws, planned) == ["Who keeps the pantry?", "What failed?", "What did no document say?"]
    assert planned["count"] == 3
    assert row_of(aws, ID)["status"] == "ANSWERING"


def test_nothing_is_answered_where_only_the_file_is_to_be_filled(function: Function, aws: World) -> None:
    put_row(aws, ID, "ANSWERED")
    put_question(aws, ID, 1, "Who keeps the pantry?")
    assert function(EVENT | {"fill_only": True})["count"] == 0


def test_of_two_runs_only_one_goes_on(function: Function, aws: World) -> None:
    put_row(aws, ID)
    assert function(EVENT)["claimed"]
    assert function(EVENT)["claimed"], "the same run, retried"
    assert function(EVENT | {"execution_arn": "arn:of:another"}) == {"claimed": False}


def test_a_run_that_was_stopped_does_not_begin_again(function: Function, aws: World) -> None:
    put_row(aws, ID, "STOPPED", stopped_arn=EVENT["execution_arn"])
    assert function(EVENT) == {"claimed": False}


def test_a_run_that_was_stopped_before_it_claimed_the_questionnaire_leaves_it_stopped(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_row(aws, ID)
    workflows.record(EVENT["execution_arn"], status="ABORTED")
    assert function(EVENT) == {"claimed": False}
    assert row_of(aws, ID)["status"] == "STOPPED"


def test_a_run_of_an_upload_that_was_replaced_answers_nothing(function: Function, aws: World) -> None:
    put_row(aws, ID, generation="F" * 32)
    assert function(EVENT) == {"claimed": False}
