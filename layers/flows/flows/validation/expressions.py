"""The expressions of a node's inputs, which take a part of what comes in: `$.data`, `$.data.key`, `$.data[1]`."""

import re
from typing import Any

DATA_TYPES = ("String", "Number", "Boolean", "Object", "Array")

_STEP = re.compile(r"""\.(?P<key>[A-Za-z_][\w-]*)|\[(?P<index>\d+)\]|\[(?P<quote>['"])(?P<quoted>[^'"]+)(?P=quote)\]""")


class MalformedExpressionError(Exception):
    """The expression is none. The message is the cause, for a person."""


class NoSuchPartError(Exception):
    """What came has no such part. The message names the step, and no value."""


def parse(expression: str) -> tuple[str | int, ...]:
    """The keys and places that lead to the part. Raises MalformedExpressionError."""
    if not expression.startswith("$.data"):
        raise MalformedExpressionError("Expression must start with $.data")
    steps: list[str | int] = []
    at = len("$.data")
    while at < len(expression):
        found = _STEP.match(expression, at)
        if not found:
            raise MalformedExpressionError(f"Expression has an unexpected {expression[at]} at character {at + 1}")
        steps.append(int(found["index"]) if found["index"] else found["key"] or found["quoted"])
        at = found.end()
    return tuple(steps)


def part_of(data: Any, steps: tuple[str | int, ...]) -> Any:
    """Raises NoSuchPartError."""
    for step in steps:
        match step, data:
            case int(), list() if step < len(data):
                data = data[step]
            case str(), dict() if step in data:
                data = data[step]
            case _:
                raise NoSuchPartError(f"There is no {step!r} in it.")
    return data


def data_type(value: Any) -> str | None:
    """The data type of a JSON value; None for null."""
    match value:
        case bool():
            return "Boolean"
        case str():
            return "String"
        case int() | float():
            return "Number"
        case dict():
            return "Object"
        case list():
            return "Array"
    return None
