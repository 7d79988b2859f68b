"""Why executions fail, in words that a person can act on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docent.documents import document_id_of
from docent.errors import TransientError, every_error
from docent.failure_reasons import LATER
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import MACHINES, definition, every_state, sample_event

EVENT = sample_event("explain_failure.encrypted.json")
EXECUTION = EVENT["executionArn"]
CHILDREN = {"error": "States.ExceedToleratedFailureThreshold", "cause": "The specified tolerated failure threshold..."}


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def told(kind: str, message: str) -> str:
    return json.dumps({"errorType": kind, "errorMessage": message, "stackTrace": ["app.py"]})


def explained(function: Function, **changes: Any) -> dict[str, str]:
    return function(EVENT | changes)["error"]


def child(kind: str, message: str, status: str = "FAILED") -> dict[str, str]:
    return {"status": status, "error": kind, "cause": told(kind, message)}


def test_an_error_of_ours_explains_itself(function: Function) -> None:
    assert function(EVENT) == {
        "subject": {"kind": "document", "id": document_id_of("docent-documents", "report.pdf")},
        "error": {
            "name": "EncryptedPdfError",
            "message": "s3://docent-documents/report.pdf needs a password. Remove the password and upload the file "
            "again.",
        },
    }


def test_any_work_can_fail_and_is_named_by_its_subject(function: Function) -> None:
    given_input = json.dumps({"subject": {"kind": "questionnaire", "id": "q-7"}, "rows": "s3://…"})
    reply = function({**EVENT, "input": given_input, "status": "TIMED_OUT", "error": None, "cause": None})
    assert reply["subject"] == {"kind": "questionnaire", "id": "q-7"}
    assert reply["error"]["name"] == "ProcessingTimedOutError"
    assert "questionnaire q-7" in reply["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "TIMED_OUT", "error": None, "cause": None}, "ProcessingTimedOutError"),
        ({"error": "States.Timeout", "cause": None}, "ProcessingTimedOutError"),
        ({"error": "Sandbox.Timedout", "cause": "RequestId: 1 Error: Task timed out"}, "ProcessingTimedOutError"),
        ({"status": "ABORTED", "error": None, "cause": None}, "ProcessingAbortedError"),
        ({"error": "KeyError", "cause": told("KeyError", "'x'")}, "UnexpectedError"),
        ({"error": "UnreadablePageError", "cause": told("UnreadablePageError", "page 1")}, "UnexpectedError"),
        ({"error": "KeyError", "cause": '{"errorMessage": "cut in the mid'}, "UnexpectedError"),
        ({"error": "Runtime.ExitError", "cause": "exit status 137"}, "UnexpectedError"),
        ({"error": "Lambda.TooManyRequestsException", "cause": "Rate exceeded"}, "TransientError"),
        ({"error": "States.ItemReaderFailed", "cause": "no such key"}, "TransientError"),
    ],
)
def test_what_step_functions_names_is_named_for_people(function: Function, changes: dict[str, Any], name: str) -> None:
    error = explained(function, **changes)
    assert error["name"] == name
    assert "s3://docent-documents/report.pdf" in error["message"]
    assert error["message"].endswith(every_error()[name].remedy)


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        ({"Status": "FAILED", "Error": "TransientError", "Cause": told("TransientError", "Busy.")}, "TransientError"),
        ({"Status": "TIMED_OUT"}, "ProcessingTimedOutError"),
        ({"Status": "ABORTED"}, "ProcessingAbortedError"),
    ],
)
def test_a_workflow_that_was_waited_for_explains_its_own_end(
    function: Function, inner: dict[str, str], name: str
) -> None:
    cause = json.dumps({"ExecutionArn": "arn:of:the:withdrawal", **inner})
    assert explained(function, error="States.TaskFailed", cause=cause)["name"] == name


# Children of a Distributed Map.


def test_the_first_child_that_failed_says_why(function: Function, workflows: FakeWorkflows) -> None:
    enable = "AWS answered AccessDeniedException. Enable the model in the Bedrock console."
    workflows.map_run(EXECUTION, child("MaskingRefusedError", "An older run."))
    workflows.map_run(
        EXECUTION,
        {"status": "SUCCEEDED"},
        child("MisconfiguredError", enable),
        child("MaskingRefusedError", "Later."),
        child("MaskingRefusedError", "Later still."),
        {"status": "ABORTED"},
    )
    assert explained(function, **CHILDREN) == {"name": "MisconfiguredError", "message": enable}


def test_children_that_were_only_late_hold_up_the_document(function: Function, workflows: FakeWorkflows) -> None:
    happened = "AWS answered ThrottlingException while the model read an image."
    workflows.map_run(EXECUTION, child("TransientError", f"{happened} {TransientError.remedy}"))
    error = explained(function, **CHILDREN)
    assert error["name"] == "PicturesHeldUpError"
    assert happened in error["message"]
    assert error["message"].count("docent redrive") == 1


@pytest.mark.parametrize(
    ("ended", "name"),
    [
        ({"status": "FAILED", "error": "Lambda.TooManyRequestsException", "cause": "Rate"}, "PicturesHeldUpError"),
        ({"status": "FAILED", "error": "KeyError", "cause": told("KeyError", "'x'")}, "UnexpectedError"),
        ({"status": "TIMED_OUT"}, "ProcessingTimedOutError"),
    ],
)
def test_a_child_is_explained_like_any_execution(
    function: Function, workflows: FakeWorkflows, ended: dict[str, str], name: str
) -> None:
    workflows.map_run(EXECUTION, ended)
    assert explained(function, **CHILDREN)["name"] == name


def test_without_a_child_the_failure_is_recorded_all_the_same(function: Function, workflows: FakeWorkflows) -> None:
    assert explained(function, **CHILDREN)["name"] == "PicturesHeldUpError"
    workflows.fail_always("AccessDeniedException")
    assert explained(function, **CHILDREN)["name"] == "PicturesHeldUpError"


def test_step_functions_that_is_not_well_is_asked_again(function: Function, workflows: FakeWorkflows) -> None:
    workflows.fail_always("ServiceUnavailableException")
    with pytest.raises(TransientError):
        explained(function, **CHILDREN)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(error=st.none() | st.text(max_size=40), cause=st.none() | st.text(max_size=80) | st.just("[1]"))
def test_whatever_the_error_and_the_cause_there_is_a_name_and_advice(
    function: Function, error: str | None, cause: str | None
) -> None:
    found = explained(function, error=error, cause=cause)
    assert every_error()[found["name"]].recorded
    assert found["message"]


def test_what_the_state_machines_retry_is_recorded_as_transient() -> None:
    """Names of AWS that are retried eight times and more."""
    ours = every_error()
    for path in MACHINES:
        for name, state, _ in every_state(definition(path)):
            for rule in state.get("Retry", []):
                if rule["MaxAttempts"] >= 8:
                    for error in set(rule["ErrorEquals"]) - set(ours):
                        assert LATER.fullmatch(error), f"{name}: {error}"
