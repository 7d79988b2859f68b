"""What an OpenID Connect provider publishes about itself, kept for half an hour.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from docent.errors import TransientError

from .signing_keys import SigningKeys, fetch_json, fetch_keys

# Half of the hour for which keys are believed, so that a new jwks_uri is followed in time.
KEEP_SECONDS = 1800


class OpenIdProvider:
    """`clock` is in seconds and never goes back."""

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self._clock = clock
        self._configuration: Mapping[str, Any] = {}
        self._until = float("-inf")
        self.keys = SigningKeys(lambda: fetch_keys(self.endpoint("jwks_uri")), clock)

    def configuration(self) -> Mapping[str, Any]:
        """Raises TransientError while the provider cannot be asked and nothing is known of it."""
        if self._clock() >= self._until:
            try:
                found = fetch_json(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", "The issuer's page")
                if found.get("issuer") != self.issuer:
                    raise TransientError("The issuer's page names another issuer.")
            except TransientError:
                if not self._configuration:
                    raise
            else:
                self._configuration = found
            self._until = self._clock() + KEEP_SECONDS
        return self._configuration

    def endpoint(self, name: str) -> str:
        address = self.configuration().get(name)
        if not isinstance(address, str):
            raise TransientError(f"The issuer's page names no {name}.")
        return address


@cache
def open_id_provider(issuer: str) -> OpenIdProvider:
    return OpenIdProvider(issuer)
