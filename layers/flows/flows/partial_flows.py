"""The definition of a trial: one node, or a node with all that follows it, fed with documents of an earlier run.

One Input node hands out an object with everything that comes from outside the part, and each input of the part takes
its field of it by its expression. What a node that is tried alone gives goes to Output nodes of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docent.errors.flows import FlowTrialError
from flows.flow_files import Definition

INPUT, PORT = "FlowInputNode", "document"
_NEVER_FIRST = {
    "Input": "it only hands out the input",
    "Output": "it only takes a document",
    "Collector": "it takes its items from an Iterator",
}
# Bedrock's limit.
_LONGEST_EXPRESSION = 64

type Node = dict[str, Any]
type Connection = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """`definition` is run with the object `document`."""

    definition: Definition
    document: dict[str, Any]


def trial_of(
    definition: Definition, first: str, alone: bool, inputs: Mapping[str, Any], outputs: Mapping[tuple[str, str], Any]
) -> Trial:
    """`inputs` are documents for the inputs of the node `first`; `outputs` those that nodes gave in the earlier run,
    by node and output. Raises FlowTrialError for a node that cannot be run so."""
    nodes = {each["name"]: each for each in definition["nodes"]}
    if first not in nodes:
        raise FlowTrialError(f"The flow has no node {first} outside its loops.")
    if reason := _NEVER_FIRST.get(nodes[first]["type"]):
        raise FlowTrialError(f"A run cannot begin at the node {first}: {reason}.")
    part = {first} if alone else _following(definition["connections"], first)
    sources = _sources(definition["connections"])
    document: dict[str, Any] = {}
    kept: list[Node] = []
    connections = [each for each in definition["connections"] if each["source"] in part and each["target"] in part]
    for name, node in nodes.items():
        if name not in part:
            continue
        ports: list[dict[str, Any]] = []
        for port in node.get("inputs", []):
            source = sources.get((name, port["name"]))
            if source and source[0] in part:
                ports.append(port)
                continue
            field = f"i{len(document)}"
            if name == first:
                document[field], expression = _given(inputs, first, port["name"]), ""
            else:
                document[field], expression = _pinned(outputs, source, name), port.get("expression", "$.data")
            ports.append({**port, "expression": _expression(field, expression, name)})
            connections.append(_data(f"trial_{field}", INPUT, PORT, name, port["name"]))
        kept.append({**node, "inputs": ports} if ports else node)
    if alone:
        ends, more = _ends(nodes[first], document)
        kept += ends
        connections += more
    entry = _node(INPUT, "Input", outputs=[{"name": PORT, "type": "Object"}])
    return Trial({"nodes": [entry, *kept], "connections": connections}, document)


def _following(connections: Sequence[Connection], first: str) -> set[str]:
    found, waiting = {first}, [first]
    while waiting:
        name = waiting.pop()
        more = {each["target"] for each in connections if each["source"] == name} - found
        found |= more
        waiting += more
    return found


def _sources(connections: Sequence[Connection]) -> dict[tuple[str, str], tuple[str, str]]:
    """`{(node, input): (node, output)}`"""
    data = [(each, each["configuration"]["data"]) for each in connections if each["type"] == "Data"]
    return {(each["target"], port["targetInput"]): (each["source"], port["sourceOutput"]) for each, port in data}


def _given(inputs: Mapping[str, Any], node: str, port: str) -> Any:
    if port not in inputs:
        raise FlowTrialError(f"The input {port} of {node} had no document in that run, and none is given.")
    return inputs[port]


def _pinned(outputs: Mapping[tuple[str, str], Any], source: tuple[str, str] | None, node: str) -> Any:
    if source is None or source not in outputs:
        needed = f"the output {source[1]} of {source[0]}" if source else "an input that nothing is connected to"
        raise FlowTrialError(f"The node {node} needs {needed}, which that run did not reach.")
    return outputs[source]


def _expression(field: str, expression: str, node: str) -> str:
    taken = f"$.data.{field}{expression.removeprefix('$.data')}"
    if len(taken) > _LONGEST_EXPRESSION:
        raise FlowTrialError(f"An expression of {node} is too long for a run that begins in the middle.")
    return taken


def _ends(node: Node, document: dict[str, Any]) -> tuple[list[Node], list[Connection]]:
    """An Output node for each output of a node. A Condition has none, so there each condition gives its name."""
    ends: list[Node] = []
    connections: list[Connection] = []
    for number, port in enumerate(node.get("outputs", []), 1):
        name = f"TrialOutput{number}"
        ends.append(_output(name, port["type"], "$.data"))
        connections.append(_data(f"trial_o{number}", node["name"], port["name"], name, "document"))
    conditions = node.get("configuration", {}).get("condition", {}).get("conditions", [])
    for number, condition in enumerate(conditions, 1):
        name, field = f"TrialOutput{number}", f"c{number}"
        document[field] = condition["name"]
        ends.append(_output(name, "String", f"$.data.{field}"))
        connections.append(_data(f"trial_{field}", INPUT, PORT, name, "document"))
        held = {"conditional": {"condition": condition["name"]}}
        connections.append(_connection(f"trial_o{number}", node["name"], name, "Conditional", held))
    return ends, connections


def _node(name: str, kind: str, **ports: list[dict[str, Any]]) -> Node:
    return {"name": name, "type": kind, "configuration": {kind.lower(): {}}, **ports}


def _output(name: str, kind: str, expression: str) -> Node:
    return _node(name, "Output", inputs=[{"name": "document", "type": kind, "expression": expression}])


def _data(name: str, source: str, output: str, target: str, port: str) -> Connection:
    return _connection(name, source, target, "Data", {"data": {"sourceOutput": output, "targetInput": port}})


def _connection(name: str, source: str, target: str, kind: str, configuration: dict[str, Any]) -> Connection:
    return {"name": name, "source": source, "target": target, "type": kind, "configuration": configuration}
