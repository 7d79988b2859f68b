"""An issuer's public keys, kept for the life of the execution environment.

A key that is not known is asked for, but at most once a minute: tokens that name made-up keys cannot make us
hammer the issuer. While the issuer is down, keys already known go on being good.
"""

import json
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, Protocol

from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from docent.errors import TransientError, UnauthorizedError

MAX_BYTES = 1 << 20
FETCH_SECONDS = 3  # API Gateway waits 10 for an authorizer that a WebSocket's client waits for
REFETCH_SECONDS = 60
# After a failure no request goes to the issuer for a moment.
RETRY_SECONDS = 5


class KeysOfIssuer(Protocol):
    def find(self, key_id: str) -> PyJWK: ...


class SigningKeys:
    """`fetch` returns a JWK set, or raises TransientError; `clock` is in seconds and never goes back."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Callable[[], float]) -> None:
        self._fetch, self._clock = fetch, clock
        self._keys: dict[str, PyJWK] = {}
        self._next_fetch = float("-inf")
        self._failed = False

    def find(self, key_id: str) -> PyJWK:
        """Raises UnauthorizedError for a key the issuer does not have, TransientError when it cannot be asked."""
        if key_id in self._keys:
            return self._keys[key_id]
        if self._clock() >= self._next_fetch:
            self._refresh()
        elif self._failed:
            raise TransientError("The issuer's keys could not be fetched a moment ago.")
        if key_id not in self._keys:
            raise UnauthorizedError("The token names a key that the issuer does not have.")
        return self._keys[key_id]

    def _refresh(self) -> None:
        self._failed, self._next_fetch = True, self._clock() + RETRY_SECONDS
        self._keys = _read_keys(self._fetch())
        self._failed, self._next_fetch = False, self._clock() + REFETCH_SECONDS


def fetch_json(url: str, what: str) -> Mapping[str, Any]:
    """What an issuer publishes. Raises TransientError, which names it as `what`."""
    try:
        with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as reply:  # noqa: S310 - the template's own URL
            found = json.loads(reply.read(MAX_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        raise TransientError(f"{what} cannot be fetched ({type(error).__name__}).") from None
    if not isinstance(found, dict):
        raise TransientError(f"{what} cannot be read.")
    return found


def fetch_keys(url: str) -> Mapping[str, Any]:
    return fetch_json(url, "The issuer's keys")


def _read_keys(jwks: Mapping[str, Any]) -> dict[str, PyJWK]:
    """The keys for signatures, by id."""
    try:
        found = list(PyJWKSet.from_dict(dict(jwks)))
    except (PyJWTError, TypeError, ValueError, AttributeError) as error:
        raise TransientError(f"The issuer's keys cannot be read ({type(error).__name__}).") from None
    return {
        key.key_id: key
        for key in found
        if isinstance(key.key_id, str) and key.key_type in ("RSA", "EC") and key.public_key_use in ("sig", None)
    }
