"""Events that reached no workflow start it, and leave the dead-letter queue."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.support.api_calls import call
from tests.support.aws import REGION, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import STATE_MACHINE, Function
from tests.support.project import sample_event

EVENT = sample_event("replay_events.undelivered.json")
WORKFLOW = f"{STATE_MACHINE}-ingest-document"


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


@pytest.fixture
def queue(function: Function, aws: World) -> str:
    url = boto3.client("sqs", region_name=REGION).create_queue(QueueName="docent-UndeliveredEvents-A1B2C3")["QueueUrl"]
    function.set(REPLAYED_QUEUE=url)
    return url


def test_undelivered_events_start_their_workflows_once(
    function: Function, queue: str, workflows: FakeWorkflows
) -> None:
    sqs = boto3.client("sqs", region_name=REGION)
    target: Any = {"TARGET_ARN": {"StringValue": WORKFLOW, "DataType": "String"}}
    for number in range(12):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"number": number}), MessageAttributes=target)
    assert call(function, EVENT) == (200, {"count": 12, "more": False})
    started = workflows.asked("StartExecution")
    assert {each["stateMachineArn"] for each in started} == {WORKFLOW}
    assert sorted(json.loads(each["input"])["number"] for each in started) == list(range(12))
    assert call(function, EVENT) == (200, {"count": 0, "more": False})


def test_an_event_whose_workflow_does_not_start_stays(function: Function, queue: str, workflows: FakeWorkflows) -> None:
    sqs = boto3.client("sqs", region_name=REGION)
    target: Any = {"TARGET_ARN": {"StringValue": WORKFLOW, "DataType": "String"}}
    sqs.send_message(QueueUrl=queue, MessageBody="{}", MessageAttributes=target)
    workflows.fail("StateMachineDoesNotExist")
    assert call(function, EVENT)[0] == 500
    left = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert left["ApproximateNumberOfMessagesNotVisible"] == "1"
