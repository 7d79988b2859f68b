"""The project's own files as data: template, state machines, events, functions."""

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from compiler.reading import read_template

ROOT = Path(__file__).resolve().parents[2]
# Real inputs, on machines that have them.
CORPUS = Path(os.environ.get("DOCENT_CORPUS", ROOT.parent / "shared" / "corpus"))
FUNCTIONS = sorted((path.parent for path in (ROOT / "functions").glob("*/*/app.py")), key=lambda folder: folder.name)
LAYERS = sorted(path.parent for path in (ROOT / "layers").glob("*/*/__init__.py"))
MACHINES = sorted((ROOT / "statemachines").glob("*/*.asl.json"))
EVENTS = sorted((ROOT / "events").glob("*/*.json"))


@cache
def template() -> dict[str, Any]:
    return read_template((ROOT / "template.yaml").read_text())


def resources(kind: str) -> dict[str, dict[str, Any]]:
    return {name: body for name, body in template()["Resources"].items() if body["Type"] == kind}


def functions() -> dict[str, dict[str, Any]]:
    """The properties of each function, by logical id."""
    return {name: body["Properties"] for name, body in resources("AWS::Serverless::Function").items()}


def machines() -> dict[str, dict[str, Any]]:
    return {name: body["Properties"] for name, body in resources("AWS::Serverless::StateMachine").items()}


def alarms_on_metrics_of(function: str) -> list[tuple[str, str, dict[str, str]]]:
    """`(namespace, metric, dimensions)` of each alarm on a metric that this function itself writes."""
    found = [alarm["Properties"] for alarm in resources("AWS::CloudWatch::Alarm").values()]
    asked = [
        (
            alarm["Namespace"],
            alarm["MetricName"],
            {
                each["Name"]: function if each["Value"] == {"Ref": logical_id(function)} else each["Value"]
                for each in alarm["Dimensions"]
            },
        )
        for alarm in found
        if alarm.get("Namespace") == "Docent"
    ]
    return [each for each in asked if function in each[2].values()]


def definition(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def every_state(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """`(name, state, the machine or branch it belongs to)`, including nested states."""
    for name, state in machine["States"].items():
        yield name, state, machine
        inner = state.get("ItemProcessor")
        if inner:
            yield from every_state(inner)


def targets(state: dict[str, Any]) -> Iterator[str]:
    """The states that can follow a state."""
    for field in ("Next", "Default"):
        if field in state:
            yield state[field]
    for branch in (*state.get("Choices", []), *state.get("Catch", [])):
        yield branch["Next"]


def folder_of(function: str) -> Path:
    """The folder of a function, by its name."""
    return next(folder for folder in FUNCTIONS if folder.name == function)


def module_of(function: str) -> str:
    """The name of its handler's module, for imports in tests."""
    return ".".join((*folder_of(function).relative_to(ROOT).parts, "app"))


def sample_event(name: str) -> Any:
    """One of the project's sample events, by file name."""
    (file,) = (path for path in EVENTS if path.name == name)
    return json.loads(file.read_text("utf-8"))


def logical_id(folder: str) -> str:
    return "".join(word.capitalize() for word in folder.split("_")) + "Function"


def statements(policies: Any) -> Iterator[dict[str, Any]]:
    """Every IAM statement in a SAM resource's policies, including both sides of a condition."""
    for policy in policies:
        if isinstance(policy, dict):
            yield from policy.get("Statement", [])
            yield from statements(policy.get("Fn::If", [])[1:])


def imports(path: Path) -> set[str]:
    """The top-level modules that a Python file imports anywhere, except for type checking only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return {name for name in found if name not in sys.stdlib_module_names and not name.startswith("mypy_boto3")}


def requirements(path: Path) -> set[str]:
    """The names pinned in a requirements file."""
    if not path.exists():
        return set()
    return {
        name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9_.-]+)==", path.read_text(), re.MULTILINE)
    }
