"""The requests of batch inference, checked against botocore's model of Bedrock."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import StructureShape

from local import model_checks
from local.bedrock.refusals import WireReply, invalid

type Json = dict[str, Any]

# MiniStack passes decoded paths, so an ARN brings its slash with it.
_ROUTES = (
    ("CreateModelInvocationJob", "POST", re.compile(r"/model-invocation-job/?")),
    ("StopModelInvocationJob", "POST", re.compile(r"/model-invocation-job/(?P<jobIdentifier>.+)/stop")),
    ("GetModelInvocationJob", "GET", re.compile(r"/model-invocation-job/(?P<jobIdentifier>.+)")),
    ("ListModelInvocationJobs", "GET", re.compile(r"/model-invocation-jobs/?")),
)


def route(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The operation and the values in its path; None for any other operation of Bedrock."""
    for operation, verb, pattern in _ROUTES:
        if verb == method and (match := pattern.fullmatch(path)):
            return operation, match.groupdict()
    return None


def request_of(operation: str, labels: Mapping[str, str], query: Mapping[str, Any], body: bytes) -> Json:
    """One flat, checked request from path, query and body. Timestamps become seconds since 1970."""
    shape = _input_shape(operation)
    request = _object(body) | dict(labels)
    for name, member in shape.members.items():
        if name in query and member.serialization.get("location") == "querystring":
            given = query[name][0] if isinstance(query[name], list) else query[name]
            request[name] = int(given) if member.type_name == "integer" and given.isdecimal() else given
    try:
        return model_checks.checked(shape, request)
    except (model_checks.SerializationError, model_checks.ConstraintError) as error:
        raise invalid(str(error)) from error


def reply(answer: Json) -> WireReply:
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


def page(items: list[Json], request: Json, size: int) -> tuple[list[Json], Json]:
    """One page of a list, and its `nextToken` if there is another."""
    token = request.get("nextToken", "0")
    if not token.isdecimal():
        raise invalid("The nextToken is not valid.")
    start, size = int(token), request.get("maxResults", size)
    following = {"nextToken": str(start + size)} if start + size < len(items) else {}
    return items[start : start + size], following


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("The request body is not JSON.") from error
    if not isinstance(value, dict):
        raise invalid("The request body must be a JSON object.")
    return value


@cache
def _input_shape(operation: str) -> StructureShape:
    service = botocore.session.get_session().get_service_model("bedrock")
    shape = service.operation_model(operation).input_shape
    assert isinstance(shape, StructureShape)
    return shape
