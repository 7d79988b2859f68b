"""Flows and prompts on the whole machine, through boto3: signatures, IAM, statuses, versions, and runs of each node."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError

from tests.support.flow_definitions import (
    MODEL,
    code,
    condition,
    data,
    end,
    flow,
    function,
    line,
    node,
    on,
    prompt,
    start,
)
from tests.support.flow_machine import (
    EVERYTHING,
    TRUST,
    no_longer_preparing,
    outputs,
    prepared,
    run,
    settled,
    shapes_checked,
    traces,
)
from tests.support.machine import Machine

type Json = dict[str, Any]

ACCOUNT = "000000000000"
BY_ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
BUCKET = "flow-objects"
CANARY = "Morgenrot4711"
FUNCTION = """
def handler(event, context):
    value = event["node"]["inputs"][0]["value"]
    if "fail" in value:
        raise ValueError("cannot do " + value)
    if "shape" in value:
        return sorted(event), sorted(event["flow"]), event["node"]["inputs"]
    return {"told": value}
"""


@pytest.fixture(scope="module")
def role(machine: Machine) -> str:
    return machine.role("flow-role", TRUST, EVERYTHING)


@pytest.fixture(scope="module")
def flows(machine: Machine) -> Iterator[Any]:
    client = shapes_checked(machine.client("bedrock-agent"))
    yield client
    client.close()


@pytest.fixture(scope="module")
def runtime(machine: Machine) -> Iterator[Any]:
    client = machine.client("bedrock-agent-runtime")
    yield client
    client.close()


@pytest.fixture(scope="module")
def orders(machine: Machine) -> str:
    """The ARN of a function."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", FUNCTION)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = machine.client("lambda").create_function(
        FunctionName="flow-orders",
        Runtime="python3.13",
        Role=machine.role("flow-orders-role", trust),
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    return made["FunctionArn"]


def named(flows: Any, name: str) -> str | None:
    pages = flows.get_paginator("list_flows").paginate()
    return next((each["id"] for page in pages for each in page["flowSummaries"] if each["name"] == name), None)


def refused(error: pytest.ExceptionInfo[ClientError]) -> str:
    response: Any = error.value.response
    return response["Error"]["Code"]


def shouting(text: str = "text.upper()") -> Json:
    return line(code("Shout", text, "String", text="String"))


def test_a_flow_lives_from_its_creation_to_its_deletion(flows: Any, runtime: Any, role: str) -> None:
    flow_id = prepared(flows, role, shouting(), "life")
    assert outputs(run(runtime, flow_id, "hello")) == ["HELLO"]
    assert named(flows, "life") == flow_id
    with pytest.raises(ClientError) as error:
        flows.create_flow(name="life", executionRoleArn=role)
    assert refused(error) == "ConflictException"
    changed = flows.update_flow(
        flowIdentifier=flow_id, name="life", executionRoleArn=role, definition=shouting("text.lower()")
    )
    assert changed["status"] == "NotPrepared"
    assert outputs(run(runtime, flow_id, "Hello")) == ["HELLO"], "what was prepared last still runs"
    with pytest.raises(ClientError) as error:
        flows.create_flow_version(flowIdentifier=flow_id)
    assert refused(error) == "ConflictException"
    assert "currently in status NotPrepared" in str(error.value)
    flows.prepare_flow(flowIdentifier=flow_id)
    settled(flows, flow_id)
    assert outputs(run(runtime, flow_id, "Hello")) == ["hello"]
    flows.delete_flow(flowIdentifier=flow_id)
    with pytest.raises(ClientError) as error:
        flows.get_flow(flowIdentifier=flow_id)
    assert refused(error) == "ResourceNotFoundException"


def test_a_flow_with_findings_is_failed_and_tells_them(flows: Any, runtime: Any, role: str) -> None:
    definition = shouting()
    definition["connections"] = []
    made = flows.create_flow(name="findings", executionRoleArn=role, definition=definition)
    flows.prepare_flow(flowIdentifier=made["id"])
    found = no_longer_preparing(flows, made["id"])
    assert found["status"] == "Failed"
    assert {each["type"] for each in found["validations"]} == {"UnfulfilledNodeInput", "UnreachableNode"}
    with pytest.raises(ClientError) as error:
        run(runtime, made["id"], "x")
    assert refused(error) == "ConflictException"
    told = flows.validate_flow_definition(definition=definition)["validations"]
    assert told == found["validations"]
    with pytest.raises(ClientError) as error:
        flows.validate_flow_definition(definition={"nodes": [start(), start()]})
    assert refused(error) == "ValidationException"


def test_versions_stay_as_they_were_and_there_are_ten_at_most(flows: Any, runtime: Any, role: str) -> None:
    flow_id = prepared(flows, role, shouting("'1'"), "versions")
    first = flows.create_flow_version(flowIdentifier=flow_id, description="the first")
    assert (first["version"], first["description"]) == ("1", "the first")
    alias = flows.create_flow_alias(flowIdentifier=flow_id, name="live", routingConfiguration=[{"flowVersion": "1"}])
    flows.update_flow(flowIdentifier=flow_id, name="versions", executionRoleArn=role, definition=shouting("'2'"))
    flows.prepare_flow(flowIdentifier=flow_id)
    settled(flows, flow_id)
    for number in range(2, 11):
        assert flows.create_flow_version(flowIdentifier=flow_id)["version"] == str(number)
    with pytest.raises(ClientError) as error:
        flows.create_flow_version(flowIdentifier=flow_id)
    assert refused(error) == "ServiceQuotaExceededException"
    assert "max-number-flow-versions" in str(error.value)
    assert outputs(run(runtime, flow_id, "x", alias["id"])) == ["1"]
    assert outputs(run(runtime, flows.get_flow(flowIdentifier=flow_id)["arn"], "x", alias["arn"])) == ["1"]
    with pytest.raises(ClientError) as error:
        flows.delete_flow_version(flowIdentifier=flow_id, flowVersion="1")
    assert refused(error) == "ConflictException"
    moved = flows.update_flow_alias(
        flowIdentifier=flow_id,
        aliasIdentifier=alias["id"],
        name="live",
        routingConfiguration=[{"flowVersion": "2"}],
    )
    assert moved["id"] == alias["id"]
    assert outputs(run(runtime, flow_id, "x", alias["id"])) == ["2"]
    flows.delete_flow_version(flowIdentifier=flow_id, flowVersion="1")
    assert flows.create_flow_version(flowIdentifier=flow_id)["version"] == "11"
    listed = flows.list_flow_versions(flowIdentifier=flow_id)["flowVersionSummaries"]
    assert [each["version"] for each in listed][:2] == ["11", "10"]
    told = flows.get_flow_version(flowIdentifier=flow_id, flowVersion="2")
    assert told["definition"]["nodes"][1]["configuration"]["inlineCode"]["code"] == "'2'"


def test_a_prompt_node_asks_the_model_and_its_trace_tells_what_it_cost(flows: Any, runtime: Any, role: str) -> None:
    text = "Labels: order, other\norder: where an order is\nother: everything else\n\n<message>{{ask}}</message>"
    classify = prompt("Classify", text, ask="String")
    route = condition("Route", {"isOrder": 'label == "order"'}, label="String")
    trim = code("Trim", "label.strip()", "String", label="String")
    definition = flow(
        [start(), classify, trim, route, end("OrderOut"), end("OtherOut")],
        [
            data("FlowInput.document", "Classify.ask"),
            data("Classify.modelCompletion", "Trim.label"),
            data("Trim.response", "Route.label"),
            data("FlowInput.document", "OrderOut.document"),
            data("FlowInput.document", "OtherOut.document"),
            on("Route.isOrder", "OrderOut"),
            on("Route.default", "OtherOut"),
        ],
    )
    flow_id = prepared(flows, role, definition, "prompts")
    events = run(runtime, flow_id, "Where is my order 12?")
    [told] = [each["flowOutputEvent"] for each in events if "flowOutputEvent" in each]
    assert (told["nodeName"], told["nodeType"]) == ("OrderOut", "FlowOutputNode")
    assert events[-1]["flowCompletionEvent"] == {"completionReason": "SUCCESS"}
    [action] = traces(events, "nodeActionTrace")
    assert (action["serviceName"], action["operationName"]) == ("bedrock", "Converse")
    assert action["operationResponse"]["usage"]["totalTokens"] > 0
    assert action["operationResponse"]["metrics"]["latencyMs"] >= 1
    assert [each["nodeName"] for each in traces(events, "conditionNodeResultTrace")] == ["Route"]


def test_a_prompt_of_its_own_is_used_in_the_version_that_is_named(flows: Any, runtime: Any, role: str) -> None:
    variant = {
        "name": "one",
        "modelId": MODEL,
        "templateType": "TEXT",
        "templateConfiguration": {
            "text": {
                "text": "<help>Press the green button.</help><message>{{ask}}</message>",
                "inputVariables": [{"name": "ask"}],
            }
        },
    }
    made = flows.create_prompt(name="helper", defaultVariant="one", variants=[variant])
    version = flows.create_prompt_version(promptIdentifier=made["id"])
    assert version["arn"] == f"{made['arn']}:1"
    variant["templateConfiguration"]["text"]["text"] = "<help>Press the red button.</help><message>{{ask}}</message>"
    flows.update_prompt(promptIdentifier=made["id"], name="helper", defaultVariant="one", variants=[variant])
    for arn, color in ((version["arn"], "green"), (made["arn"], "red")):
        source = {"sourceConfiguration": {"resource": {"promptArn": arn}}}
        asks = node("Prompt", "Ask", {"ask": "String"}, {"modelCompletion": "String"}, source)
        flow_id = prepared(flows, role, line(asks), f"prompt-{color}")
        assert color in outputs(run(runtime, flow_id, "Which button do I press?"))[0]


def test_a_function_gets_the_event_that_aws_documents(flows: Any, runtime: Any, role: str, orders: str) -> None:
    flow_id = prepared(flows, role, line(function("Ask", orders, "Array", text="String"), ends="Array"), "lambda")
    event, about, inputs = outputs(run(runtime, flow_id, "shape"))[0]
    assert event == ["flow", "messageVersion", "node"]
    assert about == ["flowAliasArn", "flowArn"]
    assert inputs == [{"name": "text", "type": "STRING", "expression": "$.data", "value": "shape"}]


def test_a_function_that_fails_ends_the_run_with_its_name(flows: Any, runtime: Any, role: str, orders: str) -> None:
    flow_id = prepared(flows, role, line(function("Ask", orders, "Object", text="String"), ends="Object"), "failing")
    with pytest.raises(EventStreamError) as error:
        run(runtime, flow_id, "fail")
    assert refused(error) == "dependencyFailedException"
    assert "ValueError: cannot do fail" in str(error.value)
    with pytest.raises(EventStreamError) as error:
        run(runtime, prepared(flows, role, shouting("1/0"), "no-code"), "x")
    assert refused(error) == "dependencyFailedException"
    assert "ZeroDivisionError" in str(error.value)


def test_objects_are_stored_and_read_with_the_execution_role(
    machine: Machine, flows: Any, runtime: Any, role: str
) -> None:
    s3 = machine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    bucket = {"serviceConfiguration": {"s3": {"bucketName": BUCKET}}}
    stores = node(
        "Storage",
        "Keep",
        {"content": "Object $.data.content", "objectKey": "String $.data.key"},
        {"s3Uri": "String"},
        bucket,
    )
    definition = flow(
        [start("Object"), stores, end()],
        [
            data("FlowInput.document", "Keep.content"),
            data("FlowInput.document", "Keep.objectKey"),
            data("Keep.s3Uri", "FlowOutput.document"),
        ],
    )
    flow_id = prepared(flows, role, definition, "storing")
    asked = {"key": "notes/ä b.json", "content": {"a": "ü"}}
    assert outputs(run(runtime, flow_id, asked)) == [f"s3://{BUCKET}/notes/ä b.json"]
    assert json.loads(s3.get_object(Bucket=BUCKET, Key="notes/ä b.json")["Body"].read()) == {"a": "ü"}
    reads = node("Retrieval", "Read", {"objectKey": "String"}, {"s3Content": "String"}, bucket)
    flow_id = prepared(flows, role, line(reads), "reading")
    assert outputs(run(runtime, flow_id, "notes/ä b.json")) == ['{"a": "ü"}']
    with pytest.raises(EventStreamError) as error:
        run(runtime, flow_id, "notes/none")
    assert refused(error) == "dependencyFailedException"


@pytest.mark.parametrize("kind", ["model", "function", "object"])
def test_a_role_without_the_permission_ends_the_run(
    machine: Machine, flows: Any, runtime: Any, orders: str, kind: str
) -> None:
    lacking = machine.role(f"flow-lacking-{kind}", TRUST)
    bucket = {"serviceConfiguration": {"s3": {"bucketName": BUCKET}}}
    nodes = {
        "model": prompt("Ask", "{{ask}}", ask="String"),
        "function": function("Ask", orders, "String", ask="String"),
        "object": node("Retrieval", "Ask", {"objectKey": "String"}, {"s3Content": "String"}, bucket),
    }
    flow_id = prepared(flows, lacking, line(nodes[kind]), f"lacking-{kind}")
    with pytest.raises(EventStreamError) as error:
        run(runtime, flow_id, "x")
    assert refused(error) == "accessDeniedException"


def test_a_role_that_the_service_may_not_assume_runs_nothing(machine: Machine, flows: Any, runtime: Any) -> None:
    strange = machine.role("flow-strange", BY_ROOT, EVERYTHING)
    flow_id = prepared(flows, strange, shouting(), "strange")
    with pytest.raises(ClientError) as error:
        run(runtime, flow_id, "x")
    assert refused(error) == "AccessDeniedException"


def test_callers_are_allowed_their_actions_on_their_flows_only(
    machine: Machine, flows: Any, runtime: Any, role: str
) -> None:
    flow_id = prepared(flows, role, shouting(), "callers")
    flows.create_flow_version(flowIdentifier=flow_id)
    alias = flows.create_flow_alias(flowIdentifier=flow_id, name="live", routingConfiguration=[{"flowVersion": "1"}])
    allowed = {"Effect": "Allow", "Action": "bedrock:InvokeFlow", "Resource": alias["arn"]}
    caller = machine.role("flow-caller", BY_ROOT, allowed)
    session = machine.client("sts").assume_role(RoleArn=caller, RoleSessionName="test")["Credentials"]
    theirs = machine.client("bedrock-agent-runtime", session)
    assert outputs(run(theirs, flow_id, "x", alias["id"])) == ["X"]
    assert outputs(run(theirs, flows.get_flow(flowIdentifier=flow_id)["arn"], "x", alias["arn"])) == ["X"]
    for call in (
        lambda: run(theirs, flow_id, "x"),
        lambda: machine.client("bedrock-agent", session).get_flow(flowIdentifier=flow_id),
        lambda: machine.client("bedrock-agent", session).create_flow(name="theirs", executionRoleArn=role),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert refused(error) == "AccessDeniedException"
    may_create = machine.role("flow-creator", BY_ROOT, {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"})
    session = machine.client("sts").assume_role(RoleArn=may_create, RoleSessionName="test")["Credentials"]
    with pytest.raises(ClientError, match="iam:PassRole"):
        machine.client("bedrock-agent", session).create_flow(name="theirs", executionRoleArn=role)
    to_bedrock = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    passing = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role, "Condition": to_bedrock}
    creating = {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}
    may_pass = machine.role("flow-passer", BY_ROOT, creating, passing)
    session = machine.client("sts").assume_role(RoleArn=may_pass, RoleSessionName="test")["Credentials"]
    assert machine.client("bedrock-agent", session).create_flow(name="theirs", executionRoleArn=role)["id"]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"nodeName": "Nowhere", "nodeOutputName": "document"}, "no node Nowhere"),
        ({"nodeName": "Shout", "nodeOutputName": "document"}, "not an input node"),
        ({"nodeName": "FlowInput", "nodeOutputName": "other"}, "no output other"),
        ({"nodeName": "Shout", "nodeInputName": "agentInputText"}, "No question"),
    ],
)
def test_an_input_that_the_flow_does_not_have_is_refused(
    flows: Any, runtime: Any, role: str, inputs: Json, told: str
) -> None:
    flow_id = named(flows, "inputs") or prepared(flows, role, shouting(), "inputs")
    with pytest.raises(ClientError, match=told) as error:
        run(runtime, flow_id, "x", inputs=[inputs | {"content": {"document": "x"}}])
    assert refused(error) == "ValidationException"


