"""The flows on the deployed template: the article's customer-service assistant with every branch, masked, with trace,
trials and tests; and an agent that asks."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.flow_samples import put_flow_samples
from flows.flow_tests import FlowTest
from flows.run_events import time_text
from tests.support.api_client import ApiClient
from tests.support.people import People
from tests.support.project import ROOT
from tests.support.stack import Stack
from tests.support.waiting import wait_until

FLOW, DESK = "/flows/customer-service", "/flows/order-desk"
NAME, EMAIL = "Zebulon Quatermain", "zebulon.quatermain@example.com"
ACCOUNT = f"My name is Mr. {NAME}, {EMAIL}. How do I set up an account?"


@pytest.fixture(scope="module")
def editor(running_stack: Stack, everybody: People) -> ApiClient:
    """On this machine the flow editors are the group everyone."""
    return ApiClient(running_stack.target, everybody.token("fiona@example.com", ["everyone"]))


@pytest.fixture(scope="module", autouse=True)
def _samples(running_stack: Stack) -> None:
    put_flow_samples(running_stack.target)


@pytest.fixture
def customer(stack: Stack, everybody: People) -> ApiClient:
    return ApiClient(stack.target, everybody.token("carl@example.com", ["customers"]))


def invoked(client: ApiClient, message: Any, flow: str = FLOW, **more: Any) -> dict[str, Any]:
    status, reply = client.call("POST", f"{flow}/invoke", {"input": message, **more})
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


def test_an_order_is_looked_up(customer: ApiClient) -> None:
    reply = invoked(customer, "Where is my order 1234?")
    assert reply["outputs"] == [
        {"node": "OrderOutput", "document": "Your order 1234 is on its way. It arrives on 2 December."}
    ]


def test_a_policy_is_answered_from_the_file_that_was_put(customer: ApiClient) -> None:
    def answered() -> bool:
        reply = invoked(customer, "What is your policy on returns of shoes?")
        return any("30 days" in json.dumps(each) for each in reply["outputs"])

    wait_until(answered, 120)


def test_an_agent_asks_and_a_turn_that_does_not_fit_is_refused_by_name(stack: Stack, customer: ApiClient) -> None:
    def turn(answer: str, run: dict[str, Any], node: str) -> tuple[int, Any]:
        return customer.call("POST", f"{DESK}/invoke", {"input": answer, "run_id": run["run_id"], "node": node})

    run = invoked(customer, "Where is my order?", DESK)
    assert (run["status"], run["question"]["node"]) == ("INPUT_REQUIRED", "FindOrder")
    assert run["question"]["document"] == "Please tell me the number of your order."
    assert turn("1234", run, "OrderOutput")[1]["type"] == "urn:docent:problem:FlowTurnNodeError"
    status, done = turn("It is 1234", run, "FindOrder")
    assert (status, done["status"], done["run_id"]) == (200, "SUCCEEDED", run["run_id"]), done
    assert done["outputs"][0]["document"] == "Your order 1234 is on its way. It arrives on 2 December."
    status, refused = turn("1234", run, "FindOrder")
    assert (status, refused["type"]) == (409, "urn:docent:problem:FlowTurnTakenError")

    late = invoked(customer, "Where is my order?", DESK)
    stack.target.dynamodb.update_item(
        TableName=stack.target.outputs["FlowRunsTableName"],
        Key={"run_id": {"S": late["run_id"]}, "item": {"S": "run"}},
        UpdateExpression="SET question = :question",
        ExpressionAttributeValues={":question": {"S": json.dumps(late["question"] | {"until": time_text(0)})}},
    )
    status, refused = turn("1234", late, "FindOrder")
    assert (status, refused["type"]) == (409, "urn:docent:problem:FlowTurnLateError")


def test_an_empty_input_is_refused(customer: ApiClient) -> None:
    status, refused = customer.call("POST", f"{FLOW}/invoke", {"input": " "})
    assert (status, refused["type"]) == (400, "urn:docent:problem:FlowInputError")


def test_a_run_is_saved_as_a_test_and_pulled(customer: ApiClient, editor: ApiClient) -> None:
    run = invoked(customer, ACCOUNT)
    body = {"run_id": run["run_id"], "compare": "texts"}
    assert customer.call("PUT", f"{FLOW}/tests/journey", body)[0] == 403
    status, saved = editor.call("PUT", f"{FLOW}/tests/journey", body)
    assert status == 200, saved
    assert saved["text"] in [each["text"] for each in shown(editor, f"{FLOW}/tests")["tests"]]
    test = FlowTest.parse(saved["text"])
    assert test.input == "My name is Mr. {NAME}, {EMAIL}. How do I set up an account?"
    assert test.differences(invoked(editor, test.input, trace=True)) == []
    assert shown(editor, f"{FLOW}/differences")["after"] == "file"


def test_the_tests_of_the_repository_run_and_a_difference_is_told_by_node(stack: Stack, tmp_path: Path) -> None:
    def tested(folder: Path) -> tuple[int, str]:
        home = {"DOCENT_HOME": str(stack.target.local.home), "DOCENT_PORT": str(stack.target.local.port)}
        command = [str(Path(sys.executable).parent / "docent"), "flow", "test"]
        done = subprocess.run(command, cwd=folder, env=os.environ | home, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, told = tested(ROOT)
    assert (code, "✗" in told) == (0, False), told
    files = sorted((ROOT / "flows" / "tests").glob("*.json"))
    assert told.count("✓") == len(files) >= 4
    (tmp_path / "flows" / "tests").mkdir(parents=True)
    changed = json.loads(files[0].read_text())
    changed["expected"]["nodes"]["Route"]["conditions"] = ["isPolicy"]
    (tmp_path / "flows" / "tests" / files[0].name).write_text(json.dumps(changed))
    code, told = tested(tmp_path)
    assert code == 1
    assert "Route: held isPolicy → default" in told


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
