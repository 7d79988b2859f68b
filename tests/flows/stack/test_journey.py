"""The article's customer-service assistant on the deployed template: every branch, masked, with trace and trials."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.api_client import ApiClient
from tests.support.people import People
from tests.support.stack import Stack
from tests.support.waiting import wait_until

FLOW = "/flows/customer-service"
NAME, EMAIL = "Zebulon Quatermain", "zebulon.quatermain@example.com"
ACCOUNT = f"My name is Mr. {NAME}, {EMAIL}. How do I set up an account?"
RETURNS = b"# Returns\n\nYou can return shoes within 30 days of delivery. The refund takes five working days.\n"


@pytest.fixture(scope="module")
def editor(running_stack: Stack, everybody: People) -> ApiClient:
    """On this machine the flow editors are the group everyone."""
    return ApiClient(running_stack.target, everybody.token("fiona@example.com", ["everyone"]))


@pytest.fixture
def customer(stack: Stack, everybody: People) -> ApiClient:
    return ApiClient(stack.target, everybody.token("carl@example.com", ["customers"]))


def invoked(client: ApiClient, message: Any, **more: Any) -> dict[str, Any]:
    status, reply = client.call("POST", f"{FLOW}/invoke", {"input": message, **more})
    assert status == 200, reply
    return reply


def shown(client: ApiClient, path: str) -> Any:
    status, reply = client.call("GET", path)
    assert status == 200, reply
    return reply


def test_a_message_with_a_name_is_answered_with_a_placeholder_and_nothing_keeps_the_name(
    stack: Stack, customer: ApiClient, editor: ApiClient
) -> None:
    reply = invoked(customer, ACCOUNT, trace=True)
    assert reply["status"] == "SUCCEEDED", reply
    (output,) = reply["outputs"]
    assert output["node"] == "GeneralOutput"
    assert output["document"].startswith("Dear Mr. {NAME}")
    assert "account" in output["document"]
    nodes = {each["node"]: each for each in reply["nodes"]}
    assert list(nodes) == ["FlowInputNode", "Classify", "NormalizeLabel", "Route", "GeneralAnswer", "GeneralOutput"]
    assert nodes["Route"]["conditions"] == ["default"]
    assert nodes["GeneralAnswer"]["guardrail"]["outcome"] == "masked"
    assert nodes["Classify"]["input_tokens"] > 0
    run = shown(editor, f"{FLOW}/runs/{reply['run_id']}")
    assert run["version"] == reply["version"]
    assert {node["name"] for node in run["definition"]["nodes"]} >= set(nodes)
    kept = stack.target.dynamodb.scan(TableName=stack.target.outputs["FlowRunsTableName"])["Items"]
    logs = logged(stack)
    for private in (NAME, "Quatermain", EMAIL):
        for place in (reply, run, kept, logs):
            assert private not in json.dumps(place, default=str)


def test_an_order_is_looked_up(stack: Stack, customer: ApiClient) -> None:
    order = {"order_number": {"S": "10042"}, "status": {"S": "on its way"}, "arrives_on": {"S": "2 December"}}
    stack.target.dynamodb.put_item(TableName=stack.target.outputs["OrdersTableName"], Item=order)
    reply = invoked(customer, "Where is my order 10042?")
    assert reply["outputs"] == [
        {"node": "OrderOutput", "document": "Your order 10042 is on its way. It arrives on 2 December."}
    ]


def test_a_policy_is_answered_from_the_file_that_was_put(stack: Stack, customer: ApiClient) -> None:
    stack.target.s3.put_object(Bucket=stack.library.bucket, Key="flow-policies/returns.md", Body=RETURNS)

    def answered() -> bool:
        reply = invoked(customer, "What is your policy on returns of shoes?")
        return any("30 days" in json.dumps(each) for each in reply["outputs"])

    wait_until(answered, 120)


def test_events_come_over_the_websocket(customer: ApiClient) -> None:
    message = {"action": "flow", "flow": "customer-service", "input": ACCOUNT, "trace": True}
    told = list(customer.stream(message))
    assert told[-1]["type"] == "flow_result"
    assert [each["number"] for each in told[:-1]] == list(range(1, len(told)))
    assert EMAIL not in json.dumps(told)


def test_a_failed_function_ends_the_trace_and_its_words_are_masked(
    stack: Stack, customer: ApiClient, editor: ApiClient
) -> None:
    table = stack.target.outputs["OrdersTableName"]
    stack.target.dynamodb.put_item(TableName=table, Item={"order_number": {"S": "10099"}})
    reply = invoked(customer, f"My name is Mr. {NAME}. Where is my order 10099?", trace=True)
    assert (reply["status"], reply["error"]["name"]) == ("FAILED", "FlowNodeFailedError")
    assert (reply["nodes"][-1]["node"], reply["nodes"][-1]["error"]["code"]) == ("OrderStatus", "DEPENDENCY_FAILED")
    assert NAME not in json.dumps([reply, shown(editor, f"{FLOW}/runs/{reply['run_id']}")])


def test_a_node_is_tried_and_a_run_continued_with_another_input(customer: ApiClient, editor: ApiClient) -> None:
    run_id = invoked(customer, "Where is my order 10042?")["run_id"]
    trial = {"run_id": run_id, "node": "NormalizeLabel", "scope": "node", "inputs": {"label": " Policy\n"}}
    status, reply = editor.call("POST", f"{FLOW}/trials", trial)
    assert (status, reply["status"]) == (200, "SUCCEEDED"), reply
    assert reply["outputs"] == [{"node": "TrialOutput1", "document": "policy"}]
    status, reply = editor.call(
        "POST", f"{FLOW}/trials", {"run_id": run_id, "node": "ReadOrderNumber", "scope": "rest"}
    )
    assert (status, reply["status"]) == (200, "SUCCEEDED"), reply
    assert reply["outputs"][0]["node"] == "OrderOutput"
    assert shown(editor, f"{FLOW}/runs/{reply['run_id']}")["from_run"] == run_id
    assert customer.call("POST", f"{FLOW}/trials", trial)[0] == 403


def test_a_file_is_saved_once_and_validated(editor: ApiClient) -> None:
    file = shown(editor, f"{FLOW}/file")
    text = f"{file['text']}\n"
    saved = {"text": text, "layout": file["layout"], "revision": file["revision"]}
    assert editor.call("PUT", f"{FLOW}/file", saved)[0] == 200
    assert shown(editor, f"{FLOW}/file")["text"] == text
    assert editor.call("PUT", f"{FLOW}/file", saved | {"text": "{}"})[0] == 409
    status, found = editor.call("POST", "/flows/validate", {"definition": json.loads(text)})
    assert (status, found["validations"]) == (200, [])


def test_versions_are_rolled_back_and_the_alias_stays(stack: Stack, customer: ApiClient, editor: ApiClient) -> None:
    known = json.loads(stack.target.outputs["FlowIds"])["customer-service"]
    agent = stack.target.client("bedrock-agent")
    flow = agent.get_flow(flowIdentifier=known["id"])
    definition = flow["definition"]
    before = shown(editor, FLOW)["version"]
    for node in definition["nodes"]:
        if node["name"] == "NormalizeLabel":
            node["configuration"]["inlineCode"]["code"] += "  # another version"
    agent.update_flow(
        flowIdentifier=known["id"], name=flow["name"], executionRoleArn=flow["executionRoleArn"], definition=definition
    )
    agent.prepare_flow(flowIdentifier=known["id"])
    wait_until(lambda: agent.get_flow(flowIdentifier=known["id"])["status"] == "Prepared", 60)
    later = agent.create_flow_version(flowIdentifier=known["id"])["version"]
    try:
        assert editor.call("PUT", f"{FLOW}/alias", {"version": later}) == (200, {"version": later, "before": before})
        assert invoked(customer, ACCOUNT)["version"] == later
    finally:
        assert editor.call("PUT", f"{FLOW}/alias", {"version": before})[0] == 200
        agent.delete_flow_version(flowIdentifier=known["id"], flowVersion=later)
    assert invoked(customer, ACCOUNT)["version"] == before


def test_runs_are_measured(customer: ApiClient) -> None:
    invoked(customer, ACCOUNT)
    measures = shown(customer, f"{FLOW}/measures")
    assert measures["transitions"] > 0
    assert {each["node"] for each in measures["nodes"]} >= {"Classify", "GeneralAnswer"}


def test_nobody_sees_the_runs_of_others(stack: Stack, customer: ApiClient, everybody: People) -> None:
    run_id = invoked(customer, ACCOUNT)["run_id"]
    other = ApiClient(stack.target, everybody.token(f"{uuid.uuid4().hex[:8]}@example.com", ["customers"]))
    assert other.call("GET", f"{FLOW}/runs/{run_id}")[0] == 404
    assert shown(other, f"{FLOW}/runs")["runs"] == []


def logged(stack: Stack) -> list[Any]:
    client = stack.target.client("logs")
    found: list[Any] = []
    for group in client.describe_log_groups()["logGroups"]:
        try:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            found += [each["message"] for page in pages for each in page["events"]]
        except ClientError:
            continue
    return found
