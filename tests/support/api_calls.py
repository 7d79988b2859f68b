"""Requests from API Gateway, and replies checked against the contract."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from compiler.reading import read_yaml
from docent.callers import Caller
from tests.support.functions import Function
from tests.support.project import ROOT

CONTRACT = read_yaml((ROOT / "openapi.yaml").read_text())
FOREVER = 4_102_444_800  # expiry of the tests' tokens, in the year 2100

MARY = Caller("3f0a1c52-6f4e-4c8a-9d1b-7d2e5a90c411", "mary@example.com", ("energy",), FOREVER)
ERIKA = Caller("9b1d7f30-2c6a-4e1f-8a44-5f0e7c2b6d02", "erika@example.com", ("energy", "Lesegruppe Süd"), FOREVER)
OTTO = Caller("c7a2e8b4-0d15-4f6b-b3c9-1e8f6a7d5b93", "otto@example.com", (), FOREVER)


def asked(
    event: dict[str, Any],
    caller: Caller | None = None,
    body: Any = None,
    query: dict[str, Any] | None = None,
    path: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A sample event with some fields replaced."""
    changed = dict(event)
    if caller:
        changed["requestContext"] = event["requestContext"] | {"authorizer": caller.to_authorizer()}
    if body is not None:
        changed["body"] = json.dumps(body)
    if query is not None:
        changed["multiValueQueryStringParameters"] = {name: [str(value)] for name, value in query.items()}
    if path is not None:
        changed["pathParameters"] = path
    return changed


def call(function: Function, event: dict[str, Any]) -> tuple[int, Any]:
    """`(status, body)` of the reply, checked against the operation's contract."""
    reply = function(event)
    operation = CONTRACT["paths"][event["resource"]][event["httpMethod"].lower()]
    status, body = reply["statusCode"], json.loads(reply["body"])
    response = operation["responses"][str(status)]
    response = CONTRACT["components"]["responses"].get(response.get("$ref", "").split("/")[-1], response)
    content = reply["headers"]["Content-Type"]
    schema = response["content"][content]["schema"] | {"components": CONTRACT["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)
    return status, body
