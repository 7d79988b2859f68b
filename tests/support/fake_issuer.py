"""An issuer of id tokens. It signs with real keys and serves the public keys where urllib looks for them."""

import base64
import io
import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from functools import cache
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.response import addinfourl

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab1Cd2Ef3"
JWKS_URL = f"{ISSUER}/.well-known/jwks.json"
AUDIENCE = "5g0nq2c4m8v1k7s3x9b6z0h2jd"
PROVIDER_AUDIENCE = "1p9r7t5w3y2q8e6u4i0o1a3sdf"


@cache
def private_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Cached, because creating a key takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwk(key: rsa.RSAPrivateKey, key_id: str, **more: Any) -> dict[str, Any]:
    return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": key_id, "use": "sig", "alg": "RS256"} | more


def raw_token(header: Any, claims: Any, signature: bytes = b"") -> str:
    """A token with any header, any claims and any bytes as its signature."""
    parts = [json.dumps(part).encode() for part in (header, claims)] + [signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


class FakeIssuer(urllib.request.BaseHandler):
    """`requests` counts the requests for the keys. The issuer can be down, be slow or give another answer."""

    handler_order = 1  # before urllib's own handler, which would open a socket

    def __init__(self) -> None:
        self.keys = {"key-1": private_key(1)}
        self.signs_with = "key-1"
        self.requests = 0
        self.down = False
        self.status = 200
        self.seconds = 0.0
        self.answer: bytes | None = None
        # What it publishes besides its keys, by address.
        self.pages: dict[str, Any] = {}

    def rotate(self) -> None:
        """Signs with a new key from now on. Both keys are published, as Cognito does until old tokens expire."""
        number = len(self.keys) + 1
        self.signs_with = f"key-{number}"
        self.keys[self.signs_with] = private_key(number)

    def claims(self, **more: Any) -> dict[str, Any]:
        """The claims of a valid token; None as a value removes a claim."""
        now = int(time.time())
        good = {
            "sub": "0b9d4c3e-7a52-4d0c-9a66-5d3f8c1e2b70",
            "iss": ISSUER,
            "aud": AUDIENCE,
            "token_use": "id",
            "iat": now,
            "auth_time": now,
            "exp": now + 3600,
            "cognito:username": "0b9d4c3e-7a52-4d0c-9a66-5d3f8c1e2b70",
            "email": "Mary@Example.com",
            "email_verified": True,
            "cognito:groups": ["lab", "R&D, Basel"],
        }
        return {name: value for name, value in (good | more).items() if value is not None}

    def token(self, key: rsa.RSAPrivateKey | None = None, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        signing = key or self.keys[self.signs_with]
        headers = {"kid": self.signs_with} | (headers or {})
        payload = json.dumps(self.claims(**claims)).encode()
        return jwt.PyJWS().encode(payload, signing, algorithm="RS256", headers=headers)

    @contextmanager
    def attached(self) -> Iterator[None]:
        """All addresses that urllib opens meanwhile are opened here."""
        urllib.request.install_opener(urllib.request.build_opener(self))
        try:
            yield
        finally:
            urllib.request.install_opener(None)  # pyright: ignore[reportArgumentType] - as it was

    def https_open(self, request: urllib.request.Request) -> addinfourl:
        if request.full_url in self.pages:
            reply = addinfourl(io.BytesIO(json.dumps(self.pages[request.full_url]).encode()), Message(), JWKS_URL, 200)
            reply.msg = "OK"  # pyright: ignore[reportAttributeAccessIssue] - as urllib's own replies have it
            return reply
        assert request.full_url == JWKS_URL, "only the configured address is ever asked"
        self.requests += 1
        if self.down:
            raise URLError(ConnectionRefusedError(111, "Connection refused"))
        if request.timeout is None or self.seconds > request.timeout:
            raise URLError(TimeoutError("timed out"))
        body = self.answer or json.dumps({"keys": [jwk(key, key_id) for key_id, key in self.keys.items()]}).encode()
        if self.status != 200:
            raise HTTPError(JWKS_URL, self.status, "", Message(), io.BytesIO(body))
        reply = addinfourl(io.BytesIO(body), Message(), JWKS_URL, 200)
        reply.msg = "OK"  # pyright: ignore[reportAttributeAccessIssue] - as urllib's own replies have it
        return reply
