"""Agent nodes: questions to the user, and answers that come for the right run, in time and once."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.flow_agents import agent_alias, lambda_function
from tests.support.flow_definitions import line, node
from tests.support.flow_machine import EVERYTHING, TRUST, outputs, prepared, run, traces
from tests.support.machine import Machine

type Json = dict[str, Any]

FUNCTION = """
def handler(event, context):
    told = {each["name"]: each["value"] for each in event["parameters"]}
    body = f"Order {told['orderNumber']} of {told['email']} is on its way."
    answer = {"TEXT": {"body": body}}
    response = {"actionGroup": event["actionGroup"], "function": event["function"]}
    return {"messageVersion": "1.0", "response": response | {"functionResponse": {"responseBody": answer}}}
"""
PARAMETERS = {
    "orderNumber": {"type": "integer", "description": "The number of the order", "required": True},
    "email": {"type": "string", "description": "your e-mail address", "required": True},
    "note": {"type": "string", "description": "A note", "required": False},
}


@pytest.fixture(scope="module")
def runtime(machine: Machine) -> Any:
    return machine.client("bedrock-agent-runtime")


@pytest.fixture(scope="module")
def flow_id(machine: Machine) -> str:
    role = machine.role("agent-role", TRUST, EVERYTHING)
    alias = agent_alias(machine, role, "orders", lambda_function(machine, "agent-orders", FUNCTION), PARAMETERS)
    configuration = {"agentAliasArn": alias}
    asks = node("Agent", "Ask", {"agentInputText": "String"}, {"agentResponse": "String"}, configuration)
    return prepared(machine.client("bedrock-agent"), role, line(asks), "agents")


def begun(runtime: Any, flow_id: str, text: str, execution: str) -> list[Json]:
    return run(runtime, flow_id, text, executionId=execution)


def answered(runtime: Any, flow_id: str, text: str, execution: str, node: str = "Ask") -> list[Json]:
    inputs = [{"nodeName": node, "nodeInputName": "agentInputText", "content": {"document": text}}]
    return run(runtime, flow_id, None, executionId=execution, inputs=inputs)


def question(events: list[Json]) -> str:
    [asked] = [each["flowMultiTurnInputRequestEvent"] for each in events if "flowMultiTurnInputRequestEvent" in each]
    assert events[-1]["flowCompletionEvent"] == {"completionReason": "INPUT_REQUIRED"}
    assert asked["nodeName"] == "Ask"
    return asked["content"]["document"]


def test_an_agent_asks_for_what_its_function_requires(runtime: Any, flow_id: str) -> None:
    events = begun(runtime, flow_id, "Where is my order?", "conversation-1")
    assert question(events) == "Please tell me the number of the order."
    events = answered(runtime, flow_id, "It is 4711", "conversation-1")
    assert question(events) == "Please tell me your e-mail address."
    events = answered(runtime, flow_id, "mary@example.com", "conversation-1")
    assert outputs(events) == ["Order 4711 of mary@example.com is on its way."]
    assert events[-1]["flowCompletionEvent"] == {"completionReason": "SUCCESS"}
    assert traces(events, "nodeDependencyTrace")[0]["traceElements"]["agentTraces"][0]["sessionId"] == "conversation-1"


def test_what_the_first_message_tells_is_not_asked(runtime: Any, flow_id: str) -> None:
    events = begun(runtime, flow_id, "Where is order 12, mary@example.com?", "conversation-2")
    assert outputs(events) == ["Order 12 of mary@example.com is on its way."]


def test_an_answer_that_does_not_fit_is_refused_by_name_and_a_restart_keeps_the_question(
    machine: Machine, runtime: Any, flow_id: str
) -> None:
    question(begun(runtime, flow_id, "Where is my order?", "conversation-3"))
    with pytest.raises(ClientError, match="The node Ask asked, not FlowOutput"):
        answered(runtime, flow_id, "12", "conversation-3", node="FlowOutput")
    with pytest.raises(ClientError, match="No question of the execution conversation-4"):
        answered(runtime, flow_id, "12", "conversation-4")
    machine.restart()
    question(answered(runtime, flow_id, "12", "conversation-3"))
    outputs(answered(runtime, flow_id, "mary@example.com", "conversation-3"))
    with pytest.raises(ClientError, match="No question of the execution conversation-3"):
        answered(runtime, flow_id, "mary@example.com", "conversation-3")
