"""An AWS service between botocore's serializer and its parser, by a session's `before-send` event."""

import json
import math
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator

from tests.support.fake_streams import Raw, Streamed
from tests.support.hooks import hooks_of
from tests.support.s3_vectors import newer_loader

# An error code, the bytes of an invalid reply, or an exception of the connection.
type Fault = str | bytes | Exception

STATUS = {
    "AccessDeniedException": 403,
    "ConflictException": 409,
    "ExternalResourceException": 424,
    "ForbiddenException": 403,
    "GoneException": 410,
    "PayloadTooLargeException": 413,
    "ResourceNotFoundException": 404,
    "ModelTimeoutException": 408,
    "ModelErrorException": 424,
    "ThrottlingException": 429,
    "InternalServerException": 500,
    "ServiceUnavailableException": 503,
}


class Refused(Exception):
    """A request that the service refuses, with its error code."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class FakeService:
    """Checks requests and its own replies against botocore's model of the service, then answers.

    Subclasses have one method per operation, with its name, that turns a request into a reply. `requests` holds all
    requests, including refused ones, and `streams` the bodies of streamed replies. `fail` makes the next calls fail.
    """

    events: ClassVar[tuple[str, ...]]  # `service` or `service.Operation`, as in botocore's event names

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self._faults: deque[Fault] = deque()
        self._always: Fault | None = None
        self.streams: list[Raw] = []

    def fail(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    def fail_always(self, fault: Fault) -> None:
        self._always = fault

    def asked(self, operation: str) -> list[dict[str, Any]]:
        return [request for name, request in self.requests if name == operation]

    @contextmanager
    def attached(self, session: boto3.Session) -> Iterator[None]:
        """The session's clients call this service meanwhile."""
        with hooks_of(session).hooked(self, *(f"before-send.{event}" for event in self.events)):
            yield

    def __call__(self, request: AWSPreparedRequest, event_name: str, **more: Any) -> AWSResponse:
        _, service, operation_name = event_name.split(".")
        operation = _model(service).operation_model(operation_name)
        asked = _read(request, operation)
        self.requests.append((operation_name, asked))
        try:
            reply = self._reply(operation, asked)
        except Refused as refused:
            body = json.dumps({"__type": refused.code, "message": str(refused)}).encode()
            return _response(request, STATUS.get(refused.code, 400), body, **{"x-amzn-errortype": refused.code})
        if isinstance(reply, Streamed):
            raw = Raw(b"".join(reply.frames()), reply.sizes, reply.error)
            self.streams.append(raw)
            return AWSResponse(request.url, 200, HTTPHeaders.from_dict(reply.headers), raw)
        return _response(request, 200, reply)

    def _reply(self, operation: OperationModel, asked: dict[str, Any]) -> bytes | Streamed:
        fault = self._faults.popleft() if self._faults else self._always
        if isinstance(fault, Exception):
            raise fault
        if isinstance(fault, bytes):
            return fault
        if fault:
            raise Refused(fault)
        if wrong := next(_violations(operation.input_shape, asked), None):
            raise Refused("ValidationException", wrong)
        reply = getattr(self, operation.name)(asked)
        if isinstance(reply, Streamed | bytes) or operation.output_shape is None:
            return reply or b""
        report = ParamValidator().validate(reply, operation.output_shape)
        assert not report.has_errors(), report.generate_report()
        return json.dumps(reply).encode()


@cache
def _model(service: str) -> ServiceModel:
    session = botocore.session.get_session()
    session.register_component("data_loader", newer_loader())
    return session.get_service_model(service)


def _read(request: AWSPreparedRequest, operation: OperationModel) -> dict[str, Any]:
    """The request in the form of its shape, from path, query and body. Blobs stay base64, unless they are the body."""
    body: Any = request.body or b"{}"
    template = re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", operation.http["requestUri"].partition("?")[0])
    path, _, query = re.sub(r"^https?://[^/]+", "", str(request.url)).partition("?")
    found = re.fullmatch(rf"(?:/v1)?{template}", unquote(path) if "@" in template else path)  # a stage of API Gateway
    assert found, path
    members = operation.input_shape.members
    names = {shape.serialization.get("name", name): name for name, shape in members.items()}
    in_path = {names.get(name, name): unquote(value) for name, value in found.groupdict().items()}
    payload = operation.input_shape.serialization.get("payload")
    in_query = {names[name]: value for name, value in parse_qsl(query) if name in names}
    return (json.loads(body) if payload is None else {payload: body}) | in_query | in_path


def _violations(shape: Any, value: Any, name: str = "") -> Iterator[str]:
    """Violations of the service's model that botocore does not check: sizes and unknown enum values."""
    if isinstance(value, str | list) and shape.type_name != "blob":
        if len(value) > shape.metadata.get("max", math.inf):
            yield f"{name}: at most {shape.metadata['max']} are allowed."
        if "enum" in shape.metadata and value not in shape.metadata["enum"]:
            yield f"{name}: {value} is none of {shape.metadata['enum']}."
    if isinstance(value, list):
        for inner in value:
            yield from _violations(shape.member, inner, name)
    elif isinstance(value, Mapping) and shape.type_name == "structure" and not shape.is_document_type:
        for member, inner in value.items():
            yield from _violations(shape.members[member], inner, member)


def _response(request: AWSPreparedRequest, status: int, body: bytes, **headers: str) -> AWSResponse:
    return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), Raw(body))