def test_a_slow_preparation_refuses_changes(machine: Machine, flows: Any, role: str) -> None:
    made = flows.create_flow(name="slow", executionRoleArn=role, definition=shouting())
    machine.faults(f"bedrock-agent.Preparing[{made['id']}]=delay:60*1")
    flows.prepare_flow(flowIdentifier=made["id"])
    machine.faults("")
    assert flows.get_flow(flowIdentifier=made["id"])["status"] == "Preparing"
    with pytest.raises(ClientError) as error:
        flows.update_flow(flowIdentifier=made["id"], name="slow", executionRoleArn=role)
    assert refused(error) == "ConflictException"


def test_nothing_of_a_message_is_logged_or_kept(
    machine: Machine, flows: Any, runtime: Any, role: str, orders: str
) -> None:
    run(runtime, prepared(flows, role, shouting(), "quiet"), CANARY)
    definitions = [shouting("1/0"), shouting("raise ValueError(text)"), shouting("text +")]
    for number, definition in enumerate(definitions):
        failing = prepared(flows, role, definition, f"quiet{number}")
        with pytest.raises(EventStreamError):
            run(runtime, failing, CANARY)
    assert CANARY not in machine.settings.log.read_text()
    asks = line(function("Ask", orders, "Object", text="String"), ends="Object")
    with pytest.raises(EventStreamError):  # what a function writes to its log is its own matter
        run(runtime, prepared(flows, role, asks, "quiet-function"), f"fail {CANARY}")
    for file in (machine.settings.home / "flows").iterdir():
        assert CANARY.encode() not in file.read_bytes()


