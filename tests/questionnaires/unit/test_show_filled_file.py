"""The file with the answers, as of the last change."""

import json
from collections.abc import Iterator

import pytest

from docent.questionnaires import Answer
from docent.withheld_answers import withheld_digest
from tests.support.api_calls import call
from tests.support.aws import QUESTIONNAIRES_TABLE, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_question, put_row
from tests.support.reviewed_questionnaires import POLICY, put_document

EVENT = sample_event("show_filled_file.answered.json")
ID = EVENT["pathParameters"]["questionnaire_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


FILLED = {"filled": json.dumps({"bucket": "docent-derived", "key": "questionnaires/1/2/filled/vendor.csv"})}
AT = {"filled_at": "2026-11-29T06:00:00.000Z"}


def test_it_is_a_link_to_download(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_row(aws, ID, "ANSWERED", **FILLED, **AT)
    status, body = call(function, EVENT)
    assert (status, body["file_name"]) == (200, "vendor.csv")
    assert "/filled/vendor.csv?" in body["url"]
    assert not workflows.requests


def test_a_change_since_has_it_filled_in_again_and_nothing_answered(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_row(aws, ID, "ANSWERED", **FILLED, **AT)
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=ID, item="log#2026-11-29T05:59:59.000Z#1")
    assert call(function, EVENT)[0] == 200
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=ID, item="log#2026-11-29T06:00:01.000Z#2")
    assert call(function, EVENT) == (202, {"questionnaire_id": ID, "status": "ANSWERING"})
    assert json.loads(workflows.asked("StartExecution")[0]["input"])["fill_only"] is True
    assert call(function, EVENT)[0] == 202
    assert len(workflows.asked("StartExecution")) == 1


def test_what_was_stopped_is_filled_in_as_far_as_it_is(function: Function, aws: World) -> None:
    put_row(aws, ID, "STOPPED")
    assert call(function, EVENT)[0] == 202


def test_there_is_none_before_it_was_answered(function: Function, aws: World) -> None:
    put_row(aws, ID, "FOUND")
    assert call(function, EVENT)[0] == 409


def test_a_file_with_an_answer_that_is_withheld_now_is_filled_in_again(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    answer = Answer("answered", "For 30 days.", citations=(POLICY,))
    put_row(aws, ID, "ANSWERED", **FILLED, **AT)
    put_question(aws, ID, 1, "How long?", "answered", answer=json.dumps(answer.to_json()))
    put_document(aws, POLICY.document_id)
    assert call(function, EVENT)[0] == 200
    put_document(aws, POLICY.document_id, readers="{}")
    assert call(function, EVENT)[0] == 202
    without = json.loads(FILLED["filled"]) | {"withheld": withheld_digest([1])}
    put_row(aws, ID, "ANSWERED", filled=json.dumps(without), **AT)
    assert call(function, EVENT)[0] == 200
    put_document(aws, POLICY.document_id)
    assert call(function, EVENT)[0] == 202, "it may be shown again"
