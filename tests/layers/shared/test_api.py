"""The door of the API: nothing the contract does not allow comes in, and every failure goes out as a problem."""

import base64
import json
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from docent import contract
from docent.api import Reply, Request, decode_next, encode_next, serve
from docent.callers import Caller
from docent.errors import DocentError, InvalidRequestError, TooManyRequestsError, UnauthorizedError, every_error
from docent.errors.chat import SignInFailedError
from tests.support.functions import CANARY

NOW = 1_800_000_000.0
ANN = Caller("sub-1", "ann@example.com", ("lab",), int(NOW) + 60)
ORIGINS = "https://console.example.com,http://localhost:5173"


class Silent(Logger):
    """Remembers what it was told, instead of writing it."""

    def __init__(self) -> None:
        super().__init__(service="test")
        self.told: list[Any] = []

    def warning(self, message: Any, *_: Any, **keys: Any) -> None:
        self.told.append((message, keys))

    error = warning


def event(
    method: str = "POST",
    resource: str = "/ask",
    body: Any = None,
    path: dict[str, str] | None = None,
    query: dict[str, list[str]] | None = None,
    **headers: str,
) -> dict[str, Any]:
    raw = body if isinstance(body, str) or body is None else json.dumps(body)
    return {
        "httpMethod": method,
        "resource": resource,
        "path": resource,
        "headers": {"Content-Type": "application/json"} | {n.replace("_", "-"): v for n, v in headers.items()},
        "pathParameters": path,
        "multiValueQueryStringParameters": query,
        "body": raw,
        "isBase64Encoded": False,
        "requestContext": {"requestId": "request-1", "authorizer": ANN.to_authorizer()},
    }


def answered(given_event: dict[str, Any], handle: Any = None, logger: Any = None) -> tuple[int, Any, dict[str, str]]:
    def echo(request: Request) -> Reply:
        return Reply({"body": request.body, "query": dict(request.query), "user": request.caller.user})

    reply = serve(given_event, handle or echo, ORIGINS, logger or Silent(), lambda: NOW)
    return reply["statusCode"], json.loads(reply["body"]) if reply["body"] else None, reply["headers"]


def refused(given_event: dict[str, Any]) -> tuple[int, list[str]]:
    """The status, and the fields that were wrong."""
    status, body, headers = answered(given_event)
    assert headers["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["request_id"] == "request-1"
    return status, [each["field"] for each in body.get("errors", [])]


def test_a_request_that_the_contract_allows_reaches_the_function() -> None:
    status, body, _ = answered(event(body={"question": "How deep is Berth Morgana?"}))
    assert status == 200
    assert body == {"body": {"question": "How deep is Berth Morgana?"}, "query": {}, "user": "ann@example.com"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ([], ""),
        ("null", ""),
        ({"question": ""}, "/question"),
        ({"question": " \n "}, "/question"),
        ({"question": 7}, "/question"),
        ({"question": None}, "/question"),
        ({"question": "x" * 2001}, "/question"),
        ({"question": "what\u0000?"}, "/question"),
        ({"question": "what\u001b[2J?"}, "/question"),
        ({"question": "what?", "temperature": 2}, ""),
        ({"question": "what?", "conversation_id": "7"}, "/conversation_id"),
        ({"question": "what?", "conversation_id": "0" * 32 + "\n"}, "/conversation_id"),
    ],
)
def test_what_the_contract_does_not_allow_is_refused_with_the_field_and_why(body: Any, field: str) -> None:
    status, fields = refused(event(body=body))
    assert (status, fields) == (400, [field])


def test_a_refusal_says_in_words_what_a_pattern_wants() -> None:
    body = {"file_name": "../a/b.pdf", "size_bytes": 1, "sha256": "A" * 43 + "="}
    _, problem, _ = answered(event(resource="/documents", body=body))
    assert problem["errors"] == [
        {"field": "/file_name", "detail": "must end in .pdf, and hold no slashes and no control characters"}
    ]


@pytest.mark.parametrize("body", ["", "{", "nonsense", '{"question": "\\ud800"}', "[" * 100_000, "1e999x"])
def test_a_body_that_is_no_json_is_refused(body: str) -> None:
    assert refused(event(body=body))[0] in (400, 413)


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 5000])
def test_a_number_that_is_none_is_refused_where_the_contract_takes_any_value(number: str) -> None:
    body = f'{{"message": "what?", "attribute_filter": {{"equalsTo": {number}}}}}'
    assert refused(event(resource="/chat", body=body))[0] == 400


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    assert refused(event(body={"question": "x" * contract.MAX_BODY_BYTES}))[0] == 413


@pytest.mark.parametrize("kind", ["text/plain", "", "application/xml", "application/jsonp"])
def test_a_body_of_another_type_is_refused(kind: str) -> None:
    given_event = event(body={"question": "what?"})
    given_event["headers"] = {"content-type": kind}
    assert refused(given_event)[0] == 415


def test_a_body_in_base64_is_read_like_any_other() -> None:
    given_event = event(body=base64.b64encode(b'{"question": "what?"}').decode()) | {"isBase64Encoded": True}
    assert answered(given_event)[0] == 200
    assert refused(given_event | {"body": "%"})[0] == 400


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": ["0"]}, "/query/limit"),
        ({"limit": ["101"]}, "/query/limit"),
        ({"limit": ["ten"]}, "/query/limit"),
        ({"limit": ["-1"]}, "/query/limit"),
        ({"limit": ["٣"]}, "/query/limit"),
        ({"limit": ["9" * 5000]}, "/query/limit"),
        ({"limit": [" 3"]}, "/query/limit"),
        ({"limit": ["1_0"]}, "/query/limit"),
        ({"limit": ["-0"]}, "/query/limit"),
        ({"limit": ["1e1"]}, "/query/limit"),
        ({"limit": ["1", "2"]}, "/query/limit"),
        ({"next": ["ü"]}, "/query/next"),
        ({"everything": ["1"]}, "/query"),
    ],
)
def test_a_query_is_checked_like_a_body(query: dict[str, list[str]], field: str) -> None:
    assert refused(event("GET", "/documents", query=query)) == (400, [field])


