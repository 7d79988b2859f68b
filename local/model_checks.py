"""Checks requests against botocore's service models, as AWS does.

The SDK checks only types and required members; the service checks lengths, patterns, enums and unions. These checks
are here, with the messages that AWS's services share.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
}


class SerializationError(Exception):
    """A value does not have the model's type."""


class ConstraintError(Exception):
    """A value violates a constraint of the model. `field` is its path."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def checked(shape: Shape, request: Any, patterns: Mapping[str, str] | None = None) -> Any:
    """The request, if it is valid. Blobs become bytes, timestamps become seconds since 1970.

    `patterns` replace the model's own, by shape name.
    """
    return _checked(shape, request, "request", patterns or {})


def _checked(shape: Shape, value: Any, path: str, patterns: Mapping[str, str]) -> Any:
    if isinstance(shape, StructureShape) and getattr(shape, "is_document_type", False):
        return value
    if not _fits(value, _JSON_TYPES[shape.type_name]):
        raise SerializationError(f"The value at '{path}' is not a {shape.type_name}.")
    if isinstance(shape, StructureShape):
        return _structure(shape, value, path, patterns)
    if isinstance(shape, ListShape):
        _bounded(shape, len(value), value, path)
        return [_checked(shape.member, item, f"{path}.{n}.member", patterns) for n, item in enumerate(value, 1)]
    if isinstance(shape, MapShape):
        return {key: _checked(shape.value, item, f"{path}.{key}", patterns) for key, item in value.items()}
    if shape.type_name == "blob":
        return _blob(value, path)
    if shape.type_name == "timestamp":
        return _timestamp(value, path)
    if isinstance(value, str):
        _bounded(shape, len(value), value, path)
        _spelled(shape, value, path, patterns)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _bounded(shape, value, value, path)
    return value


def _fits(value: Any, expected: type | tuple[type, ...]) -> bool:
    # In Python a bool is an int, in JSON it is not.
    return isinstance(value, expected) and (expected is bool or not isinstance(value, bool))


def _structure(shape: StructureShape, value: dict[str, Any], path: str, patterns: Mapping[str, str]) -> dict[str, Any]:
    present = {name: item for name, item in value.items() if item is not None}
    for name in shape.required_members:
        if name not in present:
            raise _constraint(None, _member(path, name), "Member must not be null")
    known = {name: item for name, item in present.items() if name in shape.members}
    if shape.is_tagged_union and len(known) != 1:
        raise ConstraintError(
            f"Exactly one member of the union at '{path.removeprefix('request.')}' must be set.", path
        )
    return {name: _checked(shape.members[name], item, _member(path, name), patterns) for name, item in known.items()}


def _bounded(shape: Shape, size: float, value: Any, path: str) -> None:
    what = "value" if isinstance(value, int | float) else "length"
    if "max" in shape.metadata and size > shape.metadata["max"]:
        limit = shape.metadata["max"]
        raise _constraint(value, path, f"Member must have {what} less than or equal to {limit}")
    if "min" in shape.metadata and size < shape.metadata["min"]:
        limit = shape.metadata["min"]
        raise _constraint(value, path, f"Member must have {what} greater than or equal to {limit}")


def _spelled(shape: Shape, value: str, path: str, patterns: Mapping[str, str]) -> None:
    pattern = patterns.get(shape.name) or shape.metadata.get("pattern")
    # Java's \P{C} (not a control character) is the one class of the models that Python's re lacks.
    if pattern and not re.fullmatch(pattern.replace(r"\P{C}", r"[^\x00-\x1f\x7f-\x9f]"), value):
        raise _constraint(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    names = shape.metadata.get("enum")
    if names and value not in names:
        raise _constraint(value, path, f"Member must satisfy enum value set: [{', '.join(names)}]")


def _constraint(value: Any, path: str, rule: str) -> ConstraintError:
    shown = "null" if value is None else str(value)[:100]
    field = path.removeprefix("request.")
    message = f"1 validation error detected: Value '{shown}' at '{field}' failed to satisfy constraint: {rule}"
    return ConstraintError(message, field)


def _member(path: str, name: str) -> str:
    return f"{path}.{name[0].lower()}{name[1:]}"


def _blob(value: str, path: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise SerializationError(f"The value at '{path}' is not base64.") from error


def _timestamp(value: float | str, path: str) -> float:
    if not isinstance(value, str):
        return float(value)
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError as error:
        raise SerializationError(f"The value at '{path}' is not a timestamp.") from error
