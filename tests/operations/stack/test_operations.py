"""Operations on the deployed template: a failed execution is explained and redriven, a dead letter replayed."""

from typing import Any

import pytest

from tests.support.api_client import ApiClient
from tests.support.pdfs import pdf
from tests.support.people import People
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("states")


@pytest.fixture
def operator(stack: Stack, everybody: People) -> ApiClient:
    """On this machine the operators are the group everyone."""
    return ApiClient(stack.target, everybody.token("olga@example.com", ["everyone"]))


def shown(operator: ApiClient) -> dict[str, Any]:
    status, operations = operator.call("GET", "/operations")
    assert status == 200, operations
    return operations


def alarm(operator: ApiClient, name: str) -> str:
    return next(each["state"] for each in shown(operator)["alarms"] if each["name"] == name)


def test_a_failed_execution_is_shown_with_its_reason_redriven_and_ingested_again(
    stack: Stack, operator: ApiClient
) -> None:
    stack.faults("kendra.BatchPutDocument=ValidationException")
    document = stack.ingest("operated/pump #1.pdf", pdf(["The pump of Kirkwall lifts 12 litres."]))
    assert document["status"] == "FAILED"
    _, page = operator.call("GET", "/operations/executions", workflow="ingest_document", status="FAILED")
    failed = next(each for each in page["executions"] if each["subject"]["id"] == document["document_id"])
    assert failed["subject"]["name"] == "operated/pump #1.pdf"
    assert failed["error"] == document["error"]
    assert failed["can_be_redriven"] is True
    counted = next(each for each in shown(operator)["workflows"] if each["workflow"] == "ingest_document")
    assert counted["counts"]["FAILED"] >= 1
    assert alarm(operator, "IngestFailuresAlarm") == "ALARM"

    stack.faults("")
    execution = {"workflow": "ingest_document", "name": failed["name"]}
    status, reply = operator.call("POST", "/operations/redrive", execution)
    assert (status, reply) == (202, execution | {"status": "RUNNING"})
    assert stack.settled("operated/pump #1.pdf")["status"] == "INGESTED"
    assert operator.call("POST", "/operations/redrive", execution)[0] == 409

    status, reply = operator.call("POST", "/operations/reingest", {"document_id": document["document_id"]})
    assert (status, reply["document_id"]) == (202, document["document_id"])
    assert stack.settled("operated/pump #1.pdf", document["generation"])["status"] == "INGESTED"


def test_a_dead_letter_is_shown_and_replayed(stack: Stack, operator: ApiClient) -> None:
    document = stack.ingest("operated/letter.pdf", pdf(["A letter."]))
    step_functions = stack.target.step_functions
    event = step_functions.describe_execution(executionArn=document["execution_arn"])["input"]
    workflow = stack.target.outputs["IngestDocumentArn"]
    stack.target.client("sqs").send_message(
        QueueUrl=stack.target.outputs["UndeliveredEventsUrl"],
        MessageBody=event,
        MessageAttributes={"TARGET_ARN": {"StringValue": workflow, "DataType": "String"}},
    )
    queue = next(each for each in shown(operator)["queues"] if each["replayed"])
    assert (queue["name"], queue["depth"]) == ("UndeliveredEvents", 1)
    assert alarm(operator, "UndeliveredEventsAlarm") == "ALARM"

    def ingested() -> int:
        query = {"workflow": "ingest_document", "status": "SUCCEEDED", "limit": 100}
        _, page = operator.call("GET", "/operations/executions", **query)
        return sum(each["subject"]["id"] == document["document_id"] for each in page["executions"])

    before = ingested()
    assert operator.call("POST", "/operations/replay") == (200, {"count": 1, "more": False})
    wait_until(lambda: ingested() == before + 1)
    assert next(each for each in shown(operator)["queues"] if each["replayed"])["depth"] == 0
    assert stack.document("operated/letter.pdf") == document, "it had been ingested already"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/operations", None),
        ("GET", "/operations/executions?workflow=ingest_document", None),
        ("POST", "/operations/redrive", {"workflow": "ingest_document", "name": "a"}),
        ("POST", "/operations/reingest", {"document_id": "0" * 32}),
        ("POST", "/operations/replay", None),
    ],
)
def test_others_are_told_that_this_is_for_operators(
    stack: Stack, everybody: People, method: str, path: str, body: Any
) -> None:
    mary = ApiClient(stack.target, everybody.token("mary@example.com", ["energy"]))
    status, problem = mary.call(method, path, body)
    assert (status, problem["type"]) == (403, "urn:docent:problem:NotAnOperatorError")
    assert "Only members of the group everyone can do this" in problem["detail"]


def test_every_workflow_of_the_template_and_its_executions_are_shown(operator: ApiClient) -> None:
    for workflow in shown(operator)["workflows"]:
        status, page = operator.call("GET", "/operations/executions", workflow=workflow["workflow"])
        assert status == 200, page
