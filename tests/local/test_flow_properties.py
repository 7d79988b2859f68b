"""Generated flows: what is found in them, and that those without errors run to an end that has a name."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import botocore.session
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import event as event_of
from hypothesis import strategies as st

from flows.validation import refusals, service_findings, validate
from flows.validation.graph import Graph
from local.flows.failures import NodeFailure
from local.flows.runs import Called, Limits, Run, Tell
from tests.support.flow_definitions import code, condition, data, end, flow, function, node, on, prompt, start

type Json = dict[str, Any]

TYPES = ("String", "Number", "Boolean", "Object", "Array")
ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders"
BUCKET = {"serviceConfiguration": {"s3": {"bucketName": "a-bucket"}}}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "String": st.text(max_size=5),
    "Number": st.integers(-3, 3),
    "Boolean": st.booleans(),
    "Object": st.dictionaries(st.sampled_from("ab"), st.integers(), max_size=2),
    "Array": st.lists(st.text(max_size=3), max_size=4),
}
EXAMPLES = {"String": "x", "Number": 1, "Boolean": True, "Object": {"a": 1}, "Array": ["x", "y"]}
EXPRESSIONS = st.sampled_from(["$.data"] * 8 + ["$.data.a", "$.data[0]"])


class FakeCalls:
    """Answers with a value of the declared type."""

    async def call(self, node: Json, inputs: Mapping[str, Any], declared: Sequence[Json], tell: Tell) -> Called:
        tell("nodeActionTrace", {"serviceName": "x", "operationName": "Y", "requestId": "1"})
        return Called({each["name"]: EXAMPLES[each["type"]] for each in node.get("outputs") or ()})


def loop(name: str) -> Json:
    controller = {
        "name": "Again",
        "type": "LoopController",
        "configuration": {
            "loopController": {"continueCondition": {"name": "goesOn", "expression": "size < 10"}, "maxIterations": 3}
        },
        "inputs": [
            {"name": "size", "type": "Number", "expression": "$.data", "category": "LoopCondition"},
            {"name": "text", "type": "String", "expression": "$.data", "category": "ReturnValueToLoopStart"},
            {"name": "result", "type": "String", "expression": "$.data", "category": "ExitLoop"},
        ],
    }
    nodes = [
        node("LoopInput", "Begin", None, {"text": "String"}),
        code("Grow", "text", "String", text="String"),
        code("Size", "1", "Number", text="String"),
        controller,
    ]
    inside = flow(
        nodes,
        [
            data("Begin.text", "Grow.text"),
            data("Begin.text", "Size.text"),
            data("Size.response", "Again.size"),
            data("Grow.response", "Again.text"),
            data("Grow.response", "Again.result"),
        ],
    )
    outputs = {"loopOutput": "String", "iterationCount": "Number"}
    return node("Loop", name, {"loopInput": "String"}, outputs, {"definition": inside})


KINDS = ("code", "collector", "condition", "function", "iterator", "loop", "output", "prompt", "storage")


def made_of(draw: st.DrawFn, kind: str, name: str, port: str) -> Json:
    """A node; `port` is the type of the input that can have any, with an expression."""
    match kind:
        case "prompt":
            return prompt(name, "{{one}}", one=port)
        case "code":
            return code(name, "1", draw(st.sampled_from(TYPES)), one=port, two="String")
        case "function":
            return function(name, ARN, draw(st.sampled_from(TYPES)), one=port)
        case "condition":
            return condition(name, {"isOne": 'one == "x"', "isTwo": 'one != "y"'}, one="String")
        case "storage":
            return node("Storage", name, {"content": port, "objectKey": "String"}, {"s3Uri": "String"}, BUCKET)
        case "iterator":
            return node("Iterator", name, {"array": "Array"}, {"arrayItem": "String", "arraySize": "Number"})
        case "collector":
            inputs = {"arrayItem": "String", "arraySize": "Number"}
            return node("Collector", name, inputs, {"collectedArray": "Array"})
        case "loop":
            return loop(name)
    return node("Output", name, {"document": port})


@st.composite
def wild(draw: st.DrawFn) -> Json:
    """With connections to anywhere."""
    made = [start(draw(st.sampled_from(TYPES)))]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), max_size=7))):
        made.append(made_of(draw, kind, f"Node{number}", f"{draw(st.sampled_from(TYPES))} {draw(EXPRESSIONS)}"))
    made.append(end(kind=draw(st.sampled_from(TYPES))))
    connections: list[Json] = []
    for place, each in enumerate(made):
        for port in each.get("inputs") or ():
            sources = [
                (other["name"], sent["name"], sent["type"]) for other in made for sent in other.get("outputs") or ()
            ]
            fitting = [source for source in sources if source[2] == port["type"]] or sources
            if fitting and draw(st.integers(0, 20)):
                source = draw(st.sampled_from(fitting))
                connections.append(data(f"{source[0]}.{source[1]}", f"{each['name']}.{port['name']}"))
        choices = [other["name"] for other in made[:place] if other["type"] == "Condition"]
        if choices and draw(st.booleans()):
            chosen = draw(st.sampled_from(["isOne", "isTwo", "default", "never"]))
            connections.append(on(f"{draw(st.sampled_from(choices))}.{chosen}", each["name"]))
    if connections:
        connections += draw(st.lists(st.sampled_from(connections), max_size=2))
        for number, each in enumerate(connections):
            connections[number] = each | {"name": f"Connection{number}"}
    return flow(made, connections)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wild())
def test_every_definition_gets_its_findings(definition: Json) -> None:
    if refusals(definition):
        return
    names = {each["name"] for each in definition["nodes"]} | {each["name"] for each in definition["connections"]}
    for finding in validate(definition):
        [told] = finding["details"].values()
        assert {told[key] for key in ("node", "connection", "source", "target") if key in told} <= names


# What generated flows seldom have all at once.
NESTED = ("iterator", "condition", "condition", "loop", "loop", "collector")


@st.composite
def sound(draw: st.DrawFn, nested: bool = False) -> Json:
    """Each input has a source of its type; a function makes one where there is none. A `nested` flow has an Iterator,
    and Loops and Conditions that are mostly after it and after each other."""
    first = draw(st.sampled_from(TYPES))
    made = [start(first)]
    sources = [("FlowInput", "document", first)]
    connections: list[Json] = []
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=3 if nested else 7))
    if nested:
        kinds = [*draw(st.permutations(NESTED)), *kinds]
    once = ("iterator", "collector")
    kinds = [kind for place, kind in enumerate(kinds) if kind not in once or kind not in kinds[:place]]

    def source_of(kind: str) -> tuple[str, str]:
        fitting = [source[:2] for source in sources if source[2] == kind]
        if nested and (items := [each for each in fitting if each[1] == "arrayItem"]) and draw(st.booleans()):
            return items[0]
        if not fitting:
            name = f"Made{len(made)}"
            made.append(function(name, ARN, kind, one=first))
            connections.append(data("FlowInput.document", f"{name}.one"))
            sources.append((name, "functionResponse", kind))
            return name, "functionResponse"
        return draw(st.sampled_from(fitting))

    for number, kind in enumerate([*kinds, "output"]):
        each = made_of(draw, kind, f"Node{number}", draw(st.sampled_from(TYPES)))
        choices = [other["name"] for other in made if other["type"] == "Condition"]
        for port in each.get("inputs") or ():
            output = ".".join(source_of(port["type"]))
            connections.append(data(output, f"{each['name']}.{port['name']}"))
        made.append(each)
        if choices and draw(st.booleans()):
            chosen = draw(st.sampled_from(["isOne", "isTwo", "default"]))
            connections.append(
                on(f"{choices[-1] if nested else draw(st.sampled_from(choices))}.{chosen}", each["name"])
            )
        sources += [(each["name"], sent["name"], sent["type"]) for sent in each.get("outputs") or ()]
    return flow(made, connections)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans().flatmap(sound), st.data())
def test_a_flow_without_errors_runs_to_an_end_that_has_a_name(definition: Json, chosen: st.DataObject) -> None:
    if refusals(definition) or any(each["severity"] == "Error" for each in service_findings(definition)):
        return
    document = chosen.draw(VALUES[definition["nodes"][0]["outputs"][0]["type"]])
    told: list[tuple[str, Json]] = []
    run = Run(FakeCalls(), lambda event, payload: told.append((event, payload)), Limits(seconds=20))
    failed: NodeFailure | None = None
    try:
        asyncio.run(run.begin(definition, "FlowInput", "document", document))
    except NodeFailure as failure:
        failed = failure
    event_of(f"{len(definition['nodes'])} nodes, {failed.kind if failed else 'ran through'}")
    if failed:
        assert failed.kind in STREAM.members
        assert failed.node in {each["name"] for each in definition["nodes"]} | {"Begin", "Grow", "Size", "Again"}
    for event, payload in told:
        report = ParamValidator().validate(payload, STREAM.members[event])
        assert not report.has_errors(), report.generate_report()
    graph = Graph.of(definition)
    iterated = graph.reached_from(name for name, each in graph.nodes.items() if each["type"] == "Iterator")
    reached = [payload["nodeName"] for event, payload in told if event == "flowOutputEvent"]
    for name in reached:
        assert name in iterated or reached.count(name) == 1
    if not failed and not any(each["type"] in ("Condition", "Iterator") for each in definition["nodes"]):
        ends = {name for name, each in graph.nodes.items() if each["type"] == "Output"}
        assert set(reached) == ends & graph.reached_from(["FlowInput"])


STREAM: Any = botocore.session.get_session().get_service_model("bedrock-agent-runtime").shape_for("FlowResponseStream")
