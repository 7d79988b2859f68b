"""Definitions of flows for tests, from short descriptions."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

type Json = dict[str, Any]

MODEL = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"


def node(
    kind: str,
    name: str,
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
    configuration: Json | None = None,
) -> Json:
    """`inputs` and `outputs` are data types by name; an input's expression may follow its type after a space."""
    made: Json = {"name": name, "type": kind}
    key = kind[0].lower() + kind[1:]
    made["configuration"] = {key: configuration or {}}
    if inputs:
        made["inputs"] = [_port(port, *given.split(" ", 1)) for port, given in inputs.items()]
    if outputs:
        made["outputs"] = [{"name": port, "type": given} for port, given in outputs.items()]
    return made


def _port(name: str, kind: str, expression: str = "$.data") -> Json:
    return {"name": name, "type": kind, "expression": expression}


def start(kind: str = "String") -> Json:
    return node("Input", "FlowInput", None, {"document": kind})


def end(name: str = "FlowOutput", kind: str = "String") -> Json:
    return node("Output", name, {"document": kind})


def prompt(name: str, text: str, /, guardrail: Json | None = None, **inputs: str) -> Json:
    inline = {
        "modelId": MODEL,
        "templateType": "TEXT",
        "templateConfiguration": {"text": {"text": text, "inputVariables": [{"name": each} for each in inputs]}},
    }
    configuration: Json = {"sourceConfiguration": {"inline": inline}}
    if guardrail:
        configuration["guardrailConfiguration"] = guardrail
    return node("Prompt", name, inputs, {"modelCompletion": "String"}, configuration)


def code(name: str, text: str, response: str = "String", /, **inputs: str) -> Json:
    return node("InlineCode", name, inputs, {"response": response}, {"code": text, "language": "Python_3"})


def function(name: str, arn: str, response: str = "Object", /, **inputs: str) -> Json:
    return node("LambdaFunction", name, inputs, {"functionResponse": response}, {"lambdaArn": arn})


def condition(name: str, conditions: Mapping[str, str], /, **inputs: str) -> Json:
    listed: list[Json] = [{"name": each, "expression": written} for each, written in conditions.items()]
    return node("Condition", name, inputs, None, {"conditions": [*listed, {"name": "default"}]})


def data(source: str, target: str, number: int = 0) -> Json:
    """From `node.output` to `node.input`."""
    (one, output), (other, port) = source.split("."), target.split(".")
    return {
        "name": f"{one}To{other}{port}{number or ''}".replace("_", ""),
        "source": one,
        "target": other,
        "type": "Data",
        "configuration": {"data": {"sourceOutput": output, "targetInput": port}},
    }


def on(source: str, target: str) -> Json:
    """From `node.condition` to a node."""
    one, condition = source.split(".")
    return {
        "name": f"{one}{condition}To{target}".replace("_", ""),
        "source": one,
        "target": target,
        "type": "Conditional",
        "configuration": {"conditional": {"condition": condition}},
    }


def flow(nodes: Sequence[Json], connections: Sequence[Json]) -> Json:
    return {"nodes": list(nodes), "connections": list(connections)}


def line(*middle: Json, kind: str = "String", ends: str = "String") -> Json:
    """An input, nodes with one input and one output each, and an output."""
    nodes = [start(kind), *middle, end(kind=ends)]
    connections = [
        data(f"{one['name']}.{one['outputs'][0]['name']}", f"{other['name']}.{other['inputs'][0]['name']}")
        for one, other in pairwise(nodes)
    ]
    return flow(nodes, connections)
