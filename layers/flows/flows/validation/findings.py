"""Findings in the service's shape, and the colours of nodes that they give."""

from collections.abc import Iterable
from typing import Any

from flows.validation.severities import SEVERITIES

type Json = dict[str, Any]
type Finding = dict[str, Any]

_COLOURS = {"Warning": "yellow", "Error": "red"}


def found(kind: str, message: str, **details: str) -> Finding:
    """`details` are the members that the service's model has for this type."""
    return {
        "type": kind,
        "severity": SEVERITIES[kind],
        "message": message,
        "details": {kind[0].lower() + kind[1:]: details},
    }


def node_colours(definition: Json, validations: Iterable[Finding]) -> dict[str, str]:
    """green, yellow or red by node, those inside loops too. A finding on a connection colours both of its ends."""
    colours = {node["name"]: "green" for node in _all(definition, "nodes")}
    ends = {each["name"]: (each["source"], each["target"]) for each in _all(definition, "connections")}
    for finding in validations:
        for names in finding.get("details", {}).values():
            marked = [names.get(key) for key in ("node", "source", "target", "loopNode", "incompatibleNodeName")]
            marked += ends.get(names.get("connection"), ())
            for name in marked:
                if name in colours and colours[name] != "red":
                    colours[name] = _COLOURS[finding["severity"]]
    return colours


def _all(definition: Json, kind: str) -> list[Json]:
    """The nodes or the connections of a definition and of the loops in it."""
    here: list[Json] = list(definition.get(kind) or ())
    for node in definition.get("nodes") or ():
        inner = ((node.get("configuration") or {}).get("loop") or {}).get("definition")
        if inner:
            here += _all(inner, kind)
    return here
