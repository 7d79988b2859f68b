"""Q Business's requests and errors in the REST-JSON protocol, checked against botocore's service model."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from local import model_checks

type Json = dict[str, Any]
type Reply = tuple[int, dict[str, str], bytes]

# Labels whose values can contain a slash, because MiniStack passes decoded paths.
_WITH_SLASHES = frozenset({"groupName", "userId", "documentId", "resourceARN", "subscriptionId"})
# AWS's OpenID providers have no port, but one on loopback has.
_PATTERNS = {
    "IAMIdentityProviderArn": r"arn:[a-z0-9-\.]{1,63}:iam::\d{12}:(oidc-provider|saml-provider)/"
    r"((localhost|127\.0\.0\.1):\d+)?[a-zA-Z0-9_\.\/@\-]*"
}


class QBusinessError(Exception):
    """An error for the client. `code` is the name of Q Business's exception, `told` are its further members."""

    def __init__(self, code: str, message: str, **told: str) -> None:
        super().__init__(message)
        self.code = code
        self.told = told

    def on_the_wire(self) -> Reply:
        headers = {"Content-Type": "application/json", "x-amzn-errortype": self.code}
        return _status(self.code), headers, json.dumps({"message": str(self), **self.told}).encode()


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the values of its path."""

    operation: str
    labels: Mapping[str, str]


def invalid(message: str, reason: str = "FIELD_VALIDATION_FAILED") -> QBusinessError:
    return QBusinessError("ValidationException", message, reason=reason)


def missing(kind: str, identifier: str) -> QBusinessError:
    message = f"The {kind.lower().replace('_', ' ')} {identifier} does not exist."
    return QBusinessError("ResourceNotFoundException", message, resourceId=identifier, resourceType=kind)


def conflict(message: str, kind: str, identifier: str) -> QBusinessError:
    return QBusinessError("ConflictException", message, resourceId=identifier, resourceType=kind)


def denied(message: str = "User is not authorized for this service call.") -> QBusinessError:
    return QBusinessError("AccessDeniedException", message)


def over_quota(message: str, kind: str, identifier: str) -> QBusinessError:
    return QBusinessError("ServiceQuotaExceededException", message, resourceId=identifier, resourceType=kind)


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("qbusiness")


@cache
def _status(code: str) -> int:
    model = service_model()
    if code not in model.shape_names:
        return 404 if code == "UnknownOperationException" else 400
    return model.shape_for(code).metadata["error"]["httpStatusCode"]


def route(method: str, path: str, query: Mapping[str, Any]) -> Route | None:
    for operation, verb, pattern, wanted in _routes():
        if verb == method and wanted <= query.keys() and (match := pattern.fullmatch(path)):
            return Route(operation, match.groupdict())
    return None


def operation_of(method: str, path: str, query: Mapping[str, Any]) -> str | None:
    """The operation's name, for the IAM check."""
    found = route(method, path, query)
    return found.operation if found else None


@cache
def _routes() -> list[tuple[str, str, re.Pattern[str], frozenset[str]]]:
    """`(operation, method, path, query parameters that distinguish it)`, most specific first."""
    found = []
    for name in service_model().operation_names:
        http = service_model().operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(
            r"\{(\w+)\}", lambda label: f"(?P<{label[1]}>{'.+' if label[1] in _WITH_SLASHES else '[^/]+'})", path
        )
        literals = len(re.findall(r"/\w", path))
        wanted = frozenset(part.partition("=")[0] for part in query.split("&") if part)
        found.append((-literals, -len(wanted), name, http["method"], re.compile(f"{pattern}/?"), wanted))
    return [
        (name, method, pattern, wanted) for _, _, name, method, pattern, wanted in sorted(found, key=lambda f: f[:3])
    ]


def request_of(found: Route, query: Mapping[str, Any], body: bytes) -> Json:
    """One flat, checked request from path, query and body. Blobs become bytes, timestamps become seconds since 1970."""
    operation = service_model().operation_model(found.operation)
    shape = operation.input_shape
    assert isinstance(shape, StructureShape)
    request: Json = _body(operation, body)
    for name, member in shape.members.items():
        place, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        if place == "uri":
            request[name] = found.labels[wire_name]
        elif place == "querystring":
            request.pop(name, None)
            if wire_name in query:
                request[name] = _from_query(member, query[wire_name], name)
    try:
        return model_checks.checked(shape, request, _PATTERNS)
    except model_checks.SerializationError as error:
        raise QBusinessError("SerializationException", str(error)) from error
    except model_checks.ConstraintError as error:
        raise invalid(str(error)) from error


def _body(operation: OperationModel, body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise QBusinessError("SerializationException", f"The body of {operation.name} is not JSON.") from error
    if not isinstance(value, dict):
        raise QBusinessError("SerializationException", "The body must be a JSON object.")
    return value


def _from_query(shape: Shape, given: Any, name: str) -> Any:
    values = given if isinstance(given, list) else [given]
    if isinstance(shape, ListShape):
        return values
    if shape.type_name in ("integer", "long"):
        try:
            return int(values[0])
        except ValueError as error:
            raise invalid(f"{name} must be a number.") from error
    return values[0]


def reply(answer: Json) -> Reply:
    return 200, {"Content-Type": "application/json"}, json.dumps(answer, default=_blob).encode()


def _blob(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot be serialized")


def page[T](request: Json, items: list[T], most: int) -> tuple[list[T], Json]:
    """One page of a list, and its `nextToken` if there is another."""
    token = request.get("nextToken", "0")
    if not token.isdecimal():
        raise invalid("The nextToken is not valid.")
    start, size = int(token), request.get("maxResults", most)
    following = {"nextToken": str(start + size)} if start + size < len(items) else {}
    return items[start : start + size], following
