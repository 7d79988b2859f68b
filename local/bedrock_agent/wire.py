"""Requests, replies and errors of `bedrock-agent` and `bedrock-agent-runtime`, from botocore's models of the two."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel, StructureShape

from local import model_checks

type Json = dict[str, Any]
type Reply = tuple[int, dict[str, str], Any]

SERVICES = ("bedrock-agent", "bedrock-agent-runtime")
_JSON = {"Content-Type": "application/json"}
# Checked by the layer's own table, which also knows CloudFormation's limit of connections.
_UNCHECKED: dict[str, Json] = {"FlowDefinition": {"type": "structure", "members": {}, "document": True}}
# Paths come decoded, so an ARN brings its slashes with it.
_LABELS = {
    "flowAliasIdentifier": r"arn:[^/]+/[^/]+/alias/[^/]+|[^/]+",
    "aliasIdentifier": r"arn:[^/]+/[^/]+/alias/[^/]+|[^/]+",
}
_LABEL = r"arn:[^/]+/[^/]+|[^/]+"
_PAGE = 10  # AWS: the default of maxResults


class AgentError(Exception):
    """An error for the caller. `code` is the name of its exception, and `more` are its other members."""

    def __init__(self, code: str, message: str, **more: str) -> None:
        super().__init__(message)
        self.code, self.more = code, more

    def on_the_wire(self) -> Reply:
        body = json.dumps({"message": str(self)} | self.more).encode()
        return status_of(self.code), _JSON | {"x-amzn-errortype": self.code}, body


def invalid(message: str) -> AgentError:
    return AgentError("ValidationException", message)


def missing(message: str) -> AgentError:
    return AgentError("ResourceNotFoundException", message)


@cache
def model(service: str) -> ServiceModel:
    loader = botocore.session.get_session().get_component("data_loader")
    described = deepcopy(loader.load_service_model(service, "service-2"))
    if service == "bedrock-agent":
        described["shapes"] |= _UNCHECKED
    return ServiceModel(described, service)


@cache
def status_of(code: str) -> int:
    for service in SERVICES:
        if code in model(service).shape_names:
            return model(service).shape_for(code).metadata.get("error", {}).get("httpStatusCode", 400)
    return 404 if code == "UnknownOperationException" else 400


@cache
def _routes() -> Sequence[tuple[OperationModel, re.Pattern[str]]]:
    found: list[tuple[OperationModel, re.Pattern[str]]] = []
    for service in SERVICES:
        for name in model(service).operation_names:
            operation = model(service).operation_model(name)
            path = operation.http["requestUri"].rstrip("/")
            pattern = re.sub(
                r"\\{(\w+)\+?\\}", lambda label: f"(?P<{label[1]}>{_LABELS.get(label[1], _LABEL)})", re.escape(path)
            )
            found.append((operation, re.compile(f"{pattern}/?")))
    # /flows/validate-definition is not a flow's id.
    return sorted(found, key=lambda each: each[0].http["requestUri"].count("{"))


def route(method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
    """The operation and the values in its path."""
    for operation, pattern in _routes():
        if operation.http["method"] == method and (match := pattern.fullmatch(path)):
            return operation, match.groupdict()
    return None


def request_of(operation: OperationModel, labels: Mapping[str, str], query: Mapping[str, Any], body: bytes) -> Json:
    """One flat, checked request from path, query and body. Raises AgentError."""
    shape = operation.input_shape
    assert isinstance(shape, StructureShape)
    request = _object(body)
    for name, member in shape.members.items():
        where, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        if where == "uri":
            request[name] = labels[wire_name]
        elif where == "querystring" and wire_name in query:
            given = query[wire_name][0] if isinstance(query[wire_name], list) else query[wire_name]
            request[name] = _typed(member.type_name, given)
    try:
        return model_checks.checked(shape, request)
    except (model_checks.SerializationError, model_checks.ConstraintError) as error:
        raise invalid(str(error)) from error


def _typed(kind: str, given: str) -> Any:
    if kind == "integer":
        return int(given) if given.isdecimal() else given
    return given == "true" if kind == "boolean" else given


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("The request body is not JSON.") from error
    if not isinstance(value, dict):
        raise invalid("The request body must be a JSON object.")
    return value


def reply(operation: OperationModel, answer: Json) -> Reply:
    """The members that the operation's reply has, and no others."""
    shape = operation.output_shape
    shown = {name: answer[name] for name in shape.members if name in answer} if shape else {}
    return operation.http.get("responseCode", 200), dict(_JSON), json.dumps(shown, ensure_ascii=False).encode()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page(items: Sequence[Json], request: Json) -> tuple[Sequence[Json], Json]:
    """One page of a list, and its `nextToken` if there is another."""
    start = 0
    if token := request.get("nextToken"):
        try:
            start = int(base64.urlsafe_b64decode(token))
        except ValueError as error:
            raise invalid("The nextToken is not valid.") from error
    end = start + request.get("maxResults", _PAGE)
    following = base64.urlsafe_b64encode(str(end).encode()).decode()
    return items[start:end], {"nextToken": following} if end < len(items) else {}
