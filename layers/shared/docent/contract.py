"""What openapi.yaml allows a request to hold: `make compile` compiles it into requests.json beside this module, and
nothing that it refuses reaches a function's own code.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import fastjsonschema
from fastjsonschema import JsonSchemaValueException

from docent.errors import InvalidRequestError, OversizedRequestError, UnsupportedMediaTypeError

MAX_BODY_BYTES = 16_384

type Contract = Mapping[str, Any]


def contract_of(operation: str) -> Contract:
    """`{"path"?, "query"?, "body"?: JSON schema, "media_type"?, "max_body_bytes"?}` of one, such as `POST /ask`."""
    return _contracts().get(operation, {})


def methods_of(resource: str) -> list[str]:
    return [name.split()[0] for name in _contracts() if name.split()[1] == resource]


def read_path(contract: Contract, event: Mapping[str, Any]) -> dict[str, str]:
    path = dict(event.get("pathParameters") or {})
    _check(contract.get("path"), path, "path")
    return path


def read_query(contract: Contract, event: Mapping[str, Any]) -> dict[str, Any]:
    schema: Mapping[str, Any] = contract.get("query") or {"properties": {}}
    query: dict[str, Any] = {}
    for name, values in (event.get("multiValueQueryStringParameters") or {}).items():
        if len(values) > 1:
            raise _wrong(f"/query/{name}", "is given more than once")
        number = schema["properties"].get(name, {}).get("type") == "integer"
        query[name] = _integer(values[0]) if number else values[0]
    _check({"additionalProperties": False} | dict(schema) | {"type": "object"}, query, "query")
    defaults = {name: each["default"] for name, each in schema["properties"].items() if "default" in each}
    return defaults | query


def _integer(text: str) -> int | str:
    """The number that the digits of a text are; any other text as it is, for the contract to refuse."""
    try:
        return int(text) if text.isascii() and text.isdigit() else text
    except ValueError:  # Python converts 4,300 digits at most
        return text


def _check(schema: Mapping[str, Any] | None, value: Any, where: str) -> None:
    if schema is None:
        return
    try:
        _validator(json.dumps(schema))(value)
    except JsonSchemaValueException as error:
        steps = [where, *error.path[1:]] if where else list(error.path[1:])
        raise _wrong("".join(f"/{step}" for step in steps), _what_is_wrong(error)) from None


def _what_is_wrong(error: JsonSchemaValueException) -> str:
    """What a value must be. It never repeats the value; for a pattern, the contract says it in words (`x-must`)."""
    if error.rule == "pattern" and error.definition and "x-must" in error.definition:
        return f"must {error.definition['x-must']}"
    return error.message.removeprefix(error.name or "").strip()


def _wrong(pointer: str, detail: str) -> InvalidRequestError:
    happened = f"{pointer or 'The body'} {detail}."
    return InvalidRequestError(happened, ({"field": pointer, "detail": detail},))


def read_body(contract: Contract, event: Mapping[str, Any]) -> Any:
    """What a request's body holds, if its contract allows it."""
    if header(event, "content-type").split(";")[0].strip().lower() != contract["media_type"]:
        raise UnsupportedMediaTypeError(f"The request's Content-Type is not {contract['media_type']}.")
    try:
        raw = event.get("body") or ""
        body = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    except (UnicodeEncodeError, binascii.Error) as error:
        raise InvalidRequestError("The body is not UTF-8.") from error
    limit = contract.get("max_body_bytes", MAX_BODY_BYTES)
    return parse_body(contract["body"], body, limit, _PARSERS[contract["media_type"]])


def header(event: Mapping[str, Any], name: str) -> str:
    """A header by its name in lower case; empty where there is none."""
    headers = {key.lower(): value for key, value in (event.get("headers") or {}).items()}
    return headers.get(name) or ""


def parse_json(body: bytes) -> Any:
    try:
        value = json.loads(body)
        # Refuses half a surrogate pair, NaN, and what is too large for a number.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("The body is not valid JSON in UTF-8.") from error
    return value


def _parse_form(body: bytes) -> Any:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=10)
    except ValueError as error:
        raise InvalidRequestError("The body is not a form in UTF-8.") from error
    if any(len(values) > 1 for values in fields.values()):
        raise InvalidRequestError("A field of the form is given more than once.")
    return {name: values[0] for name, values in fields.items()}


_PARSERS: Mapping[str, Callable[[bytes], Any]] = {
    "application/json": parse_json,
    "application/x-www-form-urlencoded": _parse_form,
}


def parse_body(
    schema: Mapping[str, Any], body: bytes, limit: int = MAX_BODY_BYTES, parse: Callable[[bytes], Any] = parse_json
) -> Any:
    if len(body) > limit:
        raise OversizedRequestError(f"The body has {len(body)} bytes; {limit} are allowed.")
    value = parse(body)
    _check(schema, value, "")
    return value


@cache
def _validator(schema: str) -> Callable[[Any], Any]:
    return fastjsonschema.compile(json.loads(schema), use_default=False)


@cache
def _contracts() -> dict[str, dict[str, Any]]:
    """`{"POST /ask": {"body"?, "path"?, "query"?: JSON schema}}`"""
    return json.loads((Path(__file__).parent / "requests.json").read_text())["operations"]
