"""The template's Rules, which CloudFormation checks before it creates anything, evaluated without a deployment.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Iterator, Mapping
from typing import Any


class _UnknownFunctionError(Exception):
    """An intrinsic function that is not evaluated here. CloudFormation will check its rule."""


def failed_assertions(rules: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[str]:
    """The description of each assertion that these parameters do not meet."""
    for rule in rules.values():
        try:
            if not _holds(rule.get("RuleCondition", True), values):
                continue
        except _UnknownFunctionError:
            continue
        for assertion in rule["Assertions"]:
            try:
                met = _holds(assertion["Assert"], values)
            except _UnknownFunctionError:
                continue
            if not met:
                yield assertion["AssertDescription"]


def _holds(condition: Any, values: Mapping[str, str]) -> bool:
    match condition:
        case bool():
            return condition
        case {"Fn::Equals": [one, other]}:
            return _value(one, values) == _value(other, values)
        case {"Fn::Not": [inner]}:
            return not _holds(inner, values)
        case {"Fn::And": parts}:
            return all(_holds(part, values) for part in parts)
        case {"Fn::Or": parts}:
            return any(_holds(part, values) for part in parts)
        case {"Fn::Contains": [several, one]}:
            return _value(one, values) in [_value(each, values) for each in several]
        case _:
            raise _UnknownFunctionError


def _value(value: Any, values: Mapping[str, str]) -> str:
    match value:
        case {"Ref": name} if name in values:
            return values[name]
        case str() | int() | float():
            return str(value)
        case _:
            raise _UnknownFunctionError
