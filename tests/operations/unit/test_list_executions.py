"""Executions of one workflow: what each was about, and in words that a person can act on why it failed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from docent.documents import document_id_of
from tests.support.api_calls import asked, call
from tests.support.aws import SOURCE_BUCKET, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import STATE_MACHINE, Function
from tests.support.project import sample_event

EVENT = sample_event("list_executions.failed.json")
MACHINE = f"{STATE_MACHINE}-ingest-document"
EXECUTION = MACHINE.replace(":stateMachine:", ":execution:")
KEY = "uploads/3f0a1c52-6f4e-4c8a-9d1b-7d2e5a90c411/report.pdf"
UPLOAD = {"source": "aws.s3", "detail": {"bucket": {"name": SOURCE_BUCKET}, "object": {"key": KEY, "sequencer": "1"}}}
CHILDREN_FAILED = {"error": "States.ExceedToleratedFailureThreshold", "cause": "The threshold is exceeded."}


def told(kind: str, message: str) -> str:
    return json.dumps({"errorType": kind, "errorMessage": message, "stackTrace": []})


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def record(workflows: FakeWorkflows, name: str, given: Any = UPLOAD, **execution: Any) -> None:
    values = {"stateMachineArn": MACHINE, "input": json.dumps(given), "status": "FAILED"}
    workflows.record(f"{EXECUTION}:{name}", **(values | execution))


def listed(function: Function, **query: Any) -> dict[str, Any]:
    status, page = call(function, asked(EVENT, query={"workflow": "ingest_document"} | query))
    assert status == 200
    return page


def test_a_failed_execution_names_its_document_its_reason_and_what_to_do(
    function: Function, workflows: FakeWorkflows
) -> None:
    message = "report.pdf needs a password. Remove the password and upload the file again."
    record(workflows, "a", error="EncryptedPdfError", cause=told("EncryptedPdfError", message), redriveCount=1)
    (execution,) = listed(function)["executions"]
    document_id = document_id_of(SOURCE_BUCKET, KEY)
    assert execution["subject"] == {"kind": "document", "id": document_id, "name": "report.pdf"}
    assert execution["error"] == {"name": "EncryptedPdfError", "message": message}
    assert (execution["name"], execution["redrives"], execution["can_be_redriven"]) == ("a", 1, True)


def test_the_reason_is_that_of_the_child_that_failed(function: Function, workflows: FakeWorkflows) -> None:
    record(workflows, "a", **CHILDREN_FAILED)
    child = {"status": "FAILED", "error": "MaskingRefusedError", "cause": told("MaskingRefusedError", "It is refused.")}
    workflows.map_run(f"{EXECUTION}:a", child)
    assert listed(function)["executions"][0]["error"] == {"name": "MaskingRefusedError", "message": "It is refused."}


def test_an_execution_whose_children_are_gone_is_listed_all_the_same(
    function: Function, workflows: FakeWorkflows
) -> None:
    record(workflows, "a", **CHILDREN_FAILED)
    assert listed(function)["executions"][0]["error"]["name"] == "PicturesHeldUpError"


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        ({"subject": {"kind": "questionnaire", "id": "q1"}}, {"kind": "questionnaire", "id": "q1", "name": ""}),
        ({"selection": {"document_id": "d1"}}, {"kind": "document", "id": "d1", "name": ""}),
        ({"by": "hand"}, {"kind": "unknown", "id": "", "name": ""}),
        ([1], {"kind": "unknown", "id": "", "name": ""}),
        (
            {"source": "aws.states", "detail": {"input": json.dumps(UPLOAD)}},
            {"kind": "document", "id": document_id_of(SOURCE_BUCKET, KEY), "name": "report.pdf"},
        ),
    ],
)
def test_every_input_has_a_subject(
    function: Function, workflows: FakeWorkflows, given: Any, subject: dict[str, str]
) -> None:
    record(workflows, "a", given, status="TIMED_OUT")
    assert listed(function, status="TIMED_OUT")["executions"][0]["subject"] == subject


def test_a_page_leads_to_the_next(function: Function, workflows: FakeWorkflows) -> None:
    for name in "abc":
        record(workflows, name, status="SUCCEEDED")
    first = listed(function, status="SUCCEEDED", limit=2)
    second = listed(function, status="SUCCEEDED", limit=2, next=first["next"])
    assert [each["name"] for each in first["executions"] + second["executions"]] == ["c", "b", "a"]
    assert "next" not in second
    assert "error" not in first["executions"][0]


def test_only_what_events_start_can_be_redriven(function: Function, workflows: FakeWorkflows) -> None:
    machine = f"{STATE_MACHINE}-run-debates"
    record(workflows, "a", stateMachineArn=machine)
    assert listed(function, workflow="run_debates")["executions"][0]["can_be_redriven"] is False


def test_an_unknown_workflow_is_not_found(function: Function, workflows: FakeWorkflows) -> None:
    workflows.unknown_machines.add(f"{STATE_MACHINE}-nothing")
    assert call(function, asked(EVENT, query={"workflow": "nothing"}))[0] == 404
    assert call(function, asked(EVENT, query={"workflow": "../../else"}))[0] == 400
    assert call(function, asked(EVENT, query={"workflow": "ingest_document", "next": "WzFd"}))[0] == 400
