"""Requests and replies in the REST-JSON protocol, read and written by botocore's model of a service."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from local import model_checks

type Json = dict[str, Any]
type Reply = tuple[int, dict[str, str], Any]
type Routes = Sequence[tuple[OperationModel, re.Pattern[str]]]
type Invalid = Callable[[str], Exception]

JSON = {"Content-Type": "application/json"}
LABEL = r"[^/]+"


def routes_of(models: Iterable[ServiceModel], labels: Mapping[str, str], label: str = LABEL) -> Routes:
    """The path of each operation. `labels` are patterns of what is in a path, by name; `label` is that of others."""
    found: list[tuple[OperationModel, re.Pattern[str]]] = []
    for model in models:
        for name in model.operation_names:
            operation = model.operation_model(name)
            path = operation.http["requestUri"].partition("?")[0].rstrip("/")
            pattern = re.sub(
                r"\\{(\w+)\+?\\}", lambda each: f"(?P<{each[1]}>{labels.get(each[1], label)})", re.escape(path)
            )
            found.append((operation, re.compile(f"{pattern}/?")))
    # /flows/validate-definition is not a flow's id.
    return sorted(found, key=lambda each: each[0].http["requestUri"].count("{"))


def route_in(routes: Routes, method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
    """The operation and the values in its path."""
    for operation, pattern in routes:
        if operation.http["method"] == method and (match := pattern.fullmatch(path)):
            return operation, match.groupdict()
    return None


def request_of(
    operation: OperationModel, labels: Mapping[str, str], query: Mapping[str, Any], body: bytes, invalid: Invalid
) -> Json:
    """One flat, checked request from path, query and body."""
    shape = operation.input_shape
    assert isinstance(shape, StructureShape)
    request = object_of(body, invalid)
    for name, member in shape.members.items():
        where, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        if where == "uri":
            request[name] = labels[wire_name]
        elif where == "querystring" and wire_name in query:
            given = query[wire_name] if isinstance(query[wire_name], list) else [query[wire_name]]
            request[name] = given if isinstance(member, ListShape) else _typed(member.type_name, given[0])
    try:
        return model_checks.checked(shape, request)
    except (model_checks.SerializationError, model_checks.ConstraintError) as error:
        raise invalid(str(error)) from error


def object_of(body: bytes, invalid: Invalid) -> Json:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("The request body is not JSON.") from error
    if not isinstance(value, dict):
        raise invalid("The request body must be a JSON object.")
    return value


def reply_of(operation: OperationModel, answer: Json) -> Reply:
    """The members that the operation's reply has, and no others. Moments are seconds since 1970."""
    shown = shown_as(operation.output_shape, answer) if operation.output_shape else {}
    return operation.http.get("responseCode", 200), dict(JSON), json.dumps(shown, ensure_ascii=False).encode()


def shown_as(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        if getattr(shape, "is_document_type", False):
            return value
        members = ((name, each) for name, each in shape.members.items() if value.get(name) is not None)
        return {name: shown_as(each, value[name]) for name, each in members}
    if isinstance(shape, ListShape):
        return [shown_as(shape.member, each) for each in value]
    if isinstance(shape, MapShape):
        return {name: shown_as(shape.value, each) for name, each in value.items()}
    is_moment = shape.type_name == "timestamp" and shape.serialization.get("timestampFormat") == "iso8601"
    return moment(value) if is_moment and isinstance(value, int | float) else value


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_of(items: Sequence[Json], request: Json, most: int, invalid: Invalid) -> tuple[Sequence[Json], Json]:
    """One page of a list, and its `nextToken` if there is another."""
    start = 0
    if token := request.get("nextToken"):
        try:
            start = int(base64.urlsafe_b64decode(token))
        except ValueError as error:
            raise invalid("The nextToken is not valid.") from error
    end = start + request.get("maxResults", most)
    following = base64.urlsafe_b64encode(str(end).encode()).decode()
    return items[start:end], {"nextToken": following} if end < len(items) else {}


def _typed(kind: str, given: str) -> Any:
    if kind == "integer":
        return int(given) if given.isdecimal() else given
    return given == "true" if kind == "boolean" else given
