"""A name and an address that are sent through each type of node come out of no exit of the product.

The flows are made on the machine, and the functions run in front of them as in the deployed stack.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.flow_agents import agent_alias, lambda_function
from tests.support.flow_canary import BUCKET, S3, branching, collecting, looping, storing
from tests.support.flow_definitions import MODEL, code, data, end, flow, function, line, node, prompt, start
from tests.support.flow_door import FlowDoor, deploy_door, flow_door
from tests.support.flow_machine import EVERYTHING, TRUST
from tests.support.knowledge_bases import knowledge_base
from tests.support.machine import Machine

type Json = dict[str, Any]

NAME, EMAIL = "Zebulon Quatermain", "zebulon.quatermain@example.com"
PRIVATE = ("zebulon", "quatermain", EMAIL)
MESSAGE = f"My name is Mr. {NAME}, {EMAIL}. How do I set up an account?"
SAYS = """
def handler(event, context):
    said = event["node"]["inputs"][0]["value"]
    if "fail" in event["node"]["name"].lower():
        raise ValueError(f"There is no customer {said}")
    return {"customer": said, said: [said]}
"""
ORDERS = """
def handler(event, context):
    told = {each["name"]: each["value"] for each in event["parameters"]}
    if "fail" in event["actionGroup"]:
        raise ValueError(f"There is no customer {told}")
    answer = {"TEXT": {"body": f"Nothing is on its way to {told['customer']}."}}
    response = {"actionGroup": event["actionGroup"], "function": event["function"]}
    return {"messageVersion": "1.0", "response": response | {"functionResponse": {"responseBody": answer}}}
"""
PARAMETERS = {"customer": {"type": "string", "description": "your name", "required": True}}


@pytest.fixture(scope="module")
def role(machine: Machine) -> str:
    return machine.role("door-role", TRUST, EVERYTHING)


@pytest.fixture(scope="module")
def settings(machine: Machine) -> Json:
    return deploy_door(machine)


@pytest.fixture(scope="module")
def made(machine: Machine, role: str) -> dict[str, str]:
    """What nodes name: functions, a knowledge base with the name in it, an object, agents."""
    s3 = machine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=MESSAGE, Body=f"Notes on {MESSAGE}".encode())
    orders = lambda_function(machine, "door-orders", ORDERS)
    base = knowledge_base(machine, role, "door", {"notes.md": f"# Accounts\n\n{MESSAGE} Choose Sign up.\n"})
    return {
        "says": lambda_function(machine, "door-says", SAYS),
        "base": base,
        "asks": agent_alias(machine, role, "door-asks", orders, PARAMETERS),
        "fails": agent_alias(machine, role, "door-fails", orders, PARAMETERS),
    }


@pytest.fixture
def door(machine: Machine, settings: Json, role: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlowDoor]:
    with flow_door(machine, settings, role, monkeypatch) as door:
        yield door


def texts() -> Json:
    """What code makes of a text: words one by one, an object with the text as a name, other cases."""
    words = code("Words", "text.split()", "Array", text="String")
    named = code("Named", "{text: {'text': text}}", "Object", text="String")
    cases = code("Cases", "[text.lower(), text.upper(), text.title()]", "Array", text="String")
    ends = [end(f"{each['name']}Out", each["outputs"][0]["type"]) for each in (words, named, cases)]
    connections = [data("FlowInput.document", f"{each}.text") for each in ("Words", "Named", "Cases")]
    connections += [data(f"{each}.response", f"{each}Out.document") for each in ("Words", "Named", "Cases")]
    return flow([start(), words, named, cases, *ends], connections)


def retrieving(base: str, model: str | None) -> Json:
    configuration = {"knowledgeBaseId": base} | ({"modelId": model} if model else {})
    output, kind = ("outputText", "String") if model else ("retrievalResults", "Array")
    asks = node("KnowledgeBase", "Ask", {"retrievalQuery": "String"}, {output: kind}, configuration)
    return line(asks, ends=kind)


def asking(alias: str) -> Json:
    inputs, outputs = {"agentInputText": "String"}, {"agentResponse": "String"}
    return line(node("Agent", "Ask", inputs, outputs, {"agentAliasArn": alias}))


FLOWS: dict[str, Any] = {
    "prompt": lambda made: line(
        prompt("Ask", "<help>Choose Sign up. {{ask}}</help><message>{{ask}}</message>", ask="String")
    ),
    "code": lambda made: texts(),
    "code that fails": lambda made: line(code("Fail", "raise ValueError(text)", "String", text="String")),
    "condition": lambda made: branching(),
    "iterator": lambda made: collecting(),
    "loop": lambda made: looping(),
    "storage": lambda made: storing(),
    "storage that fails": lambda made: storing({"serviceConfiguration": {"s3": {"bucketName": "no-such-bucket"}}}),
    "retrieval": lambda made: line(node("Retrieval", "Read", {"objectKey": "String"}, {"s3Content": "String"}, S3)),
    "function": lambda made: line(function("Say", made["says"], "Object", text="String"), ends="Object"),
    "function that fails": lambda made: line(function("FailSay", made["says"], "Object", text="String"), ends="Object"),
    "function of another type": lambda made: line(function("Say", made["says"], "String", text="String")),
    "part that is not there": lambda made: line(
        code("Named", "{text: text}", "Object", text="String"),
        code("Same", "text", "String", text="String $.data.customer"),
    ),
    "knowledge base": lambda made: retrieving(made["base"], None),
    "knowledge base with a model": lambda made: retrieving(made["base"], MODEL),
    "agent": lambda made: asking(made["asks"]),
    "agent that fails": lambda made: asking(made["fails"]),
}
FAILS = {each for each in FLOWS if "fails" in each or "another type" in each or "not there" in each}


@pytest.mark.parametrize("kind", FLOWS)
def test_a_name_and_an_address_come_out_of_no_exit(door: FlowDoor, made: dict[str, str], kind: str) -> None:
    definition = FLOWS[kind](made)
    door.deploy(definition, f"door-{kind.replace(' ', '-')}")
    document = [MESSAGE, MESSAGE] if kind == "iterator" else MESSAGE
    run = door.invoke(document)
    if kind.startswith("agent"):
        assert run["question"]["document"] == "Please tell me your name."
        run = door.invoke(MESSAGE, run_id=run["run_id"], node=run["question"]["node"])
    assert run["status"] == ("FAILED" if kind in FAILS else "SUCCEEDED"), run.get("error")
    assert {each["node"] for each in run["nodes"]} & {each["name"] for each in definition["nodes"][1:-1]}
    for name, told in door.exits(run, document).items():
        assert told, name
        text = json.dumps(told, default=str, ensure_ascii=False).lower()
        assert [each for each in PRIVATE if each in text] == [], name
    assert "{EMAIL}" in json.dumps(run), "what was masked is told by its kind"


def test_an_input_of_the_wrong_type_is_refused_without_telling_it(door: FlowDoor) -> None:
    door.deploy(line(code("Same", "text", "Number", text="Number"), kind="Number", ends="Number"), "door-type")
    run = door.invoke(MESSAGE)
    assert (run["status"], run["error"]["name"]) == ("FAILED", "FlowInputError")
    for name, told in door.exits(run, MESSAGE).items():
        text = json.dumps(told, default=str, ensure_ascii=False).lower()
        assert [each for each in PRIVATE if each in text] == [], name
