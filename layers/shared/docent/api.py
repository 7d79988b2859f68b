"""The door of a function that API Gateway calls: a request in, a reply or a problem (RFC 9457) out.

What a request may hold is said by openapi.yaml alone (docent.contract).
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docent.callers import Caller
from docent.contract import contract_of, header, methods_of, read_body, read_path, read_query
from docent.errors import DocentError, InvalidRequestError, TooManyRequestsError, UnauthorizedError, UnexpectedError
from docent.errors.usage import BudgetUsedUpError

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

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
class Request[C]:
    """A request that its contract allows: `path` and `query` by name, `body` as JSON or as a form's fields (None
    where there is none), and `base_url`, which every path of the API is appended to. `caller` is what `identify`
    of `serve` returned.
    """

    caller: C
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    request_id: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is sent as JSON, or as it is if it is bytes; `cookies` are values of Set-Cookie."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def authorized(event: Mapping[str, Any], now: float) -> Caller:
    """Whom authorize_request found, before API Gateway called."""
    caller = Caller.from_authorizer(event["requestContext"]["authorizer"])
    check_token_of(caller, now)
    return caller


def serve[C](
    event: Mapping[str, Any],
    handle: Callable[[Request[C]], Reply],
    origins: str,
    logger: "Logger",
    clock: Callable[[], float] = time.time,
    identify: Callable[[Mapping[str, Any], float], C] = authorized,
) -> dict[str, Any]:
    """Answer one event of a REST API's proxy integration.

    `origins` are the origins that browsers may call from, separated by commas. Errors become problems; of those
    that nobody foresaw only the class and the place are logged, as their words may hold what was asked.
    """
    request_id = event["requestContext"]["requestId"]
    try:
        preflight = event["httpMethod"] == "OPTIONS"
        reply = _preflight(event) if preflight else handle(read_request(event, clock(), identify))
    except DocentError as error:
        reply = problem(error, request_id)
        why = error.happened if error.shown_instead else None
        name = type(error).__name__
        logger.warning("request refused", request_id=request_id, status=reply.status, error=name, reason=why)
    except Exception as error:  # the caller gets a problem whatever happens; the class and place are logged
        reply = problem(UnexpectedError("The request could not be answered."), request_id)
        logger.error("request failed", request_id=request_id, error=type(error).__name__, at=_places(error))
    headers = SECURITY_HEADERS | {"X-Request-Id": request_id} | _cors(event, origins) | dict(reply.headers)
    told: dict[str, Any] = {"statusCode": reply.status, "headers": headers, "body": ""}
    if reply.cookies:
        told["multiValueHeaders"] = {"Set-Cookie": list(reply.cookies)}
    if isinstance(reply.body, bytes):
        return told | {"body": base64.b64encode(reply.body).decode(), "isBase64Encoded": True}
    if reply.body is None:
        return told
    body = json.dumps(reply.body, ensure_ascii=False)
    return told | {"headers": {"Content-Type": "application/json"} | headers, "body": body}


def problem(error: DocentError, request_id: str) -> Reply:
    """The problem details of an error: https://www.rfc-editor.org/rfc/rfc9457"""
    details: dict[str, Any] = {
        "type": f"urn:docent:problem:{type(error).__name__}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "request_id": request_id,
    }
    headers = {"Content-Type": "application/problem+json"}
    if isinstance(error, InvalidRequestError) and error.errors:
        details["errors"] = list(error.errors)
    if isinstance(error, TooManyRequestsError | BudgetUsedUpError):
        headers["Retry-After"] = str(error.retry_after)
    elif error.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    return Reply(details, error.status, headers)


def read_request[C](
    event: Mapping[str, Any], now: float, identify: Callable[[Mapping[str, Any], float], C]
) -> Request[C]:
    """Raises InvalidRequestError, or a similar error, for a request that the contract does not allow."""
    caller = identify(event, now)
    contract = contract_of(f"{event['httpMethod']} {event['resource']}")
    return Request(
        caller=caller,
        path=read_path(contract, event),
        query=read_query(contract, event),
        body=read_body(contract, event) if "body" in contract else None,
        request_id=event["requestContext"]["requestId"],
        base_url=_base_url(event),
    )


def check_token_of(caller: Caller, now: float) -> None:
    """API Gateway remembers for some minutes that a token was good, whether it still is or not."""
    if caller.expires_at <= now:
        raise UnauthorizedError("The token has expired.")


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


def _preflight(event: Mapping[str, Any]) -> Reply:
    """What a browser asks before it calls from another origin; whether it may, `_cors` says."""
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods_of(event["resource"])),
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "3600",
    }
    return Reply(status=204, headers=headers)


def _cors(event: Mapping[str, Any], origins: str) -> dict[str, str]:
    if not is_allowed_origin(header(event, "origin"), origins):
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": header(event, "origin"),
        # The session of chat is a cookie; who sends it must be allowed to see the answer.
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "X-Request-Id",
        "Vary": "Origin",
    }


def is_allowed_origin(origin: str, origins: str) -> bool:
    return bool(origin) and origin in origins.split(",")


def _base_url(event: Mapping[str, Any]) -> str:
    """Where the API is, by what API Gateway says of the request; its own path is taken off the end."""
    context = event["requestContext"]
    scheme = header(event, "x-forwarded-proto") or "https"
    return f"{scheme}://{context.get('domainName', '')}{context.get('path', '').removesuffix(event['path'])}"


def _places(error: Exception) -> list[str]:
    """Where an error came from, innermost last: `file:line`."""
    places: list[str] = []
    trace = error.__traceback__
    while trace:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places