def test_a_query_has_its_defaults() -> None:
    assert answered(event("GET", "/documents"))[1]["query"] == {"limit": 25}
    assert answered(event("GET", "/documents", query={"limit": ["3"]}))[1]["query"] == {"limit": 3}


def test_a_query_where_there_is_none_is_refused() -> None:
    assert refused(event(body={"question": "what?"}, query={"debug": ["1"]}))[0] == 400


@pytest.mark.parametrize("document_id", ["", "..", "ABCDEF" * 6, "0" * 31, "0" * 33])
def test_an_id_that_is_none_is_refused(document_id: str) -> None:
    path = {"document_id": document_id}
    assert refused(event("GET", "/documents/{document_id}", path=path)) == (400, ["/path/document_id"])


def test_a_token_that_expired_while_api_gateway_remembered_it_is_refused() -> None:
    given_event = event(body={"question": "what?"})
    given_event["requestContext"]["authorizer"] = Caller("s", "u", (), int(NOW)).to_authorizer()
    assert refused(given_event)[0] == 401


@pytest.mark.parametrize("kind", every_error().values(), ids=lambda kind: kind.__name__)
def test_every_error_becomes_a_problem_with_its_name(kind: type[DocentError]) -> None:
    def handle(_: Request) -> Reply:
        raise kind("It happened.")

    status, body, headers = answered(event(body={"question": "what?"}), handle)
    assert status == kind.status == body["status"]
    assert body["title"] == kind.title
    assert body["type"] == f"urn:docent:problem:{kind.__name__}"
    assert body["detail"] == f"{kind.shown_instead or 'It happened.'} {kind.caller_remedy or kind.remedy}"
    assert "redrive" not in body["detail"] or kind.status == 500, "a caller has no execution to redrive"
    assert ("Retry-After" in headers) == (status in (429, 503))


def test_a_caller_who_asks_too_often_is_told_when_to_go_on() -> None:
    def handle(_: Request) -> Reply:
        raise TooManyRequestsError("Slow down.", retry_after=17)

    assert answered(event(body={"question": "what?"}), handle)[2]["Retry-After"] == "17"


def test_a_fault_that_nobody_foresaw_tells_nothing_of_itself() -> None:
    def handle(_: Request) -> Reply:
        raise RuntimeError(CANARY)

    logger = Silent()
    status, body, _ = answered(event(body={"question": "what?"}), handle, logger)
    assert status == 500
    assert CANARY not in json.dumps(body)
    assert CANARY not in repr(logger.told)
    assert logger.told[0][1]["error"] == "RuntimeError"


def test_every_reply_carries_its_request_id_and_the_security_headers() -> None:
    for given_event in (event(body={"question": "what?"}), event(body="{")):
        headers = answered(given_event)[2]
        assert headers["X-Request-Id"] == "request-1"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" in headers


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://console.example.com", True),
        ("http://localhost:5173", True),
        ("https://console.example.com.evil.org", False),
        ("https://console.example.com,http://localhost:5173", False),
        ("null", False),
        ("*", False),
    ],
)
def test_only_the_origins_named_may_call_from_a_browser(origin: str, allowed: bool) -> None:
    for given_event in (
        event(body={"question": "what?"}, Origin=origin),
        event("OPTIONS", "/ask", Origin=origin),
        event(body="{", Origin=origin),
    ):
        headers = answered(given_event)[2]
        assert headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Origin" in headers["Vary"]


def test_a_preflight_needs_no_token_and_names_the_methods() -> None:
    given_event = event("OPTIONS", "/documents/{document_id}", Origin="http://localhost:5173")
    del given_event["requestContext"]["authorizer"]
    status, body, headers = answered(given_event)
    assert (status, body) == (204, None)
    assert set(headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "DELETE"}
    assert "Authorization" in headers["Access-Control-Allow-Headers"]


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_where_a_page_ended_comes_back_as_it_went(place: Any) -> None:
    assert decode_next(encode_next(place)) == place


@pytest.mark.parametrize("text", ["a", "====", "AAAA", "bm9uc2Vuc2U=", "W1tb"])
def test_what_no_page_gave_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        decode_next(text)
    assert refusal.value.errors[0]["field"] == "/query/next"


@pytest.mark.parametrize("kind", [UnauthorizedError, SignInFailedError])
def test_what_was_wrong_with_a_proof_an_attacker_does_not_learn(kind: type[DocentError]) -> None:
    def handle(_: Request) -> Reply:
        raise kind("The signature is not by key 7.")

    _, body, _ = answered(event(body={"question": "what?"}), handle)
    assert "key 7" not in json.dumps(body)


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_no_body_and_no_query_brings_the_door_down(body: str, query: dict[str, str]) -> None:
    for given_event in (
        event(body=body, query={name: [value] for name, value in query.items()}),
        event("PUT", "/documents/{document_id}/readers", body=body, path={"document_id": "0" * 32}),
        event("GET", "/documents", query={name: [value] for name, value in query.items()}),
    ):
        assert answered(given_event)[0] in (200, 400, 413)
