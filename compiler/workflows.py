"""State machines: YAML with named retry policies and named expressions, compiled to Amazon States Language in JSON.

`Retry: function` stands for the rules of that name in `statemachines/retry_policies.yaml`, `Retry: [function, crash]`
for those of both. `!document_of $states.input` stands for the value of that name in `statemachines/expressions.yaml`,
with the word ARGUMENT replaced by what follows the name.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from compiler.merging import MergeError
from compiler.project import NOTICE
from compiler.reading import Loader


@dataclass(frozen=True, slots=True)
class Workflow:
    """One source. `alarm` is its alarm's logical id; record_failure hears of those that have `records_failures`.

    Where users may stop an execution (`UsersStopIt: true`), that is no failure for the alarm.
    """

    name: str
    alarm: str
    alarm_description: str
    records_failures: bool
    users_stop_it: bool
    definition: Mapping[str, Any]

    @classmethod
    def read(cls, name: str, text: str, policies: Mapping[str, Any], expressions: Mapping[str, Any]) -> "Workflow":
        """`name` is its file's, without `.asl.yaml`."""
        source = yaml.load(text, _loader(expressions))  # noqa: S506 - a SafeLoader
        about = source.pop("Workflow")
        comment = f"{NOTICE.format(f'{name}.asl.yaml')} {source.pop('Comment')}"
        definition = _with_retries({"Comment": comment, **source}, policies)
        stopped = about.get("UsersStopIt", False)
        return cls(name, about["Alarm"], about["AlarmDescription"], about["RecordFailures"], stopped, definition)

    def to_json(self) -> str:
        return json.dumps(self.definition, indent=2, ensure_ascii=False) + "\n"


def _loader(expressions: Mapping[str, Any]) -> type[yaml.SafeLoader]:
    class WorkflowLoader(Loader):
        pass

    def construct(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> Any:
        if name not in expressions:
            raise MergeError(f"!{name} is not in statemachines/expressions.yaml.")
        return _replaced(expressions[name], str(loader.construct_scalar(node)))  # pyright: ignore[reportArgumentType]

    WorkflowLoader.add_multi_constructor("!", construct)
    return WorkflowLoader


def _replaced(value: Any, argument: str) -> Any:
    match value:
        case str():
            return value.replace("ARGUMENT", argument)
        case dict():
            return {name: _replaced(each, argument) for name, each in value.items()}
        case list():
            return [_replaced(each, argument) for each in value]
    return value


def _with_retries(value: Any, policies: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_with_retries(each, policies) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _rules(each, policies) if name == "Retry" else _with_retries(each, policies)
        for name, each in value.items()
    }


def _rules(named: Any, policies: Mapping[str, Any]) -> list[Any]:
    rules: list[Any] = []
    for name in [named] if isinstance(named, str) else named:
        if name not in policies:
            raise MergeError(f"The retry policy {name} is not in statemachines/retry_policies.yaml.")
        rules += copy.deepcopy(policies[name])
    return rules
