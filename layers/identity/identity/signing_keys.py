"""An issuer's public keys, kept for an hour at most, so that a key that the issuer withdraws is soon refused.

They are fetched again after half of that time, so that an issuer that is down for a moment refuses nobody. A key that
is not known is asked for, but at most once a minute: tokens that name made-up keys cannot make us hammer the issuer.
"""

import json
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from docent.errors import TransientError, UnauthorizedError

MAX_BYTES = 1 << 20
FETCH_SECONDS = 3  # API Gateway waits 10 for an authorizer that a WebSocket's client waits for
KEEP_SECONDS = 3600
RENEW_SECONDS = KEEP_SECONDS // 2
REFETCH_SECONDS = 60
# After a failure no request goes to the issuer for a moment.
RETRY_SECONDS = 5
# The algorithms of a key that names none. A key for secrets (`oct`) is none of a signature that others can check.
RSA_ALGORITHMS = frozenset({"RS256", "RS384", "RS512"})
CURVES: Mapping[Any, frozenset[str]] = {
    "P-256": frozenset({"ES256"}),
    "P-384": frozenset({"ES384"}),
    "P-521": frozenset({"ES512"}),
}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the algorithms that its own JWK allows it for; `key_id` is empty if the issuer gives none."""

    key_id: str
    public_key: Any
    algorithms: frozenset[str]


class KeysOfIssuer(Protocol):
    def find(self, key_id: str) -> Sequence[SigningKey]: ...

    def renew(self) -> bool: ...


class SigningKeys:
    """`fetch` returns a JWK set, or raises TransientError; `clock` is in seconds and never goes back."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Callable[[], float]) -> None:
        self._fetch, self._clock = fetch, clock
        self._keys: Mapping[str, list[SigningKey]] = {}
        self._fetched = self._next_fetch = float("-inf")
        self._failed = False

    def find(self, key_id: str) -> Sequence[SigningKey]:
        """The keys that a token can be signed by: those of its id, or without an id on either side, any.

        Raises UnauthorizedError if the issuer has none, TransientError if it cannot be asked.
        """
        age = self._clock() - self._fetched
        if age >= KEEP_SECONDS:
            self._keys = {}
        if age >= RENEW_SECONDS or not self._named(key_id):
            self._renew(needed=not self._named(key_id))
        found = self._named(key_id)
        if not found:
            raise UnauthorizedError("The token names a key that the issuer does not have.")
        return found

    def renew(self) -> bool:
        """Fetch again if the last time is long enough ago; whether that was done. For keys that have no ids."""
        before = self._fetched
        self._renew(needed=False)
        return self._fetched > before

    def _named(self, key_id: str) -> Sequence[SigningKey]:
        if not key_id:
            return [key for keys in self._keys.values() for key in keys]
        return self._keys.get(key_id) or self._keys.get("", [])

    def _renew(self, *, needed: bool) -> None:
        now = self._clock()
        if now < self._next_fetch:
            if needed and self._failed:
                raise TransientError("The issuer's keys could not be fetched a moment ago.")
            return
        self._failed, self._next_fetch = True, now + (RETRY_SECONDS if needed else REFETCH_SECONDS)
        try:
            self._keys = _read_keys(self._fetch())
        except TransientError:
            if needed:
                raise
        else:
            self._failed, self._fetched, self._next_fetch = False, now, now + REFETCH_SECONDS


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


def _read_keys(jwks: Mapping[str, Any]) -> Mapping[str, list[SigningKey]]:
    """The keys for signatures, by id. Keys that cannot be read are passed over, as RFC 7517 says (section 5)."""
    found: defaultdict[str, list[SigningKey]] = defaultdict(list)
    listed = jwks.get("keys")
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and (key := _read_key(each)):
            found[key.key_id].append(key)
    if not found:
        raise TransientError("The issuer's keys cannot be read.")
    return dict(found)


def _read_key(jwk: Mapping[str, Any]) -> SigningKey | None:
    key_id, algorithm, operations = jwk.get("kid") or "", jwk.get("alg"), jwk.get("key_ops") or ["verify"]
    algorithms = RSA_ALGORITHMS if jwk.get("kty") == "RSA" else frozenset[str]()
    try:
        if jwk.get("kty") == "EC":
            algorithms = CURVES.get(jwk.get("crv"), algorithms)
        if algorithm:
            algorithms &= {algorithm}
        is_for_signatures = jwk.get("use") in ("sig", None) and "verify" in operations
        if not algorithms or not is_for_signatures or not isinstance(key_id, str):
            return None
        # Any algorithm of its type reads the key: which ones it is good for is settled above.
        return SigningKey(key_id, PyJWK(dict(jwk), min(algorithms)).key, algorithms)
    except (PyJWTError, TypeError, ValueError, AttributeError):
        return None
