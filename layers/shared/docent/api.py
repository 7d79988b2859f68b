"""The door of a function that API Gateway calls: a request in, a reply or a problem (RFC 9457) out.

What a request may hold is said by openapi.yaml alone: `make api` compiles its request schemas into
requests.json beside this module, and nothing that they refuse reaches a function's own code.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastjsonschema
from fastjsonschema import JsonSchemaValueException

from docent.callers import Caller
from docent.errors import (
    DocentError,
    InvalidReadersError,
    InvalidRequestError,
    MisconfiguredError,
    NotFoundError,
    NotTheirsError,
    OversizedRequestError,
    TooManyRequestsError,
    TransientError,
    UnauthorizedError,
    UnexpectedError,
    UnsupportedMediaTypeError,
)

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

MAX_BODY_BYTES = 16_384
STATUS: Mapping[type[DocentError], tuple[int, str]] = {
    InvalidRequestError: (400, "The request is not usable"),
    InvalidReadersError: (400, "The readers are not usable"),
    UnauthorizedError: (401, "There is no valid token"),
    NotTheirsError: (403, "It belongs to somebody else"),
    NotFoundError: (404, "There is no such thing"),
    OversizedRequestError: (413, "The request is too large"),
    UnsupportedMediaTypeError: (415, "The body is of another type"),
    TooManyRequestsError: (429, "Too many requests"),
    TransientError: (503, "A service is not well"),
    MisconfiguredError: (500, "The deployment is not complete"),
}
UNEXPECTED = (500, "An unexpected fault")
RETRY_AFTER = 5  # seconds, when a service is not well
# Answers hold what only their reader may see, and no page of ours is shown in a browser.
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that its contract allows: `path` and `query` by name, `body` as JSON (None where there is none)."""

    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    request_id: str


