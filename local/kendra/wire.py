"""Kendra's requests and errors on the wire (JSON 1.1), checked against botocore's service model.

The SDK checks types and required members only; lengths, patterns and enums are refused by the
service. So they are here, in the service's words.
"""

import base64
import binascii
import re
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

TARGET_PREFIX = "AWSKendraFrontendService."
_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (int, float, str),
}


class KendraError(Exception):
    """An error a client sees: `code` is the name of Kendra's exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = 500 if code == "InternalServerException" else 400

    def to_json(self) -> dict[str, str]:
        return {"__type": self.code, "Message": str(self)}


def invalid(message: str) -> KendraError:
    return KendraError("ValidationException", message)


def missing(what: str) -> KendraError:
    return KendraError("ResourceNotFoundException", f"{what} does not exist.")


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("kendra")


def checked(operation: str, request: Any) -> dict[str, Any]:
    """The request if it keeps to the model; blobs become bytes, timestamps seconds since 1970."""
    shape = service_model().operation_model(operation).input_shape
    assert shape is not None
    return _checked(shape, request, "request")


def _checked(shape: Shape, value: Any, path: str) -> Any:
    if not _fits(value, _JSON_TYPES[shape.type_name]):
        raise KendraError("SerializationException", f"The value at '{path}' is not a {shape.type_name}.")
    if isinstance(shape, StructureShape):
        return _structure(shape, value, path)
    if isinstance(shape, ListShape):
        _bounded(shape, len(value), value, path)
        return [_checked(shape.member, item, f"{path}.{n}.member") for n, item in enumerate(value, 1)]
    if isinstance(shape, MapShape):
        return {key: _checked(shape.value, item, f"{path}.{key}") for key, item in value.items()}
    if shape.type_name == "blob":
        return _blob(value, path)
    if shape.type_name == "timestamp":
        return _timestamp(value, path)
    if isinstance(value, str):
        _bounded(shape, len(value), value, path)
        _spelled(shape, value, path)
    elif isinstance(value, int) and not isinstance(value, bool):
        _bounded(shape, value, value, path)
    return value


def _fits(value: Any, expected: type | tuple[type, ...]) -> bool:
    # In Python a bool is an int, on the wire it is not.
    return isinstance(value, expected) and (expected is bool or not isinstance(value, bool))


def _structure(shape: StructureShape, value: dict[str, Any], path: str) -> dict[str, Any]:
    present = {name: item for name, item in value.items() if item is not None}
    for name in shape.required_members:
        if name not in present:
            raise _constraint(None, _member(path, name), "Member must not be null")
    return {
        name: _checked(shape.members[name], item, _member(path, name))
        for name, item in present.items()
        if name in shape.members
    }


def _bounded(shape: Shape, size: float, value: Any, path: str) -> None:
    what = "value" if isinstance(value, int) else "length"
    if "max" in shape.metadata and size > shape.metadata["max"]:
        limit = shape.metadata["max"]
        raise _constraint(value, path, f"Member must have {what} less than or equal to {limit}")
    if "min" in shape.metadata and size < shape.metadata["min"]:
        limit = shape.metadata["min"]
        raise _constraint(value, path, f"Member must have {what} greater than or equal to {limit}")


def _spelled(shape: Shape, value: str, path: str) -> None:
    pattern = shape.metadata.get("pattern")
    # Java's \P{C} (not a control character) is the one class of the model that Python's re lacks.
    if pattern and not re.fullmatch(pattern.replace(r"\P{C}", r"[^\x00-\x1f\x7f-\x9f]"), value):
        raise _constraint(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    names = shape.metadata.get("enum")
    if names and value not in names:
        raise _constraint(value, path, f"Member must satisfy enum value set: [{', '.join(names)}]")


def _constraint(value: Any, path: str, rule: str) -> KendraError:
    shown = "null" if value is None else str(value)[:100]
    return invalid(
        f"1 validation error detected: Value '{shown}' at '{path.removeprefix('request.')}' "
        f"failed to satisfy constraint: {rule}"
    )


def _member(path: str, name: str) -> str:
    return f"{path}.{name[0].lower()}{name[1:]}"


def _blob(value: str, path: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise KendraError("SerializationException", f"The value at '{path}' is not base64.") from error


def _timestamp(value: float | str, path: str) -> float:
    if not isinstance(value, str):
        return float(value)
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError as error:
        raise KendraError("SerializationException", f"The value at '{path}' is not a timestamp.") from error
