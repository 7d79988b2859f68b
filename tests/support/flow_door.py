"""The product's functions in front of flows that a test makes on a machine: every exit of a run, by its name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from flows.flow_tests import FlowTest
from local.settings import REGION, ROOT
from tests.support.api_calls import asked, call
from tests.support.aws import new_clients
from tests.support.fake_connections import FakeConnections
from tests.support.flow_machine import prepared
from tests.support.functions import Function
from tests.support.machine import Machine
from tests.support.people_of_flows import EDITOR
from tests.support.project import sample_event, template

type Json = dict[str, Any]

FLOW = "customer-service"  # as it is deployed; what it does, a test decides
STACK = "flow-door"
FUNCTIONS = ("invoke_flow", "show_flow_runs", "try_flow_node", "save_flow_test", "show_flows")
# What of the template the functions use.
TABLES = ("FlowRunsTable", "CallersTable", "UsageTable")


def deploy_door(machine: Machine) -> Json:
    """The template's tables and guardrail, as settings of the functions."""
    whole = template()
    version = next(name for name in whole["Resources"] if name.startswith("FlowGuardrailVersion"))
    outputs: Json = {name: {"Value": {"Ref": name}} for name in TABLES}
    outputs["Guardrail"] = {"Value": {"Fn::GetAtt": ["FlowGuardrail", "GuardrailId"]}}
    outputs["GuardrailVersion"] = {"Value": {"Fn::GetAtt": [version, "Version"]}}
    part = {name: whole[name] for name in ("Parameters", "Conditions")} | {
        "Resources": {name: whole["Resources"][name] for name in (*TABLES, "FlowGuardrail", version)},
        "Outputs": outputs,
    }
    stacks = machine.client("cloudformation")
    stacks.create_stack(StackName=STACK, TemplateBody=json.dumps(part))
    stacks.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    [stack] = stacks.describe_stacks(StackName=STACK)["Stacks"]
    found = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    return {
        "AWS_ENDPOINT_URL": machine.settings.url,
        "FLOW_RUNS_TABLE": found["FlowRunsTable"],
        "CALLERS_TABLE": found["CallersTable"],
        "USAGE_TABLE": found["UsageTable"],
        "GUARDRAIL_ID": found["Guardrail"],
        "GUARDRAIL_VERSION": found["GuardrailVersion"],
        "REQUESTS_PER_MINUTE": "100000",
    }


@dataclass
class FlowDoor:
    machine: Machine
    functions: dict[str, Function]
    connections: FakeConnections
    role: str

    def deploy(self, definition: Json, name: str) -> None:
        """A flow with a version and an alias, which the functions take for the one that is deployed."""
        flows = self.machine.client("bedrock-agent")
        flow_id = prepared(flows, self.role, definition, name)
        version = flows.create_flow_version(flowIdentifier=flow_id)["version"]
        route = [{"flowVersion": version}]
        alias = flows.create_flow_alias(flowIdentifier=flow_id, name="live", routingConfiguration=route)["id"]
        for function in self.functions.values():
            function.set(FLOWS=json.dumps({FLOW: {"id": flow_id, "alias": alias}}))

    def invoke(self, document: Any, **more: Any) -> Json:
        event = asked(sample_event("invoke_flow.account.json"), EDITOR, body={"input": document, "trace": True, **more})
        status, reply = call(self.functions["invoke_flow"], event)
        assert status == 200, reply
        return reply

    def exits(self, run: Json, document: Any) -> dict[str, Any]:
        """What the product shows and keeps of a run and of another one with the same input, and what it logged."""
        path = {"flow": FLOW, "run_id": run["run_id"]}
        one = self._call("show_flow_runs.run.json", path)
        streamed = sample_event("invoke_flow.stream.json")
        message = json.loads(streamed["body"]) | {"input": document}
        self.functions["invoke_flow"](streamed | {"body": json.dumps(message)})
        exits = {
            "answer and trace": run,
            "run": one,
            "runs": self._call("show_flow_runs.list.json", {"flow": FLOW}),
            "times": self._call("show_flow_runs.measures.json", {"flow": FLOW}),
            "WebSocket": self.connections.messages,
            "trials": [self._tried(run, each["node"]) for each in run["nodes"] if each["inputs"]],
            "table": self.machine.client("dynamodb").scan(TableName=self._setting("FLOW_RUNS_TABLE"))["Items"],
            "usage": self.machine.client("dynamodb").scan(TableName=self._setting("USAGE_TABLE"))["Items"],
            "log and metrics": [each.logged for each in self.functions.values()],
        }
        if "from_run" not in one and "flowInputEvent" in json.dumps(one["events"]):
            test = {"flow": FLOW, "test": "canary"}
            body = {"run_id": run["run_id"], "compare": "texts"}
            saved = self._call("save_flow_test.path.json", test, body)
            exits["test"] = [saved, self._call("show_flows.tests.json", {"flow": FLOW})]
            nothing = run | {"nodes": [], "outputs": []}
            exits["difference"] = FlowTest.parse(saved["text"]).differences(nothing)
        return exits

    def _tried(self, run: Json, node: str) -> Json:
        """A trial, or why there is none: one cannot begin at an Output node."""
        event = asked(
            sample_event("try_flow_node.node.json"), EDITOR, {"run_id": run["run_id"], "node": node, "scope": "node"}
        )
        status, reply = call(self.functions["try_flow_node"], event)
        assert status in (200, 409), reply
        return reply

    def _call(self, event: str, path: Json, body: Json | None = None) -> Json:
        name = event.partition(".")[0]
        status, reply = call(self.functions[name], asked(sample_event(event), EDITOR, body=body, path=path))
        assert status == 200, reply
        return reply

    def _setting(self, name: str) -> str:
        return getattr(self.functions["invoke_flow"].app.settings(), name.lower())


@contextmanager
def flow_door(machine: Machine, settings: Json, role: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlowDoor]:
    functions = {name: Function(name, monkeypatch) for name in FUNCTIONS}
    for function in functions.values():
        function.set(**settings, FLOW_ROLE_ARN=role)
    keys = ROOT["AWS_ACCESS_KEY_ID"], ROOT["AWS_SECRET_ACCESS_KEY"]
    session = boto3.Session(*keys, region_name=REGION)
    connections = FakeConnections()
    with connections.attached(session), new_clients():
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        try:
            yield FlowDoor(machine, functions, connections, role)
        finally:
            for function in functions.values():
                function.close()
