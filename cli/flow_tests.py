"""Runs that are kept as tests: files in flows/tests, and how a run of today differs from one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from cli.target import CommandError

FOLDER = Path("flows") / "tests"

type Compare = Literal["texts", "path"]


@dataclass(frozen=True, slots=True)
class FlowTest:
    """With `path`, only the nodes that are reached and the conditions that hold are compared: models answer in other
    words each time. With `texts`, all that nodes take and give."""

    flow: str
    name: str
    input: Any
    compare: Compare
    expected: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises CommandError for a file that is no test."""
        try:
            told = json.loads(path.read_text())
            return cls(told["flow"], told["name"], told["input"], told.get("compare", "texts"), told["expected"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CommandError(f"{path} is no test of a flow: {error}") from error

    @classmethod
    def of_run(cls, run: Mapping[str, Any], name: str, compare: Compare) -> Self:
        """Of a `FlowRunDetails`. What was masked there stays so."""
        return cls(run["flow"], name, run["input"], compare, observed(run))

    def write(self, folder: Path = FOLDER) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.flow}.{self.name}.json"
        told = {"flow": self.flow, "name": self.name, "compare": self.compare, "input": self.input}
        path.write_text(json.dumps(told | {"expected": self.expected}, indent=2, ensure_ascii=False) + "\n")
        return path

    def differences(self, run: Mapping[str, Any]) -> list[str]:
        """One line for each node that did something else; empty if the run is as expected."""
        return list(_differences(self.expected, observed(run), self.compare))


def observed(run: Mapping[str, Any]) -> dict[str, Any]:
    """What a run did, as far as a test compares it."""
    nodes = {node["node"]: {name: node[name] for name in ("inputs", "outputs", "conditions")} for node in run["nodes"]}
    return {"status": run["status"], "outputs": run["outputs"], "nodes": nodes}


def _differences(expected: Mapping[str, Any], found: Mapping[str, Any], compare: str) -> Iterator[str]:
    if expected["status"] != found["status"]:
        yield f"status: {expected['status']} → {found['status']}"
    for name in (*expected["nodes"], *(each for each in found["nodes"] if each not in expected["nodes"])):
        before, after = expected["nodes"].get(name), found["nodes"].get(name)
        if before is None or after is None:
            yield f"{name}: {'not expected, but reached' if before is None else 'expected, but not reached'}"
            continue
        if before["conditions"] != after["conditions"]:
            yield f"{name}: held {', '.join(before['conditions'])} → {', '.join(after['conditions'])}"
        if compare == "texts":
            for kind in ("inputs", "outputs"):
                for port in (*before[kind], *(each for each in after[kind] if each not in before[kind])):
                    one, other = before[kind].get(port), after[kind].get(port)
                    if one != other:
                        yield f"{name}.{port}: {_shown(one)} → {_shown(other)}"
    reached = [[each["node"] for each in told["outputs"]] for told in (expected, found)]
    if reached[0] != reached[1]:
        yield f"outputs: {', '.join(reached[0]) or 'none'} → {', '.join(reached[1]) or 'none'}"


def _shown(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)


def paths_of_tests(flow: str | None, folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob(f"{flow or '*'}.*.json"))
