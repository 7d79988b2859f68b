"""The record_failure workflow on the local stack: whatever ended an execution, its document says so."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.pdfs import pdf
from tests.support.project import sample_event
from tests.support.stack import Stack

pytestmark = pytest.mark.xdist_group("states")  # test_visited_states looks at what these ran


def failed(stack: Stack, key: str, execution_arn: str, sequencer: str, **detail: object) -> str:
    """Start record_failure with the sample event, for an upload of ours; returns its last state."""
    event = sample_event("states.execution_failed.json")
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


def test_each_end_replaces_what_the_one_before_recorded(stack: Stack) -> None:
    document = stack.ingest("failed/ways.pdf", b"no pdf")
    for name, detail in {
        "ProcessingTimedOutError": {"status": "TIMED_OUT", "error": None, "cause": None},
        "ProcessingAbortedError": {"status": "ABORTED", "error": None, "cause": None},
        "EncryptedPdfError": {},
    }.items():
        failed(stack, "failed/ways.pdf", document["execution_arn"], document["generation"], **detail)
        error = (stack.document("failed/ways.pdf") or {})["error"]
        assert error["name"] == name
        assert "again" in error["message"] or "redrive" in error["message"], error


def test_work_that_nobody_keeps_a_row_of_is_announced(stack: Stack) -> None:
    event = sample_event("states.execution_failed.json")
    given_input = json.dumps({"subject": {"kind": "job", "id": "j-7"}})
    event["detail"] |= {"input": given_input, "status": "TIMED_OUT", "error": None, "cause": None}
    with heard(stack, "WorkFailed") as receive:
        execution = stack.ended(stack.start(stack.target.outputs["RecordFailureArn"], event))
        assert execution["status"] == "SUCCEEDED", execution
        detail = receive()
    assert detail["subject"] == {"kind": "job", "id": "j-7"}
    assert detail["error"]["name"] == "ProcessingTimedOutError"
    assert detail["execution_arn"] == event["detail"]["executionArn"]


QUESTIONNAIRE = {"questionnaire_id": {"S": "q-7"}, "item": {"S": "questionnaire"}}


@pytest.mark.parametrize(
    ("kind", "table", "key", "status"),
    [
        (
            "questionnaire",
            "QuestionnairesTableName",
            QUESTIONNAIRE,
            "ANSWERING",
        ),
        ("summary", "SummariesTableName", {"job_id": {"S": "s-7"}}, "MASKING"),
        ("debates", "DebatesTableName", {"run_id": {"S": "r-7"}}, "DEBATING"),
    ],
)
def test_work_has_its_failure_in_its_row_while_the_execution_holds_it(
    stack: Stack, kind: str, table: str, key: dict[str, Any], status: str
) -> None:
    event, rows = sample_event("states.execution_failed.json"), stack.target.dynamodb
    subject = {"kind": kind, "id": next(iter(key.values()))["S"]}
    event["detail"] |= {"input": json.dumps({"subject": subject}), "status": "ABORTED", "error": None, "cause": None}
    name = stack.target.outputs[table]

    def recorded(holder: str) -> dict[str, Any]:
        rows.put_item(TableName=name, Item={**key, "status": {"S": status}, "execution_arn": {"S": holder}})
        execution = stack.ended(stack.start(stack.target.outputs["RecordFailureArn"], event))
        assert execution["status"] == "SUCCEEDED", execution
        return rows.delete_item(TableName=name, Key=key, ReturnValues="ALL_OLD")["Attributes"]

    row = recorded(event["detail"]["executionArn"])
    assert (row["status"]["S"], row["error"]["M"]["name"]["S"]) == ("FAILED", "ProcessingAbortedError")
    assert recorded("arn:of:another")["status"]["S"] == status, "it is another's"


@contextmanager
def heard(stack: Stack, detail_type: str) -> Iterator[Callable[[], dict[str, Any]]]:
    """A queue that hears events of one kind, as somebody else's rule has it."""
    sqs, events, bus = stack.target.client("sqs"), stack.target.client("events"), stack.target.outputs["EventBusName"]
    url = sqs.create_queue(QueueName=f"heard-{detail_type}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["docent"], "detail-type": [detail_type]})
    events.put_rule(Name=detail_type, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=detail_type, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    def receive() -> dict[str, Any]:
        (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
        return json.loads(message["Body"])["detail"]

    try:
        yield receive
    finally:
        events.remove_targets(Rule=detail_type, EventBusName=bus, Ids=["queue"])
        events.delete_rule(Name=detail_type, EventBusName=bus)
        sqs.delete_queue(QueueUrl=url)
