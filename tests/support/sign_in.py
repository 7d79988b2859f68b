"""Signing in at a real OpenID provider (tests/idp, panva's oidc-provider), as a browser does it."""

import base64
import hashlib
import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest

from tests.support.federated_people import PEOPLE
from tests.support.open_id import CLIENT_ID
from tests.support.project import ROOT

CLIENT_SECRET = "a secret that only tests know"
CALLBACK = "http://localhost:5173/callback"
_FOLDER = ROOT / "tests" / "idp"
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')


@dataclass
class SignIn:
    """The provider at `issuer`. `configuration` is its discovery document."""

    issuer: str
    configuration: dict[str, Any]

    @property
    def host(self) -> str:
        return self.issuer.removeprefix("http://")

    def authorization(self, redirect_uri: str = CALLBACK, **changes: str) -> tuple[str, dict[str, str]]:
        """The address to send a browser to, and what the client remembers: `state`, `nonce`, `verifier`."""
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

    def signed_in(self, address: str, person: str) -> str:
        """The address that the browser is sent back to, once `person` has filled in the form."""
        with httpx.Client() as browser:
            reply = browser.get(address)
            for _ in range(8):
                if reply.is_redirect:
                    following = urljoin(str(reply.url), reply.headers["location"])
                    if not following.startswith(self.issuer):
                        return following
                    reply = browser.get(following)
                elif form := _FORM.search(reply.text):
                    filled = {"prompt": "login", "login": person, "password": "any"}
                    reply = browser.post(urljoin(str(reply.url), unescape(form[1])), data=filled)
                else:
                    break
        raise AssertionError(f"{address} led to {reply.status_code}: {reply.text[:500]}")

    def tokens(self, code: str, verifier: str, redirect_uri: str = CALLBACK) -> dict[str, Any]:
        """What the token endpoint gives for a code."""
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        endpoint = self.configuration["token_endpoint"]
        return httpx.post(endpoint, data=given, auth=(CLIENT_ID, CLIENT_SECRET)).json()

    def id_token(self, person: str) -> str:
        """The whole way through for `mary` or `mateo`."""
        address, kept = self.authorization()
        answered = parse_qs(urlsplit(self.signed_in(address, person)).query)
        assert answered["state"] == [kept["state"]]
        return self.tokens(answered["code"][0], kept["verifier"])["id_token"]


@contextmanager
def running_sign_in(redirect_uris: Sequence[str] = (CALLBACK,)) -> Iterator[SignIn]:
    """The provider with one client, and Mary and Mateo as its people. Needs Node 20; installs itself."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("the OpenID provider of tests/idp needs Node 20")
    if not (_FOLDER / "node_modules" / "oidc-provider").exists():
        subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=_FOLDER, check=True)
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": list(redirect_uris)}
    people = [{"id": key, "name": person.name, "email": person.email} for key, person in PEOPLE.items()]
    command = [node, "provider.mjs"]
    with subprocess.Popen(
        command, cwd=_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"clients": [client], "people": people}) + "\n")
        process.stdin.flush()
        try:
            issuer = json.loads(process.stdout.readline())["issuer"]
            yield SignIn(issuer, httpx.get(f"{issuer}/.well-known/openid-configuration").json())
        finally:
            process.stdin.close()
            process.wait(10)
