"""Several questions in one call, or as a job."""

import json
from collections.abc import Iterator

import pytest

from tests.support.api_calls import MARY, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import row_of

EVENT = sample_event("answer_questions.nine_questions.json")


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


QUESTIONS = json.loads(EVENT["body"])["questions"]


def response(text: str) -> dict:
    reviewed = {"needs_review": False, "reason": ""}
    return {"completion": f"To {text}", "citations": [], "confidence": "high", **reviewed}


def answered(*questions: str) -> dict:
    output = [{"question": each, "response": response(each)} for each in questions]
    return {"status": "SUCCEEDED", "output": json.dumps({"output": output})}


def asking(*questions: str, **more: object) -> dict:
    return asked(EVENT, body={"questions": list(questions), **more})


def test_nine_questions_are_answered_in_their_order(function: Function, workflows: FakeWorkflows) -> None:
    function.remaining_milliseconds = 27_000
    workflows.ends = answered(*reversed(QUESTIONS))
    status, body = call(function, EVENT)
    assert status == 200
    assert [each["response"]["completion"] for each in body["output"]] == [f"To {each}" for each in QUESTIONS]
    given = json.loads(workflows.asked("StartSyncExecution")[0]["input"])
    assert given["use_documents"] is False, "a description is answered from alone"
    assert given["caller"]["user"] == MARY.user


def test_the_same_question_is_answered_once_and_an_empty_one_not_at_all(
    function: Function, workflows: FakeWorkflows
) -> None:
    workflows.ends = answered("Who keeps the pantry?")
    _, body = call(function, asking("Who keeps the pantry?", " ", "who keeps the  pantry"))
    assert [each["response"]["confidence"] for each in body["output"]] == ["high", "none", "high"]
    given = json.loads(workflows.asked("StartSyncExecution")[0]["input"])
    assert [each["text"] for each in given["questions"]] == ["Who keeps the pantry?"]
    assert given["use_documents"] is True


def is_job(function: Function, aws: World, workflows: FakeWorkflows, event: dict) -> bool:
    reply = function(event)
    own_id = json.loads(reply["body"])["questionnaire_id"]
    started = json.loads(workflows.asked("StartExecution")[0]["input"])
    source = started["document"]["source"]
    assert aws.read_json(source["key"])["questions"] == json.loads(event["body"])["questions"]
    assert json.loads(row_of(aws, own_id)["announced"])["answer"] == "at_once"
    return (
        reply["statusCode"] == 202
        and reply["headers"]["Location"].endswith(f"/v1/questionnaires/{own_id}")
        and started["subject"] == {"kind": "questionnaire", "id": own_id}
    )


def test_more_than_can_be_answered_in_time_become_a_job(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    function.remaining_milliseconds = 27_000
    assert is_job(function, aws, workflows, asking(*(f"Question {number}?" for number in range(121))))
    assert not workflows.asked("StartSyncExecution")


def test_more_than_40_that_fit_into_the_time_are_answered_at_once(function: Function, workflows: FakeWorkflows) -> None:
    function.remaining_milliseconds = 27_000
    many = [f"Question {number}?" for number in range(120)]
    workflows.ends = answered(*many)
    assert call(function, asking(*many))[0] == 200


def test_what_is_too_large_for_step_functions_becomes_a_job(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    assert is_job(function, aws, workflows, asking(*(f"{number} {'ü' * 9000}?" for number in range(20))))
    assert not workflows.asked("StartSyncExecution")


@pytest.mark.parametrize(
    "end", [{"status": "TIMED_OUT"}, {"status": "FAILED", "error": "States.DataLimitExceeded"}], ids=str
)
def test_an_execution_that_ran_out_of_time_or_room_becomes_a_job(
    function: Function, aws: World, workflows: FakeWorkflows, end: dict
) -> None:
    workflows.ends = end
    assert is_job(function, aws, workflows, EVENT)
    given = json.loads(workflows.asked("StartSyncExecution")[0]["input"])
    assert row_of(aws, given["job_id"])["status"] == "UPLOADING", "it finds there what was answered already"


def test_an_execution_that_failed_is_no_success_though_its_call_was(
    function: Function, workflows: FakeWorkflows
) -> None:
    workflows.ends = {"status": "FAILED", "error": "States.Runtime"}
    assert call(function, EVENT)[0] == 500


@pytest.mark.parametrize("body", [{"questions": []}, {"questions": ["?" * 10_001]}, {"questions": "Why?"}], ids=len)
def test_what_the_contract_does_not_allow_is_refused(function: Function, aws: World, body: dict) -> None:
    assert call(function, asked(EVENT, body=body))[0] == 400
