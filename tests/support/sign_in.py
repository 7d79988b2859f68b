"""Signs in at a real OpenID provider (local/idp, panva's oidc-provider) as a browser does."""

import base64
import contextlib
import hashlib
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest

from cli import identity_providers
from cli.target import CommandError
from local.settings import LocalSettings
from tests.support.deployments import settings_for
from tests.support.open_id import CLIENT_ID
from tests.support.project import ROOT

CALLBACK = "http://localhost:5173/callback"
# Shared with `docent up --idp`, so that it is installed once.
_PROGRAM = ROOT / ".docent" / "idp" / "program"
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')


@dataclass
class SignIn:
    """The provider at `issuer`. `configuration` is its discovery document."""

    issuer: str
    client_secret: str
    configuration: dict[str, Any]

    @property
    def host(self) -> str:
        return self.issuer.removeprefix("http://")

    def authorization(self, redirect_uri: str = CALLBACK, **changes: str) -> tuple[str, dict[str, str]]:
        """The URL to send a browser to, and what the client keeps: `state`, `nonce`, `verifier`."""
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "scope": "openid email profile",
            "redirect_uri": redirect_uri,
            "state": kept["state"],
            "nonce": kept["nonce"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.configuration['authorization_endpoint']}?{urlencode(asked | changes)}", kept

    def signed_in(self, address: str, person: str, browser: httpx.Client | None = None) -> str:
        """The URL that the browser is sent back to after `person` is chosen."""
        with contextlib.nullcontext(browser) if browser else httpx.Client(timeout=60) as browser:
            reply = browser.get(address)
            for _ in range(8):
                if reply.is_redirect:
                    following = urljoin(str(reply.url), reply.headers["location"])
                    if not following.startswith(self.issuer):
                        return following
                    reply = browser.get(following)
                elif form := _FORM.search(reply.text):
                    reply = browser.post(urljoin(str(reply.url), unescape(form[1])), data={"person": person})
                else:
                    break
        raise AssertionError(f"{address} led to {reply.status_code}: {reply.text[:500]}")

    def tokens(self, code: str, verifier: str, redirect_uri: str = CALLBACK) -> dict[str, Any]:
        """The token endpoint's reply for a code."""
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        endpoint = self.configuration["token_endpoint"]
        return httpx.post(endpoint, data=given, auth=(CLIENT_ID, self.client_secret), timeout=60).json()

    def id_token(self, person: str, redirect_uri: str = CALLBACK) -> str:
        """The whole sign-in for `mary` or `mateo`."""
        address, kept = self.authorization(redirect_uri)
        answered = parse_qs(urlsplit(self.signed_in(address, person)).query)
        assert answered["state"] == [kept["state"]]
        return self.tokens(answered["code"][0], kept["verifier"], redirect_uri)["id_token"]


@contextmanager
def running_sign_in(redirect_uris: Sequence[str] = (CALLBACK,), **told: Any) -> Iterator[SignIn]:
    """The provider with one client and the users Mary and Mateo. Needs Node 20; installs itself."""
    with home_of_its_own() as settings:
        identity_providers.configure(settings, "oidc", callbacks=list(redirect_uris), **told)
        with started(settings) as provider:
            yield provider


@contextmanager
def started(settings: LocalSettings) -> Iterator[SignIn]:
    """The provider of a home, while the context is open."""
    try:
        identity_providers.node_and_npm()
    except CommandError as missing:
        pytest.skip(str(missing))
    with_installed_provider(settings)
    try:
        found = identity_providers.start(settings, "oidc", print)
        configuration = httpx.get(f"{found.issuer}/.well-known/openid-configuration", timeout=60).json()
        yield SignIn(found.issuer, found.client_secret, configuration)
    finally:
        identity_providers.stop(settings, print)


def with_installed_provider(settings: LocalSettings) -> None:
    """Let a home use the OpenID provider that is installed once for all homes."""
    program = identity_providers.program_folder(settings)
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        _PROGRAM.mkdir(parents=True, exist_ok=True)
        program.symlink_to(_PROGRAM)


@contextmanager
def home_of_its_own() -> Iterator[LocalSettings]:
    """A home for identity providers only, without the rest of the stack."""
    with tempfile.TemporaryDirectory() as home:
        yield settings_for(Path(home))
