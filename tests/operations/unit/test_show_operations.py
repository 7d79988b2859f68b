"""How all work goes: executions by workflow and status, alarms with their states, dead letters with their age."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import yaml

from tests.support.api_calls import MARY, asked, call
from tests.support.aws import REGION, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import ENVIRONMENT, STATE_MACHINE, Function
from tests.support.project import EVENTS, ROOT, resources, sample_event

EVENT = sample_event("show_operations.now.json")
QUEUE = ENVIRONMENT["REPLAYED_QUEUE"].rpartition("/")[2]
CONTRACT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
ROUTES = [
    (path, method, operation["operationId"])
    for path, operations in CONTRACT["paths"].items()
    for method, operation in operations.items()
    if path.startswith("/operations") and "operationId" in operation
]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def alarm(name: str, state: str, **metric: Any) -> None:
    cloudwatch = boto3.client("cloudwatch", region_name=REGION)
    watched = {"Namespace": "AWS/States", "MetricName": "ExecutionsFailed", "Dimensions": []} | metric
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription=f"{name} rings.",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        **watched,
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")


def watch_queue(function: Function, letters: int, age: float | None = None) -> None:
    """The dead-letter queue, with its alarm, and its age as CloudWatch measured it."""
    sqs = boto3.client("sqs", region_name=REGION)
    url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    function.set(REPLAYED_QUEUE=url)
    for _ in range(letters):
        sqs.send_message(QueueUrl=url, MessageBody="{}")
    about = [{"Name": "QueueName", "Value": QUEUE}]
    watched = {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Dimensions": about}
    alarm("docent-UndeliveredEventsAlarm-XYZ", "ALARM", **watched)
    if age is not None:
        earlier = datetime.now(UTC) - timedelta(minutes=2)
        measured: Any = {"MetricName": "ApproximateAgeOfOldestMessage", "Dimensions": about, "Value": age}
        measured["Timestamp"] = earlier
        boto3.client("cloudwatch", region_name=REGION).put_metric_data(Namespace="AWS/SQS", MetricData=[measured])


def test_executions_are_counted_by_workflow_and_status(function: Function, workflows: FakeWorkflows) -> None:
    for number, status in enumerate(["RUNNING", "FAILED", "FAILED", "SUCCEEDED"]):
        arn = f"{STATE_MACHINE}-ingest-document"
        workflows.record(f"{arn.replace(':stateMachine:', ':execution:')}:{number}", status=status, stateMachineArn=arn)
    status, operations = call(function, EVENT)
    assert status == 200
    ingest, remove = operations["workflows"]
    counts = {"RUNNING": 1, "SUCCEEDED": 1, "FAILED": 2, "TIMED_OUT": 0, "ABORTED": 0}
    assert ingest == {"workflow": "ingest_document", "counts": counts}
    assert (remove["workflow"], sum(remove["counts"].values())) == ("remove_document", 0)


def test_alarms_of_this_stack_only_have_their_names_in_the_template(function: Function) -> None:
    alarm("docent-IngestFailuresAlarm-1A2B3C", "ALARM")
    alarm("docent-RemovalFailuresAlarm-1A2B3C", "OK")
    alarm("docent-other-IngestFailuresAlarm-1A2B3C", "ALARM")
    alarm("another-IngestFailuresAlarm-1A2B3C", "ALARM")
    _, operations = call(function, EVENT)
    states = [(each["name"], each["state"]) for each in operations["alarms"]]
    assert states == [("IngestFailuresAlarm", "ALARM"), ("RemovalFailuresAlarm", "OK")]
    assert operations["alarms"][0]["description"] == "docent-IngestFailuresAlarm-1A2B3C rings."


@pytest.mark.parametrize(("age", "shown"), [(7200.0, {"oldest_seconds": 7200}), (None, {})])
def test_a_dead_letter_queue_has_its_depth_and_the_age_of_its_oldest_message(
    function: Function, age: float | None, shown: dict[str, int]
) -> None:
    watch_queue(function, 3, age)
    _, operations = call(function, EVENT)
    assert operations["queues"] == [{"name": "UndeliveredEvents", "depth": 3, "replayed": True} | shown]


def test_every_queue_of_the_template_is_found_by_its_alarm() -> None:
    watched = [
        json.dumps(each["Properties"].get("Dimensions", [])) for each in resources("AWS::CloudWatch::Alarm").values()
    ]
    # One that a function reads has a queue for what is left over.
    ends = [name for name, each in resources("AWS::SQS::Queue").items() if "RedrivePolicy" not in each["Properties"]]
    for queue in ends:
        assert any(f'["{queue}", "QueueName"]' in each or f'"{queue}.QueueName"' in each for each in watched), queue


@pytest.mark.parametrize(("path", "method", "operation"), ROUTES)
def test_every_route_of_operations_is_for_operators_only(
    path: str, method: str, operation: str, monkeypatch: pytest.MonkeyPatch, workflows: FakeWorkflows
) -> None:
    """With the function's own sample event, asked by somebody who is in another group."""
    (sample,) = [each for each in EVENTS if each.name.startswith(f"{operation}.")]
    function = Function(operation, monkeypatch)
    try:
        event = sample_event(sample.name)
        assert (event["resource"], event["httpMethod"]) == (path, method.upper())
        status, problem = call(function, asked(event, MARY))
    finally:
        function.close()
    assert (status, problem["type"]) == (403, "urn:docent:problem:NotAnOperatorError")
    assert "group operators" in problem["detail"]
    assert workflows.requests == [], "nothing was looked at"


def test_there_is_a_route_for_every_function_of_operations() -> None:
    assert {operation for _, _, operation in ROUTES} == {
        path.parent.name for path in (ROOT / "functions/operations").glob("*/app.py")
    }