def test_a_guardrail_masks_and_blocks_at_its_node(machine: Machine, flows: Any, runtime: Any, role: str) -> None:
    made = machine.client("bedrock").create_guardrail(
        name="flow-guardrail",
        blockedInputMessaging="I cannot talk about this.",
        blockedOutputsMessaging="I cannot say this.",
        sensitiveInformationPolicyConfig={
            "piiEntitiesConfig": [{"type": kind, "action": "ANONYMIZE"} for kind in ("NAME", "EMAIL")]
        },
        wordPolicyConfig={"wordsConfig": [{"text": "Rivalco"}]},
    )
    guardrail = {"guardrailIdentifier": made["guardrailId"], "guardrailVersion": "DRAFT"}
    text = "<help>To set up an account, choose Sign up.</help>\n<message>{{ask}}</message>"
    flow_id = prepared(flows, role, line(prompt("Reply", text, guardrail, ask="String")), "guarded")
    events = run(runtime, flow_id, "I am John Miller, john@example.com. How do I set up an account?")
    assert outputs(events)[0].startswith("Dear Mr. {NAME},")
    assert "Sign up" in outputs(events)[0]
    [action] = traces(events, "nodeActionTrace")
    assessed = action["operationResponse"]["trace"]["guardrail"]["inputAssessment"][made["guardrailId"]]
    kinds = {each["type"] for each in assessed["sensitiveInformationPolicy"]["piiEntities"]}
    assert kinds == {"NAME", "EMAIL"}
    events = run(runtime, flow_id, "Is Rivalco cheaper?")
    assert outputs(events) == ["I cannot talk about this."]
    [action] = traces(events, "nodeActionTrace")
    assert action["operationResponse"]["stopReason"] == "guardrail_intervened"
    invoking = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
    lacking = machine.role("flow-lacking-guardrail", TRUST, invoking)
    flow_id = prepared(flows, lacking, line(prompt("Reply", text, guardrail, ask="String")), "unguarded")
    with pytest.raises(EventStreamError) as error:
        run(runtime, flow_id, "Hello")
    assert refused(error) == "accessDeniedException"
    assert "bedrock:ApplyGuardrail" in str(error.value)
