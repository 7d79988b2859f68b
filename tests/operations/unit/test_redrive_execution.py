"""Redriving an execution: what failed goes on and its document's row says so; what is overtaken is left alone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from docent.documents import document_id_of, generation_of
from tests.support.api_calls import asked, call
from tests.support.aws import DOCUMENTS_TABLE, SOURCE_BUCKET, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import STATE_MACHINE, Function
from tests.support.project import sample_event

EVENT = sample_event("redrive_execution.ingest.json")
GIVEN = json.loads(EVENT["body"])
EXECUTIONS = STATE_MACHINE.replace(":stateMachine:", ":execution:")
INGEST = f"{EXECUTIONS}-ingest-document:{GIVEN['name']}"
DOCUMENT_ID = document_id_of(SOURCE_BUCKET, "a/report.pdf")
UPLOAD = {
    "source": "aws.s3",
    "detail": {"bucket": {"name": SOURCE_BUCKET}, "object": {"key": "a/report.pdf", "sequencer": "05"}},
}


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    workflows.record(INGEST, status="FAILED", input=json.dumps(UPLOAD))
    with workflows.attached(session()):
        yield workflows


def row(aws: World, **changes: Any) -> None:
    values = {
        "document_id": DOCUMENT_ID,
        "generation": generation_of("05"),
        "key": "a/report.pdf",
        "status": "FAILED",
        "error": {"name": "TransientError", "message": "It was slow."},
        "execution_arn": INGEST,
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    aws.put_item(DOCUMENTS_TABLE, **(values | changes))


def redriven(workflows: FakeWorkflows) -> list[str]:
    return [request["executionArn"] for request in workflows.asked("RedriveExecution")]


def test_a_failed_execution_is_redriven_and_its_documents_row_says_so(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    row(aws)
    assert call(function, EVENT) == (202, GIVEN | {"status": "RUNNING"})
    assert redriven(workflows) == [INGEST]
    (kept,) = aws.items(DOCUMENTS_TABLE)
    assert (kept["status"], "error" in kept) == ("INGESTING", False)


def test_an_execution_that_failed_before_it_claimed_its_document_is_redriven(
    function: Function, workflows: FakeWorkflows
) -> None:
    assert call(function, EVENT)[0] == 202
    assert redriven(workflows) == [INGEST]


def test_an_execution_that_a_newer_upload_has_replaced_is_left_alone(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    row(aws, generation=generation_of("06"))
    status, problem = call(function, EVENT)
    assert (status, problem["type"]) == (409, "urn:docent:problem:NothingToRedriveError")
    assert redriven(workflows) == []


def test_recording_a_failure_is_redriven_even_if_the_document_is_newer(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    row(aws, generation=generation_of("06"))
    arn = f"{EXECUTIONS}-record-failure:r1"
    failed = {"source": "aws.states", "detail": {"input": json.dumps(UPLOAD)}}
    workflows.record(arn, status="FAILED", input=json.dumps(failed))
    assert call(function, asked(EVENT, body={"workflow": "record_failure", "name": "r1"}))[0] == 202
    assert redriven(workflows) == [arn]
    assert aws.items(DOCUMENTS_TABLE)[0]["status"] == "FAILED"


@pytest.mark.parametrize(
    "body",
    [
        GIVEN | {"workflow": "withdraw_generations"},
        GIVEN | {"workflow": "answer_questionnaire"},
        GIVEN | {"name": "a:b"},
        GIVEN | {"name": "../b/c"},
    ],
)
def test_nothing_else_can_be_redriven(function: Function, workflows: FakeWorkflows, body: dict[str, str]) -> None:
    assert call(function, asked(EVENT, body=body))[0] == 400
    assert workflows.requests == []


@pytest.mark.parametrize("name", ["unknown", GIVEN["name"]])
def test_what_has_not_failed_is_not_redriven(function: Function, workflows: FakeWorkflows, name: str) -> None:
    workflows.record(INGEST, status="SUCCEEDED", input=json.dumps(UPLOAD))
    assert call(function, asked(EVENT, body=GIVEN | {"name": name}))[0] == 409
    assert redriven(workflows) == []
