"""Requests, replies and errors of `bedrock-agent` and `bedrock-agent-runtime`, from botocore's models of the two."""

import json
import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel

from local import rest_json

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
def _routes() -> rest_json.Routes:
    return rest_json.routes_of(map(model, SERVICES), _LABELS, _LABEL)


def route(method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
    """The operation and the values in its path."""
    return rest_json.route_in(_routes(), method, path)


def request_of(operation: OperationModel, labels: Mapping[str, str], query: Mapping[str, Any], body: bytes) -> Json:
    """One flat, checked request from path, query and body. Raises AgentError."""
    return rest_json.request_of(operation, labels, query, body, invalid)


def reply(operation: OperationModel, answer: Json) -> Reply:
    """The members that the operation's reply has, and no others."""
    shape = operation.output_shape
    shown = {name: answer[name] for name in shape.members if name in answer} if shape else {}
    return operation.http.get("responseCode", 200), dict(_JSON), json.dumps(shown, ensure_ascii=False).encode()


def now() -> str:
    return rest_json.moment(time.time())


def page(items: Sequence[Json], request: Json) -> tuple[Sequence[Json], Json]:
    """One page of a list, and its `nextToken` if there is another."""
    return rest_json.page_of(items, request, _PAGE, invalid)
