"""One node, or the rest of a run from a node, as a new run."""

import json
from typing import Any

import pytest

from docent.callers import Caller
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import FLOW_RUNS_TABLE, World
from tests.support.fake_flows import DONE, FakeFlows, gave, put_out, took
from tests.support.fake_models import FakeGuardrail
from tests.support.flow_runs import RUN_ID, kept, put_run
from tests.support.functions import Function
from tests.support.people_of_flows import EDITOR
from tests.support.project import sample_event

EVENT = sample_event("try_flow_node.node.json")
EVENTS = kept(
    gave("FlowInputNode", 0, document="Where is order 10042?"),
    took("Classify", 10, message="Where is order 10042?"),
    gave("Classify", 210, modelCompletion="order"),
    took("NormalizeLabel", 220, label="order"),
    gave("NormalizeLabel", 230, response="order"),
    took("Route", 240, label="order"),
    took("ReadOrderNumber", 250, message="Where is order 10042?"),
    gave("ReadOrderNumber", 260, response="10042"),
    took("OrderStatus", 270, orderNumber="10042"),
    gave("OrderStatus", 280, functionResponse="On its way."),
    DONE,
)


@pytest.fixture(autouse=True)
def _world(aws: World, flows: FakeFlows, guardrail: FakeGuardrail) -> None:
    put_run(aws, events=EVENTS)
    flows.run = [put_out("TrialOutput1", "On its way."), DONE]


def tried(function: Function, caller: Caller = EDITOR, **body: Any) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body={"run_id": RUN_ID, "node": "OrderStatus", "scope": "node"} | body))


def sent(flows: FakeFlows) -> Any:
    return flows.asked("InvokeFlow")[-1]["inputs"][0]["content"]["document"]


def test_a_node_is_run_on_its_inputs_of_the_run_in_a_flow_that_is_deleted(function: Function, flows: FakeFlows) -> None:
    status, body = tried(function)
    assert (status, body["status"]) == (200, "SUCCEEDED")
    assert body["run_id"] != RUN_ID
    assert sent(flows) == {"i0": "10042"}
    (made,) = flows.asked("CreateFlow")
    assert [node["name"] for node in made["definition"]["nodes"]] == ["FlowInputNode", "OrderStatus", "TrialOutput1"]
    assert flows.made == {}


def test_given_inputs_count_before_those_of_the_run(function: Function, flows: FakeFlows) -> None:
    tried(function, inputs={"orderNumber": "7"})
    assert sent(flows) == {"i0": "7"}


def test_the_rest_of_a_run_gets_what_the_other_nodes_gave(function: Function, flows: FakeFlows) -> None:
    status, body = tried(function, node="Route", scope="rest", inputs={"label": "policy"})
    assert status == 200, body
    (made,) = flows.asked("CreateFlow")
    names = [node["name"] for node in made["definition"]["nodes"]]
    assert "Classify" not in names
    assert "PolicyOutput" in names
    assert set(sent(flows).values()) == {"policy", "Where is order 10042?"}


def test_it_is_kept_as_a_new_run_beside_the_old_one(function: Function, aws: World) -> None:
    before = [row for row in aws.items(FLOW_RUNS_TABLE) if row["run_id"] == RUN_ID]
    _, body = tried(function)
    rows = aws.items(FLOW_RUNS_TABLE)
    assert [row for row in rows if row["run_id"] == RUN_ID] == before
    (row,) = (each for each in rows if (each["run_id"], each["item"]) == (body["run_id"], "run"))
    assert (row["from_run"], row["from_node"]) == (RUN_ID, "OrderStatus")


def test_the_flow_is_deleted_if_the_run_fails_too(function: Function, flows: FakeFlows) -> None:
    flows.run, flows.ends = [], ("dependencyFailedException", "No.")
    assert tried(function)[1]["status"] == "FAILED"
    assert flows.made == {}


def test_what_bedrock_does_not_prepare_is_told(function: Function, flows: FakeFlows) -> None:
    flows.invalid = ["The node is invalid."]
    status, body = tried(function)
    assert (status, body["type"]) == (409, "urn:docent:problem:FlowTrialError")
    assert "The node is invalid." in body["detail"]
    assert flows.made == {}


@pytest.mark.parametrize("node", ["FlowInputNode", "OrderOutput", "Nothing", "GeneralAnswer"])
def test_a_node_without_its_inputs_is_refused(function: Function, node: str) -> None:
    status, body = tried(function, node=node)
    assert (status, body["type"]) == (409, "urn:docent:problem:FlowTrialError"), json.dumps(body)


def test_only_editors_try_nodes(function: Function) -> None:
    assert tried(function, MARY)[0] == 403
