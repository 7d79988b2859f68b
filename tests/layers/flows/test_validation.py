"""The findings of ValidateFlowDefinition: one failing flow per type, in the service's shapes."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import botocore.session
import pytest
from botocore.model import StructureShape
from botocore.validate import ParamValidator

from flows.validation import node_colours, refusals, refused, service_findings, validate
from flows.validation.severities import SERVICE
from tests.support.flow_definitions import code, condition, data, end, flow, function, line, node, on, prompt, start
from tests.support.project import CORPUS

type Json = dict[str, Any]
# Changes a definition that has no finding into one that has some.
type Change = Callable[[Json], None]


def routed() -> Json:
    return flow(
        [
            start(),
            prompt("Classify", "One word: {{ask}}", ask="String"),
            condition("Route", {"isOrder": 'label == "order"', "isBill": 'label == "bill"'}, label="String"),
            code("Shout", "text.upper()", "String", text="String"),
            end("OrderOut"),
            end("OtherOut"),
        ],
        [
            data("FlowInput.document", "Classify.ask"),
            data("Classify.modelCompletion", "Route.label"),
            data("FlowInput.document", "Shout.text"),
            data("Shout.response", "OrderOut.document"),
            data("FlowInput.document", "OtherOut.document"),
            on("Route.isOrder", "Shout"),
            on("Route.isBill", "OtherOut"),
            on("Route.default", "OtherOut"),
        ],
    )


def looping() -> Json:
    controller = {
        "name": "Again",
        "type": "LoopController",
        "configuration": {
            "loopController": {"continueCondition": {"name": "goesOn", "expression": "size < 10"}, "maxIterations": 5}
        },
        "inputs": [
            {"name": "size", "type": "Number", "expression": "$.data", "category": "LoopCondition"},
            {"name": "text", "type": "String", "expression": "$.data", "category": "ReturnValueToLoopStart"},
        ],
    }
    inside = flow(
        [
            node("LoopInput", "Begin", None, {"text": "String"}),
            code("Grow", "text + 'x'", "String", text="String"),
            code("Measure", "len(text)", "Number", text="String"),
            controller,
        ],
        [
            data("Begin.text", "Grow.text"),
            data("Grow.response", "Measure.text"),
            data("Grow.response", "Again.text"),
            data("Measure.response", "Again.size"),
        ],
    )
    outputs = {"loopOutput": "String", "iterationCount": "Number"}
    return line(node("Loop", "Grown", {"loopInput": "String"}, outputs, {"definition": inside}))


def inside(definition: Json) -> Json:
    return definition["nodes"][1]["configuration"]["loop"]["definition"]


def named(definition: Json, name: str) -> Json:
    return next(each for each in definition["nodes"] if each["name"] == name)


def without(definition: Json, kind: str) -> None:
    gone = {each["name"] for each in definition["nodes"] if each["type"] == kind}
    definition["nodes"] = [each for each in definition["nodes"] if each["name"] not in gone]
    definition["connections"] = [
        each for each in definition["connections"] if not gone & {each["source"], each["target"]}
    ]


def conditions(definition: Json) -> list[Json]:
    return named(definition, "Route")["configuration"]["condition"]["conditions"]


def add(definition: Json, *connections: Json) -> None:
    definition["connections"] += connections


def change(definition: Json, connection: int, **members: Any) -> None:
    definition["connections"][connection] |= members


def set_port(definition: Json, name: str, ports: str, number: int = 0, **members: str) -> None:
    named(definition, name)[ports][number] |= members


def both_branches(definition: Json) -> None:
    named(definition, "Shout").setdefault("inputs", []).append(
        {"name": "more", "type": "String", "expression": "$.data"}
    )
    definition["nodes"].append(code("Other", "text", "String", text="String"))
    add(
        definition,
        data("FlowInput.document", "Other.text"),
        on("Route.isBill", "Other"),
        data("Other.response", "Shout.more"),
    )


FLOWS: dict[str, tuple[Callable[[], Json], Change, Json]] = {
    "CyclicConnection": (
        routed,
        lambda d: (
            named(d, "Shout")["inputs"].append({"name": "back", "type": "String", "expression": "$.data"}),
            add(d, data("Shout.response", "Shout.back")),
        )[0],
        {"connection": "ShoutToShoutback"},
    ),
    "DuplicateConnections": (
        routed,
        lambda d: add(d, data("FlowInput.document", "Classify.ask", 2)),
        {"source": "FlowInput", "target": "Classify"},
    ),
    "DuplicateConditionExpression": (
        routed,
        lambda d: conditions(d)[1].update(expression='label == "order"'),
        {"node": "Route", "expression": 'label == "order"'},
    ),
    "UnreachableNode": (routed, lambda d: d["nodes"].append(end("Alone")), {"node": "Alone"}),
    "UnknownConnectionSource": (
        routed,
        lambda d: change(d, 0, source="Nowhere"),
        {"connection": "FlowInputToClassifyask"},
    ),
    "UnknownConnectionSourceOutput": (
        routed,
        lambda d: d["connections"][0]["configuration"]["data"].update(sourceOutput="nothing"),
        {"connection": "FlowInputToClassifyask"},
    ),
    "UnknownConnectionTarget": (
        routed,
        lambda d: change(d, 0, target="Nowhere"),
        {"connection": "FlowInputToClassifyask"},
    ),
    "UnknownConnectionTargetInput": (
        routed,
        lambda d: d["connections"][0]["configuration"]["data"].update(targetInput="nothing"),
        {"connection": "FlowInputToClassifyask"},
    ),
    "UnknownConnectionCondition": (
        routed,
        lambda d: d["connections"][5]["configuration"]["conditional"].update(condition="isNothing"),
        {"connection": "RouteisOrderToShout"},
    ),
    "MalformedConditionExpression": (
        routed,
        lambda d: conditions(d)[0].update(expression="label contains order"),
        {"node": "Route", "condition": "isOrder", "cause": "Unexpected contains."},
    ),
    "MalformedNodeInputExpression": (
        routed,
        lambda d: set_port(d, "Classify", "inputs", expression="$.ask"),
        {"node": "Classify", "input": "ask", "cause": "Expression must start with $.data"},
    ),
    "MismatchedNodeInputType": (
        lambda: line(node("Retrieval", "Read", {"objectKey": "String"}, {"s3Content": "String"}, _bucket())),
        lambda d: set_port(d, "Read", "inputs", type="Number"),
        {"node": "Read", "input": "objectKey", "expectedType": "String"},
    ),
    "MismatchedNodeOutputType": (
        routed,
        lambda d: set_port(d, "Classify", "outputs", type="Object"),
        {"node": "Classify", "output": "modelCompletion", "expectedType": "String"},
    ),
    "IncompatibleConnectionDataType": (
        routed,
        lambda d: set_port(d, "Shout", "outputs", type="Number"),
        {"connection": "ShoutToOrderOutdocument"},
    ),
    "MissingConnectionConfiguration": (
        routed,
        lambda d: d["connections"][0].pop("configuration"),
        {"connection": "FlowInputToClassifyask"},
    ),
    "MissingDefaultCondition": (
        routed,
        lambda d: conditions(d)[2].update(name="never", expression='label == "never"'),
        {"node": "Route"},
    ),
    "MissingEndingNodes": (routed, lambda d: without(d, "Output"), {}),
    "MissingNodeConfiguration": (routed, lambda d: named(d, "Classify").pop("configuration"), {"node": "Classify"}),
    "MissingNodeInput": (
        routed,
        lambda d: named(d, "OrderOut").pop("inputs"),
        {"node": "OrderOut", "input": "document"},
    ),
    "MissingNodeOutput": (
        routed,
        lambda d: named(d, "Classify").pop("outputs"),
        {"node": "Classify", "output": "modelCompletion"},
    ),
    "MissingStartingNodes": (routed, lambda d: without(d, "Input"), {}),
    "MultipleNodeInputConnections": (
        routed,
        lambda d: add(d, data("FlowInput.document", "OrderOut.document")),
        {"node": "OrderOut", "input": "document"},
    ),
    "UnfulfilledNodeInput": (routed, lambda d: d["connections"].pop(0), {"node": "Classify", "input": "ask"}),
    "UnsatisfiedConnectionConditions": (routed, both_branches, {"connection": "OtherToShoutmore"}),
    "Unspecified": (routed, lambda d: conditions(d)[2].update(expression="true"), {}),
    "UnknownNodeInput": (
        routed,
        lambda d: named(d, "OrderOut")["inputs"].append({"name": "more", "type": "String", "expression": "$.data"}),
        {"node": "OrderOut", "input": "more"},
    ),
    "UnknownNodeOutput": (
        routed,
        lambda d: named(d, "Classify")["outputs"].append({"name": "more", "type": "String"}),
        {"node": "Classify", "output": "more"},
    ),
    "MissingLoopInputNode": (looping, lambda d: without(inside(d), "LoopInput"), {"loopNode": "Grown"}),
    "MissingLoopControllerNode": (looping, lambda d: without(inside(d), "LoopController"), {"loopNode": "Grown"}),
    "MultipleLoopInputNodes": (
        looping,
        lambda d: inside(d)["nodes"].append(node("LoopInput", "Another", None, {"text": "String"})),
        {"loopNode": "Grown"},
    ),
    "MultipleLoopControllerNodes": (
        looping,
        lambda d: inside(d)["nodes"].append(deepcopy(inside(d)["nodes"][3]) | {"name": "Another", "inputs": []}),
        {"loopNode": "Grown"},
    ),
    "LoopIncompatibleNodeType": (
        looping,
        lambda d: inside(d)["nodes"].append(
            node("Condition", "Route", None, None, {"conditions": [{"name": "default"}]})
        ),
        {"node": "Grown", "incompatibleNodeType": "Condition", "incompatibleNodeName": "Route"},
    ),
    "InvalidLoopBoundary": (
        looping,
        lambda d: add(inside(d), data("FlowInput.document", "Grow.text")),
        {"connection": "FlowInputToGrowtext", "source": "FlowInput", "target": "Grow"},
    ),
}


def _bucket() -> Json:
    return {"serviceConfiguration": {"s3": {"bucketName": "a-bucket"}}}


def failing(kind: str) -> Json:
    made, changed, _ = FLOWS[kind]
    definition = made()
    assert service_findings(definition) == []
    changed(definition)
    return definition


def test_there_is_a_failing_flow_for_each_type_of_the_services_model() -> None:
    known = botocore.session.get_session().get_service_model("bedrock-agent").shape_for("FlowValidationType").enum
    assert sorted(FLOWS) == sorted(known) == sorted(SERVICE)


@pytest.mark.parametrize("kind", FLOWS)
def test_each_type_is_found_and_tells_where(kind: str) -> None:
    definition = failing(kind)
    assert refusals(definition) == [], "CreateFlow accepts it"
    found = [each for each in service_findings(definition) if each["type"] == kind]
    assert [each["details"] for each in found] == [{kind[0].lower() + kind[1:]: FLOWS[kind][2]}]
    assert [each["severity"] for each in found] == [SERVICE[kind]]


@pytest.mark.parametrize("kind", FLOWS)
def test_findings_have_the_shape_of_the_services_model(kind: str) -> None:
    operation = (
        botocore.session.get_session().get_service_model("bedrock-agent").operation_model("ValidateFlowDefinition")
    )
    shape = operation.output_shape
    assert isinstance(shape, StructureShape)
    report = ParamValidator().validate({"validations": service_findings(failing(kind))}, shape)
    assert not report.has_errors(), report.generate_report()


def test_a_finding_colours_its_node_or_both_ends_of_its_connection() -> None:
    definition = failing("UnreachableNode")
    colours = node_colours(definition, service_findings(definition))
    assert colours["Alone"] == "red", "its input has no connection"
    assert colours["Classify"] == "green"
    definition = routed()
    definition["nodes"].append(code("Alone", "1", "Number"))
    assert node_colours(definition, service_findings(definition))["Alone"] == "yellow"
    definition = failing("UnknownConnectionSourceOutput")
    colours = node_colours(definition, service_findings(definition))
    assert (colours["FlowInput"], colours["Classify"]) == ("red", "red")


def test_no_more_findings_than_the_service_returns() -> None:
    nodes = [
        start(),
        end(),
        *(code(f"Code{n}", "1", "Number", **{f"in{i}": "String" for i in range(5)}) for n in range(38)),
    ]
    assert len(service_findings(flow(nodes, [data("FlowInput.document", "FlowOutput.document")]))) == 100


@pytest.mark.skipif(not (CORPUS / "debates" / "flows").is_dir(), reason="the corpus is not here")
def test_the_sample_flows_of_aws_have_no_findings() -> None:
    values = {"$$GUARDRAIL_ID": "abc123", "$$KNOWLEDGEBASE_ID": "ABCDEFGHIJ"}
    for file in sorted((CORPUS / "debates" / "flows").glob("*.json")):
        text = file.read_text()
        for name, value in values.items():
            text = text.replace(name, value)
        definition = json.loads(text)["definition"]
        assert refusals(definition) == [], file.name
        assert service_findings(definition) == [], file.name


# What CreateFlow refuses


REFUSED: dict[str, tuple[Change, str]] = {
    "a name that is used twice": (lambda d: d["nodes"].append(end("OrderOut")), "Node name OrderOut must be unique"),
    "a condition's name that is used twice": (
        lambda d: conditions(d)[1].update(name="isOrder"),
        "Condition name isOrder must be unique",
    ),
    "a second input node": (
        lambda d: d["nodes"].append(start() | {"name": "Another"}),
        "max-number-flow-input-nodes is 1",
    ),
    "a configuration of another type": (
        lambda d: named(d, "Classify").update(configuration={"output": {}}),
        "Configuration must be provided for node Classify",
    ),
    "a long expression": (
        lambda d: conditions(d)[0].update(expression=f'label == "{"x" * 60}"'),
        "less than or equal to 64",
    ),
    "an unknown type of node": (lambda d: named(d, "Classify").update(type="Magic"), "enum value set"),
    "a name with a blank": (lambda d: named(d, "Classify").update(name="Say it"), "regular expression pattern"),
    "two members of a union": (
        lambda d: named(d, "Classify")["configuration"].update(output={}),
        "Exactly one member of the union",
    ),
    "a missing member": (lambda d: named(d, "Classify").pop("name"), "Member must not be null"),
    "too many nodes": (lambda d: d["nodes"].extend(end(f"End{n}") for n in range(40)), "less than or equal to 40"),
    "too many connections": (
        lambda d: d["connections"].extend(data("FlowInput.document", "OrderOut.document", n) for n in range(1, 100)),
        "less than or equal to 100",
    ),
    "something else than a list": (lambda d: d.update(nodes={}), "not a list"),
    "a temperature above 1": (
        lambda d: named(d, "Classify")["configuration"]["prompt"]["sourceConfiguration"]["inline"].update(
            inferenceConfiguration={"text": {"temperature": 2}}
        ),
        "less than or equal to 1",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_create_flow_refuses(what: str) -> None:
    definition = routed()
    changed, message = REFUSED[what]
    changed(definition)
    told = refusals(definition)
    assert any(message in each for each in told), told


def test_a_placeholder_is_taken_for_a_value_of_the_right_form() -> None:
    definition = routed()
    guardrail = {"guardrailIdentifier": "${FlowGuardrailId}", "guardrailVersion": "${FlowGuardrailVersion}"}
    named(definition, "Classify")["configuration"]["prompt"]["guardrailConfiguration"] = guardrail
    assert refusals(definition) == []


def test_what_is_no_definition_is_refused() -> None:
    for given in (None, [], "x", {"nodes": [None]}, {"connections": [1]}, {"nodes": [{"name": 1, "type": []}]}):
        assert refusals(given)


# Our own checks


def own(definition: Json, alias_version: str = "") -> list[tuple[str, Any]]:
    found = validate(definition, alias_version=alias_version)
    return [
        (each["type"], next(iter(each["details"].values())).get("node"))
        for each in found
        if each["type"].startswith("Docent")
    ]


GUARDRAIL = {"guardrailIdentifier": "abc123", "guardrailVersion": "1"}
ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders"


def test_a_guardrail_of_a_knowledge_base_needs_a_model() -> None:
    base = {"knowledgeBaseId": "ABCDEFGHIJ", "guardrailConfiguration": GUARDRAIL}
    definition = line(
        node("KnowledgeBase", "Find", {"retrievalQuery": "String"}, {"retrievalResults": "Array"}, base), ends="Array"
    )
    assert own(definition) == [("DocentGuardrailWithoutModel", "Find")]


def test_what_the_user_wrote_must_not_reach_a_function_unmasked() -> None:
    raw = function("Orders", ARN, "String", text="String")
    assert own(line(raw)) == [("DocentUnmaskedLambda", "Orders")]
    guarded = prompt("Ask", "{{ask}}", GUARDRAIL, ask="String")
    assert own(line(guarded, raw)) == []
    assert own(line(prompt("Ask", "{{ask}}", ask="String"), raw)) == [("DocentUnmaskedLambda", "Orders")]
    assert own(line(code("Pick", "text[:3]", "String", text="String"), raw)) == []


def test_many_connections_are_told() -> None:
    definition = routed()
    definition["nodes"] += [end(f"End{n}") for n in range(15)]
    definition["connections"] += [data("FlowInput.document", f"End{n}.document") for n in range(15)]
    assert ("DocentManyConnections", None) in own(definition)


def test_a_loop_whose_condition_never_changes_is_told() -> None:
    definition = looping()
    assert own(definition) == []
    controller = inside(definition)["nodes"][3]
    controller["configuration"]["loopController"]["continueCondition"]["expression"] = "true"
    assert own(definition) == [("DocentEndlessLoop", "Grown")]


def test_drafts_in_production_are_told() -> None:
    assert own(routed(), alias_version="DRAFT") == [("DocentDraftInProduction", None)]
    assert own(routed(), alias_version="3") == []
    drafted = line(prompt("Ask", "{{ask}}", GUARDRAIL | {"guardrailVersion": "DRAFT"}, ask="String"))
    assert own(drafted) == [("DocentDraftInProduction", "Ask")]
    for arn, told in (("prompt/AAAAAAAAAA", [("DocentUnpinnedPrompt", "Ask")]), ("prompt/AAAAAAAAAA:2", [])):
        source = {"sourceConfiguration": {"resource": {"promptArn": f"arn:aws:bedrock:us-east-1:000000000000:{arn}"}}}
        assert own(line(node("Prompt", "Ask", {"ask": "String"}, {"modelCompletion": "String"}, source))) == told


# The table of what is refused, against the service's model


def _differences(shape: Any, model: Any, path: str) -> list[str]:
    """Where our table says something else than botocore's model. What we leave open is not compared."""
    match shape:
        case refused.Members(of, required, union):
            told = [f"{path}.{name} is not in the model" for name in of if name not in model.members]
            told += [f"{path}.{name} is missing" for name in model.members if name not in of]
            if sorted(required) != sorted(model.required_members) or union != model.is_tagged_union:
                told.append(f"{path} requires {model.required_members}")
            return told + [
                each
                for name, inner in of.items()
                if name in model.members
                for each in _differences(inner, model.members[name], f"{path}.{name}")
            ]
        case refused.Items(of, least, most):
            told = [] if path.endswith(".connections") else _bounds(least, most, model, path)
            return told + _differences(of, model.member, f"{path}[]")
        case refused.Number(least, most):
            return _bounds(least, most, model, path)
        case refused.Text(least, most, pattern, values):
            told = _bounds(least, most, model, path)
            if pattern is not None and pattern != model.metadata.get("pattern"):
                told.append(f"{path} has the pattern {model.metadata.get('pattern')}")
            if values and list(values) != list(model.enum):
                told.append(f"{path} has the values {model.enum}")
            return told
    return []


def _bounds(least: float | None, most: float | None, model: Any, path: str) -> list[str]:
    given = {"min": least, "max": most}
    return [
        f"{path} has {name} {model.metadata.get(name)}"
        for name, value in given.items()
        if value is not None and value != model.metadata.get(name)
    ]


def test_what_is_refused_is_what_the_services_model_refuses() -> None:
    model = botocore.session.get_session().get_service_model("bedrock-agent").shape_for("FlowDefinition")
    assert _differences(refused.DEFINITION, model, "definition") == []
