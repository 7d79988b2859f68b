"""The record_failure workflow on the local stack: whatever ended an execution, its document says so."""

import json

from tests.support.pdfs import pdf
from tests.support.project import ROOT
from tests.support.stack import Stack


def failed(stack: Stack, key: str, execution_arn: str, **detail: object) -> str:
    """Start record_failure with the sample event, for a document of ours; returns its last state."""
    event = json.loads((ROOT / "events/states.execution_failed.json").read_text())
    upload = json.loads(event["detail"]["input"])
    upload["detail"]["object"]["key"] = key
    event["detail"] |= {"input": json.dumps(upload), "executionArn": execution_arn, **detail}
    arn = stack.target.outputs["IngestDocumentArn"].replace("ingest-document", "record-failure")
    execution = stack.ended(stack.start(arn, event))
    assert execution["status"] == "SUCCEEDED", execution
    return stack.states(execution["executionArn"])[-1]


def test_a_failure_of_an_execution_that_is_no_longer_current_changes_nothing(stack: Stack) -> None:
    document = stack.ingest("failed/fine.pdf", pdf(["All is well."]))
    assert failed(stack, "failed/fine.pdf", "arn:of:another:execution") == "NoLongerCurrent"
    assert failed(stack, "failed/fine.pdf", document["execution_arn"]) == "NoLongerCurrent", "it succeeded meanwhile"
    assert stack.document("failed/fine.pdf") == document


def test_every_way_to_end_has_a_name_and_advice(stack: Stack) -> None:
    document = stack.ingest("failed/ways.pdf", b"no pdf")
    execution = document["execution_arn"]
    ways = {
        "ProcessingTimedOutError": {"status": "TIMED_OUT", "error": None, "cause": None},
        "ProcessingAbortedError": {"status": "ABORTED", "error": None, "cause": None},
        "PicturesHeldUpError": {"error": "States.ExceedToleratedFailureThreshold", "cause": "too many"},
        "UnexpectedError": {
            "error": "KeyError",
            "cause": json.dumps({"errorType": "KeyError", "errorMessage": "'x'"}),
        },
        "EncryptedPdfError": {},
    }
    for name, detail in ways.items():
        failed(stack, "failed/ways.pdf", execution, **detail)
        error = (stack.document("failed/ways.pdf") or {})["error"]
        assert error["name"] == name
        assert "again" in error["message"] or "edrive" in error["message"], error
