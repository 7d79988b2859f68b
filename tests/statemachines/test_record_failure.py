"""The record_failure workflow on the local stack: whatever ended an execution, its document says so."""

import json

import pytest

from tests.support.pdfs import pdf
from tests.support.project import ROOT
from tests.support.stack import Stack

pytestmark = pytest.mark.xdist_group("states")  # test_visited_states looks at what these ran


def failed(stack: Stack, key: str, execution_arn: str, sequencer: str, **detail: object) -> str:
    """Start record_failure with the sample event, for an upload of ours; returns its last state."""
    event = json.loads((ROOT / "events/states.execution_failed.json").read_text())
    upload = json.loads(event["detail"]["input"])
    upload["detail"]["object"] |= {"key": key, "sequencer": sequencer}
    event["detail"] |= {"input": json.dumps(upload), "executionArn": execution_arn, **detail}
    execution = stack.ended(stack.start(stack.target.outputs["RecordFailureArn"], event))
    assert execution["status"] == "SUCCEEDED", execution
    return stack.states(execution["executionArn"])[-1]


def test_a_failure_of_an_execution_that_is_no_longer_current_changes_nothing(stack: Stack) -> None:
    document = stack.ingest("failed/fine.pdf", pdf(["All is well."]))
    now = document["generation"]
    assert failed(stack, "failed/fine.pdf", "arn:of:another:execution", now) == "NoLongerCurrent"
    assert failed(stack, "failed/fine.pdf", document["execution_arn"], now) == "NoLongerCurrent", "it succeeded since"
    assert failed(stack, "failed/fine.pdf", "arn:of:an:older:one", "0001") == "NoLongerCurrent"
    assert stack.document("failed/fine.pdf") == document


def test_an_upload_that_failed_before_it_was_claimed_shows(stack: Stack) -> None:
    failed(stack, "failed/unclaimed.pdf", "arn:of:the:execution", "0001")
    document = stack.document("failed/unclaimed.pdf") or {}
    assert (document["status"], document["error"]["name"]) == ("FAILED", "EncryptedPdfError")
    assert document["execution_arn"] == "arn:of:the:execution"


def test_every_way_to_end_has_a_name_and_advice(stack: Stack) -> None:
    document = stack.ingest("failed/ways.pdf", b"no pdf")
    nested = {"ExecutionArn": "arn:of:the:withdrawal", "Status": "FAILED"}
    ended = {"errorType": "TransientError", "errorMessage": "The index was busy. Redrive it."}
    ways = {
        "ProcessingTimedOutError": {"status": "TIMED_OUT", "error": None, "cause": None},
        "ProcessingAbortedError": {"status": "ABORTED", "error": None, "cause": None},
        "PicturesHeldUpError": {"error": "States.ExceedToleratedFailureThreshold", "cause": "too many"},
        "UnexpectedError": {
            "error": "KeyError",
            "cause": json.dumps({"errorType": "KeyError", "errorMessage": "'x'"}),
        },
        "TransientError": {
            "error": "States.TaskFailed",
            "cause": json.dumps(nested | {"Error": "TransientError", "Cause": json.dumps(ended)}),
        },
        "EncryptedPdfError": {},
    }
    for name, detail in ways.items():
        failed(stack, "failed/ways.pdf", document["execution_arn"], document["generation"], **detail)
        error = (stack.document("failed/ways.pdf") or {})["error"]
        assert error["name"] == name
        assert "again" in error["message"] or "edrive" in error["message"], error


@pytest.mark.parametrize(
    ("error", "cause", "name"),
    [
        ("Lambda.TooManyRequestsException", "Rate exceeded", "TransientError"),
        ("DynamoDB.ThrottlingException", "Rate exceeded", "TransientError"),
        ("EventBridge.FailedEntry", "{}", "TransientError"),
        ("States.ItemReaderFailed", "no such key", "TransientError"),
        ("Runtime.ExitError", "exit status 137", "UnexpectedError"),
        ("KeyError", '{"errorMessage": "cut in the mid', "UnexpectedError"),
        ("States.TaskFailed", json.dumps({"ExecutionArn": "a", "Status": "TIMED_OUT"}), "ProcessingTimedOutError"),
    ],
)
def test_what_step_functions_names_is_named_for_people(stack: Stack, error: str, cause: str, name: str) -> None:
    key = f"failed/{error}.pdf"
    failed(stack, key, "arn:of:it", "0001", error=error, cause=cause)
    assert (stack.document(key) or {})["error"]["name"] == name
