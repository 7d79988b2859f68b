"""How the work on one document went: states, retries, errors and images, and nothing of what the document says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from docent.readers import Readers
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, World, session
from tests.support.fake_workflows import STARTED, FakeWorkflows
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("show_trace.report.json")
DOCUMENT_ID = EVENT["pathParameters"]["document_id"]
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:docent-ingest-document:1"
CAUSE = json.dumps({"errorType": "UnreadablePdfError", "errorMessage": "report.pdf is damaged. Save it again."})
OPERATOR = type(OTTO)("0", "otto@example.com", ("operators",), FOREVER)


def entered(name: str, given: Any = None) -> dict[str, Any]:
    details = {"name": name, "input": json.dumps(given or {})}
    return {"type": "TaskStateEntered", "stateEnteredEventDetails": details}


def left(name: str, returned: Any = None) -> dict[str, Any]:
    details = {"name": name, "output": json.dumps(returned or {})}
    return {"type": "TaskStateExited", "stateExitedEventDetails": details}


def failed(error: str, cause: str = "") -> dict[str, Any]:
    return {"type": "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails": {"error": error, "cause": cause}}


SCHEDULED = {"type": "LambdaFunctionScheduled"}
SUCCEEDED = {"type": "LambdaFunctionSucceeded"}


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    aws.put_item(
        DOCUMENTS_TABLE,
        document_id=DOCUMENT_ID,
        generation="1",
        key=f"uploads/{MARY.subject}/report.pdf",
        status="INGESTING",
        readers=Readers.from_json({"users": ["mary@example.com"], "groups": ["energy"]}).to_text(),
        execution_arn=EXECUTION,
        updated_at="2026-11-24T08:00:00.000Z",
    )
    workflows = FakeWorkflows()
    workflows.shows_data = True
    workflows.record(EXECUTION)
    with workflows.attached(session()):
        yield workflows


def traced(function: Function, caller: Any = MARY, **query: Any) -> dict[str, Any]:
    status, body = call(function, asked(EVENT, caller, query=query))
    assert status == 200, body
    return body


def test_a_state_shows_its_times_its_attempts_and_the_error_of_the_last_one(
    function: Function, workflows: FakeWorkflows
) -> None:
    workflows.record(
        EXECUTION,
        entered("ExtractImages"),
        SCHEDULED,
        failed("TransientError", "not JSON"),
        SCHEDULED,
        failed("UnreadablePdfError", CAUSE),
        {"type": "ExecutionFailed", "executionFailedEventDetails": {"error": "UnreadablePdfError", "cause": CAUSE}},
        status="FAILED",
        stopDate=STARTED + 6,
    )
    execution = traced(function)["execution"]
    assert (execution["workflow"], execution["status"], execution["can_be_redriven"]) == (
        "ingest_document",
        "FAILED",
        True,
    )
    (state,) = execution["states"]
    assert state == {
        "name": "ExtractImages",
        "status": "FAILED",
        "started_at": "2027-01-15T08:00:01.000Z",
        "ended_at": "2027-01-15T08:00:06.000Z",
        "attempts": 2,
        "input": {},
        "output": {},
        "error": {"name": "UnreadablePdfError", "message": "report.pdf is damaged. Save it again."},
    }


def test_a_retry_that_succeeded_leaves_no_error_and_a_caught_error_is_named(
    function: Function, workflows: FakeWorkflows
) -> None:
    workflows.record(
        EXECUTION,
        *(entered("GrantAccess"), SCHEDULED, failed("TransientError"), SCHEDULED, SUCCEEDED, left("GrantAccess")),
        *(entered("ClaimDocument"), SCHEDULED, failed("States.Timeout"), left("ClaimDocument")),
        entered("WaitForIndex"),
    )
    retried, caught, running = traced(function)["execution"]["states"]
    assert (retried["status"], retried["attempts"], "error" in retried) == ("SUCCEEDED", 2, False)
    assert (caught["status"], caught["error"]["name"]) == ("CAUGHT", "ProcessingTimedOutError")
    assert (running["status"], "ended_at" in running) == ("RUNNING", False)


def test_inputs_and_outputs_are_addresses_and_numbers_and_never_texts(
    function: Function, workflows: FakeWorkflows
) -> None:
    manifest = {"bucket": "docent-derived", "key": "documents/1/manifest.json"}
    output = {"manifest": manifest, "image_count": 3, "failures": [CANARY], "text": CANARY, "readers": {"a": [CANARY]}}
    workflows.record(EXECUTION, entered("ExtractImages", {"text": CANARY}), left("ExtractImages", output))
    (state,) = traced(function)["execution"]["states"]
    assert state["input"] == {}
    assert state["output"] == {
        "manifest": "s3://docent-derived/documents/1/manifest.json",
        "image_count": 3,
        "failures.count": 1,
        "readers.a.count": 1,
    }


def test_images_are_paged_with_their_states_and_errors(function: Function, workflows: FakeWorkflows) -> None:
    def child(number: int, **more: Any) -> dict[str, Any]:
        picture = {"picture_id": f"{number:064x}", "places": [{"page": number, "bbox": [0, 0, 1, 1]}]}
        return {"status": "SUCCEEDED", "input": json.dumps({"picture": picture}), **more}

    workflows.record(EXECUTION, entered("CaptionImages"))
    workflows.map_run(
        EXECUTION, child(1), child(2, status="FAILED", error="MaskingRefusedError", cause="cut off"), child(3)
    )
    run = workflows.map_runs[EXECUTION][0]
    for number in range(3):
        workflows.histories[f"{run}/{number}"] = []
    first = traced(function, limit=2)
    second = traced(function, limit=2, next=first["next"])
    images = first["images"] + second["images"]
    assert sorted(image["pages"] for image in images) == [[1], [2], [3]]
    assert "next" not in second
    (error,) = [image["error"] for image in images if "error" in image]
    assert error["name"] == "UnexpectedError"


def test_an_execution_that_step_functions_has_forgotten_is_missing(
    function: Function, workflows: FakeWorkflows
) -> None:
    workflows.executions.clear()
    assert traced(function) == {"document_id": DOCUMENT_ID, "images": []}


def test_its_owner_and_operators_see_it_and_readers_do_not(function: Function) -> None:
    assert call(function, asked(EVENT, OPERATOR))[0] == 200
    assert call(function, asked(EVENT, ERIKA))[0] == 403
    assert call(function, asked(EVENT, OTTO))[0] == 404


def test_an_operator_is_told_when_there_is_no_such_document(function: Function) -> None:
    assert call(function, asked(EVENT, OPERATOR, path={"document_id": "0" * 32}))[0] == 404


def test_a_page_of_another_execution_is_refused(function: Function, workflows: FakeWorkflows) -> None:
    from docent.api import encode_next

    assert call(function, asked(EVENT, query={"next": encode_next(["arn:of:another", 2])}))[0] == 400