@dataclass(frozen=True, slots=True)
class Reply:
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def serve(
    event: Mapping[str, Any],
    handle: Callable[[Request], Reply],
    origins: str,
    logger: "Logger",
    clock: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """Answer one event of a REST API's proxy integration.

    `origins` are the origins that browsers may call from, separated by commas. Errors become problems; of those
    that nobody foresaw only the class and the place are logged, as their words may hold what was asked.
    """
    request_id = event["requestContext"]["requestId"]
    try:
        reply = _preflight(event) if event["httpMethod"] == "OPTIONS" else handle(read_request(event, clock()))
    except DocentError as error:
        reply = problem(error, request_id)
        logger.warning("request refused", status=reply.status, error=type(error).__name__)
    except Exception as error:  # the caller gets a problem whatever happens; the class and place are logged
        reply = problem(UnexpectedError("The request could not be answered."), request_id)
        logger.error("request failed", error=type(error).__name__, at=_places(error))
    headers = SECURITY_HEADERS | {"X-Request-Id": request_id} | _cors(event, origins) | dict(reply.headers)
    if reply.body is None:
        return {"statusCode": reply.status, "headers": headers, "body": ""}
    body = json.dumps(reply.body, ensure_ascii=False)
    return {"statusCode": reply.status, "headers": {"Content-Type": "application/json"} | headers, "body": body}


def problem(error: DocentError, request_id: str) -> Reply:
    """The problem details of an error: https://www.rfc-editor.org/rfc/rfc9457"""
    status, title = STATUS.get(type(error), UNEXPECTED)
    details: dict[str, Any] = {
        "type": f"urn:docent:problem:{type(error).__name__}",
        "title": title,
        "status": status,
        "detail": f"{error.happened} Try again." if isinstance(error, TransientError) else str(error),
        "request_id": request_id,
    }
    headers = {"Content-Type": "application/problem+json"}
    if isinstance(error, InvalidRequestError) and error.errors:
        details["errors"] = list(error.errors)
    if isinstance(error, TooManyRequestsError):
        headers["Retry-After"] = str(error.retry_after)
    elif status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    return Reply(details, status, headers)


def read_request(event: Mapping[str, Any], now: float) -> Request:
    """Raises InvalidRequestError and its like for what the contract does not allow."""
    caller = Caller.from_authorizer(event["requestContext"]["authorizer"])
    check_token_of(caller, now)
    contract = _contracts().get(f"{event['httpMethod']} {event['resource']}", {})
    path = dict(event.get("pathParameters") or {})
    _check(contract.get("path"), path, "path")
    return Request(
        caller=caller,
        path=path,
        query=_read_query(contract, event),
        body=read_body(contract["body"], event) if "body" in contract else None,
        request_id=event["requestContext"]["requestId"],
    )


def check_token_of(caller: Caller, now: float) -> None:
    """API Gateway remembers for some minutes that a token was good, whether it still is or not."""
    if caller.expires_at <= now:
        raise UnauthorizedError("The token has expired.")


def read_body(schema: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    """The JSON of a request's body, if `schema` allows it."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaTypeError("The request's Content-Type is not application/json.")
    try:
        raw = event.get("body") or ""
        body = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    except (UnicodeEncodeError, binascii.Error) as error:
        raise InvalidRequestError("The body is not UTF-8.") from error
    return parse_body(schema, body)


def parse_body(schema: Mapping[str, Any], body: bytes) -> Any:
    if len(body) > MAX_BODY_BYTES:
        raise OversizedRequestError(f"The body has {len(body)} bytes; {MAX_BODY_BYTES} are allowed.")
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()  # refuses half a surrogate pair
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("The body is not valid JSON in UTF-8.") from error
    _check(schema, value, "")
    return value


def body_schema(operation: str) -> Mapping[str, Any]:
    """The schema of the body of one operation, such as `POST /ask`."""
    return _contracts()[operation]["body"]


def encode_next(place: Any) -> str:
    """Where a page ended, as an opaque text that goes into a URL."""
    text = json.dumps(place, ensure_ascii=False)  # escaped, a long key would not fit into what `next` may take
    return base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()


def decode_next(text: str) -> Any:
    """Raises InvalidRequestError for what `encode_next` did not make."""
    try:
        return json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        detail = {"field": "/query/next", "detail": "is none that a page before gave"}
        raise InvalidRequestError("`next` is not usable.", (detail,)) from error


def _read_query(contract: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    schema: Mapping[str, Any] = contract.get("query") or {"properties": {}}
    query: dict[str, Any] = {}
    for name, values in (event.get("multiValueQueryStringParameters") or {}).items():
        if len(values) > 1:
            raise _wrong(f"/query/{name}", "is given more than once")
        number = schema["properties"].get(name, {}).get("type") == "integer"
        query[name] = int(values[0]) if number and values[0].isascii() and values[0].isdigit() else values[0]
    _check({**schema, "type": "object", "additionalProperties": False}, query, "query")
    defaults = {name: each["default"] for name, each in schema["properties"].items() if "default" in each}
    return defaults | query


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


@cache
def _validator(schema: str) -> Callable[[Any], Any]:
    return fastjsonschema.compile(json.loads(schema), use_default=False)


@cache
def _contracts() -> dict[str, dict[str, Any]]:
    """`{"POST /ask": {"body"?, "path"?, "query"?: JSON schema}}`"""
    return json.loads((Path(__file__).parent / "requests.json").read_text())


def _preflight(event: Mapping[str, Any]) -> Reply:
    """What a browser asks before it calls from another origin; whether it may, `_cors` says."""
    methods = [name.split()[0] for name in _contracts() if name.split()[1] == event["resource"]]
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "3600",
    }
    return Reply(status=204, headers=headers)


def _cors(event: Mapping[str, Any], origins: str) -> dict[str, str]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    origin = headers.get("origin")
    if not origin or origin not in origins.split(","):
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Access-Control-Expose-Headers": "X-Request-Id"}


def _places(error: Exception) -> list[str]:
    """Where an error came from, innermost last: `file:line`."""
    places: list[str] = []
    trace = error.__traceback__
    while trace:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places
