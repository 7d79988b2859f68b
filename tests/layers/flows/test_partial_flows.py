"""Parts of a flow as flows of their own: Bedrock takes them, and they get what they would have got."""

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from docent.errors.flows import FlowTrialError
from flows.partial_flows import trial_of
from flows.validation import refusals, validate
from tests.support.fake_flows import CUSTOMER_SERVICE

NODES = {each["name"]: each for each in CUSTOMER_SERVICE["nodes"]}
INNER = [name for name, node in NODES.items() if node["type"] not in ("Input", "Output")]
OUTPUTS: dict[tuple[str, str], Any] = {
    (name, port["name"]): f"{name} gave this" for name, node in NODES.items() for port in node.get("outputs", [])
}


def inputs_of(name: str) -> dict[str, Any]:
    return {port["name"]: "given" for port in NODES[name]["inputs"]}


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("name", INNER)
def test_each_part_is_a_valid_flow(name: str, alone: bool) -> None:
    trial = trial_of(CUSTOMER_SERVICE, name, alone, inputs_of(name), OUTPUTS)
    assert refusals(trial.definition) == []
    assert [each for each in validate(trial.definition) if each["severity"] == "Error"] == []
    shape = botocore.session.get_session().get_service_model("bedrock-agent").operation_model("CreateFlow").input_shape
    role = "arn:aws:iam::111122223333:role/docent-flows"
    request = {"name": "trial", "executionRoleArn": role, "definition": trial.definition}
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()


def test_a_condition_alone_gives_the_name_of_the_one_that_holds() -> None:
    trial = trial_of(CUSTOMER_SERVICE, "Route", True, {"label": "policy"}, {})
    assert {"isOrder", "isPolicy", "default"} <= set(trial.document.values())
    assert sum(node["type"] == "Output" for node in trial.definition["nodes"]) == 3


def test_an_expression_is_applied_to_what_the_other_node_gave() -> None:
    definition = {
        "nodes": [
            {"name": "In", "type": "Input", "outputs": [{"name": "document", "type": "Object"}]},
            {
                "name": "First",
                "type": "InlineCode",
                "inputs": [{"name": "x", "type": "String", "expression": "$.data.a"}],
            },
            {
                "name": "Second",
                "type": "InlineCode",
                "inputs": [
                    {"name": "x", "type": "String", "expression": "$.data"},
                    {"name": "y", "type": "String", "expression": "$.data.b.c"},
                ],
            },
        ],
        "connections": [
            connection("In", "document", "First", "x"),
            connection("First", "response", "Second", "x"),
            connection("In", "document", "Second", "y"),
        ],
    }
    trial = trial_of(definition, "First", False, {"x": "A"}, {("In", "document"): {"b": {"c": "B"}}})
    second = next(node for node in trial.definition["nodes"] if node["name"] == "Second")
    assert [port["expression"] for port in second["inputs"]] == ["$.data", "$.data.i1.b.c"]
    assert trial.document == {"i0": "A", "i1": {"b": {"c": "B"}}}


def test_what_the_run_did_not_reach_is_told() -> None:
    with pytest.raises(FlowTrialError, match="FlowInputNode"):
        trial_of(CUSTOMER_SERVICE, "Route", False, {"label": "order"}, {})


def connection(source: str, output: str, target: str, port: str) -> dict[str, Any]:
    data = {"sourceOutput": output, "targetInput": port}
    return {
        "name": f"{source}{target}",
        "source": source,
        "target": target,
        "type": "Data",
        "configuration": {"data": data},
    }
