"""Requests, replies and errors of Amazon DataZone, from botocore's model of it."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel

from local import rest_json

type Json = dict[str, Any]
type Reply = rest_json.Reply

_PAGE = 50  # the most that a page can have


class DataZoneError(Exception):
    """An error for the caller. `code` is the name of its exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def on_the_wire(self) -> Reply:
        body = json.dumps({"message": str(self)}).encode()
        return _status(self.code), rest_json.JSON | {"x-amzn-errortype": self.code}, body


def invalid(message: str) -> DataZoneError:
    return DataZoneError("ValidationException", message)


def missing(what: str, identifier: str) -> DataZoneError:
    return DataZoneError("ResourceNotFoundException", f"The {what} {identifier} does not exist.")


def conflict(message: str) -> DataZoneError:
    return DataZoneError("ConflictException", message)


def denied(message: str) -> DataZoneError:
    return DataZoneError("AccessDeniedException", message)


@cache
def model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("datazone")


@cache
def _status(code: str) -> int:
    if code in model().shape_names:
        return model().shape_for(code).metadata.get("error", {}).get("httpStatusCode", 400)
    return 404 if code == "UnknownOperationException" else 400


@cache
def _routes() -> rest_json.Routes:
    # A user can be named by an ARN, which has slashes.
    return rest_json.routes_of([model()], {"userIdentifier": ".+", "groupIdentifier": ".+"})


def route(method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
    return rest_json.route_in(_routes(), method, path)


def operation_of(method: str, path: str, _query: Any = None) -> str | None:
    """The operation's name, for the IAM check."""
    found = route(method, path)
    return found[0].name if found else None


def request_of(operation: OperationModel, labels: Mapping[str, str], query: Mapping[str, Any], body: bytes) -> Json:
    """One flat, checked request. Raises DataZoneError."""
    return rest_json.request_of(operation, labels, query, body, invalid)


def page(items: Sequence[Json], request: Json) -> Json:
    shown, following = rest_json.page_of(items, request, _PAGE, invalid)
    return {"items": shown} | following
