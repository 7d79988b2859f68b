"""Runs that are kept as tests, as files in flows/tests, and how a run of today differs from one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

type Compare = Literal["texts", "path"]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class FlowTest:
    """With `path`, only the nodes that are reached and the conditions that hold are compared: models answer in other
    words each time. With `texts`, all that nodes take and give. `answers` are those to the questions of its nodes."""

    flow: str
    name: str
    input: Any
    compare: Compare
    expected: Mapping[str, Any]
    answers: tuple[Any, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for a text that is no test."""
        try:
            told = json.loads(text)
            parts = (told["flow"], told["name"], told["input"], told.get("compare", "texts"), told["expected"])
            test = cls(*parts, answers=tuple(told.get("answers", ())))
            list(_differences(test.expected, test.expected, "texts"))  # fails for what no run can be compared with
            return test
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error

    @classmethod
    def of_run(cls, run: Mapping[str, Any], name: str, compare: Compare) -> Self:
        """Of a `FlowRunDetails`. What was masked there stays so. Raises ValueError for a run that cannot be repeated,
        and for a name that cannot be a file's."""
        if not _NAME.fullmatch(name):
            raise ValueError("The name of a test has small letters, digits and single hyphens.")
        if run["status"] == "RUNNING":
            raise ValueError("The run has not ended.")
        if "from_run" in run:
            raise ValueError("The run is a trial, which began in the middle of the flow.")
        given = [each["flowInputEvent"]["content"]["document"] for each in run["events"] if "flowInputEvent" in each]
        if not given:
            raise ValueError("Bedrock did not take the input of the run.")
        return cls(run["flow"], name, given[0], compare, observed(run), tuple(given[1:]))

    @property
    def text(self) -> str:
        """The file's."""
        told: dict[str, Any] = {"flow": self.flow, "name": self.name, "compare": self.compare, "input": self.input}
        if self.answers:
            told["answers"] = list(self.answers)
        return json.dumps(told | {"expected": self.expected}, indent=2, ensure_ascii=False) + "\n"

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
