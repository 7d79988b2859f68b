"""The operations of openapi.yaml."""

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")
AUTHORIZER = "authorize_request"


def functions_of(operation: dict[str, Any]) -> list[str]:
    """`[function]`, or `[condition, function where it holds, function where not]`."""
    named = operation.get("x-function", operation["operationId"])
    return [named] if isinstance(named, str) else named


def answering(contract: dict[str, Any]) -> list[str]:
    """The functions that the API may call: each that answers an operation, and the authorizer."""
    named = [functions_of(operation) for _, _, operation, _ in operations(contract)]
    return sorted({AUTHORIZER, *(name for each in named for name in each[-2:])})


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """`(method, path, operation, its parameters with those of its path)`"""
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield method, path, item[method], [resolved(contract, each) for each in parameters]


def resolved(contract: dict[str, Any], value: Any) -> Any:
    """A copy in which every `$ref` is replaced by what it names; descriptions are left out."""
    if isinstance(value, list):
        return [resolved(contract, each) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target: Any = contract
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return resolved(contract, target)
    return {name: resolved(contract, each) for name, each in value.items() if not _is_prose(name, each)}


def _is_prose(name: str, value: Any) -> bool:
    return name == "description" and isinstance(value, str)
