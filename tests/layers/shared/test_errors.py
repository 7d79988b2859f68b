"""One place decides what a fault of AWS means, by its code; state machines go by the class name."""

import pickle
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st

from docent.errors import (
    ACCESS_CODES,
    THROTTLED_CODES,
    TRANSIENT_CODES,
    DocentError,
    MisconfiguredError,
    PermanentError,
    ThrottledError,
    TransientError,
    every_error,
    from_aws,
)
from docent.errors.documents import InvalidReadersError
from docent.errors.ingest import MaskingRefusedError
from docent.errors.usage import BudgetUsedUpError
from tests.support.project import MACHINES, definition, every_state

DOING = "the guardrail masked a text"


ERRORS = every_error()
PERMANENT = {name: kind for name, kind in ERRORS.items() if issubclass(kind, PermanentError)}


def client_error(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "ApplyGuardrail")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, TransientError) for code in sorted(TRANSIENT_CODES)),
        *((code, ThrottledError) for code in sorted(THROTTLED_CODES)),
    ],
)
def test_a_code_that_says_later_is_transient_and_one_about_a_quota_is_throttled(
    code: str, kind: type[DocentError]
) -> None:
    error = from_aws(client_error(code), DOING, MaskingRefusedError)
    assert type(error) is kind
    assert f"AWS answered {code} while {DOING}." in str(error)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("SomethingNew", 429, ThrottledError),
        ("ModelNotReadyException", 429, TransientError),
        ("SomethingNew", 503, TransientError),
        ("SlowDown", 503, ThrottledError),
    ],
)
def test_an_unknown_code_is_told_by_its_status(code: str, status: int, kind: type[DocentError]) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert type(from_aws(ClientError(answer, "GetObject"), DOING, MaskingRefusedError)) is kind


@pytest.mark.parametrize("code", sorted(ACCESS_CODES))
def test_a_refused_permission_is_the_deployments_fault(code: str) -> None:
    assert type(from_aws(client_error(code), DOING, MaskingRefusedError)) is MisconfiguredError


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://x"),
        ConnectTimeoutError(endpoint_url="https://x"),
        EndpointConnectionError(endpoint_url="https://x"),
        ConnectionClosedError(endpoint_url="https://x"),
        HTTPClientError(error="it broke"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_connection_that_fails_in_any_way_is_transient(error: Exception) -> None:
    assert type(from_aws(error, DOING, MaskingRefusedError)) is TransientError


@pytest.mark.parametrize("error", [client_error("ValidationException"), NoCredentialsError()])
def test_anything_else_is_what_the_caller_says(error: Exception) -> None:
    assert type(from_aws(error, DOING, MaskingRefusedError)) is MaskingRefusedError


def test_a_fault_without_a_code_is_what_the_caller_says() -> None:
    assert type(from_aws(ClientError({}, "GetObject"), DOING, MaskingRefusedError)) is MaskingRefusedError


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_fault_without_a_name_is_transient(status: int) -> None:
    answer: Any = {"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert type(from_aws(ClientError(answer, "GetObject"), DOING, MaskingRefusedError)) is TransientError


@given(message=st.sampled_from(["ThrottlingException", "Rate exceeded", "AccessDenied", "timed out"]))
def test_the_words_of_a_message_decide_nothing_and_are_not_passed_on(message: str) -> None:
    error = from_aws(client_error("ValidationException", message), DOING, MaskingRefusedError)
    assert type(error) is MaskingRefusedError
    assert message not in str(error)


@pytest.mark.parametrize("kind", PERMANENT.values())
def test_an_error_says_what_happened_and_what_to_do(kind: type[DocentError]) -> None:
    error = kind("s3://docent-documents/a.pdf needs a password.")
    assert kind.remedy
    assert str(error) == f"s3://docent-documents/a.pdf needs a password. {kind.remedy}"
    assert error.to_json() == {"name": kind.__name__, "message": str(error)}


@pytest.mark.parametrize("kind", ERRORS.values())
def test_an_error_survives_a_pipe_as_it_is(kind: type[DocentError]) -> None:
    error = kind("It happened.")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)


SEEN_BY_CALLERS_TOO = (InvalidReadersError, BudgetUsedUpError)


@pytest.mark.parametrize("kind", ERRORS.values())
def test_an_error_carries_all_that_is_said_of_it(kind: type[DocentError]) -> None:
    assert kind.meaning
    assert kind.remedy
    assert kind.title
    assert 400 <= kind.status < 600
    if kind.recorded or kind.gap:
        assert kind.status in (500, 503) or kind in SEEN_BY_CALLERS_TOO


def test_every_name_of_ours_that_a_state_machine_waits_for_exists() -> None:
    ours = set(ERRORS)
    waited_for = {
        name
        for path in MACHINES
        for _, state, _ in every_state(definition(path))
        for branch in (*state.get("Retry", []), *state.get("Catch", []))
        for name in branch["ErrorEquals"]
        if "." not in name
    }
    assert {"TransientError", "ThrottledError"} <= waited_for
    assert waited_for <= ours


def test_nothing_permanent_is_ever_retried() -> None:
    for path in MACHINES:
        for name, state, _ in every_state(definition(path)):
            for retry in state.get("Retry", []):
                assert not set(PERMANENT) & set(retry["ErrorEquals"]), name
