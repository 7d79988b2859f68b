"""An OpenID provider on loopback: discovery, keys, and tokens that can be changed before they are signed."""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.federated_people import Person

CLIENT_ID = "docent"
TAGS = "https://aws.amazon.com/tags"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class OpenIdProvider:
    """`issuer` is its URL. `rotate` changes `key_id` and `key`."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    key_id: str = "first"
    asked: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.issuer.removeprefix("http://")

    def token(self, person: Person, *, key: rsa.RSAPrivateKey | None = None, **changes: Any) -> str:
        """A person's id token with its session tags; `changes` replace claims, None removes one."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": person.email,
            "aud": CLIENT_ID,
            "iat": now - 1,
            "exp": now + 300,
            "email": person.email,
            "name": person.name,
            TAGS: {"principal_tags": {"Email": [person.email]}, "transitive_tag_keys": ["Email"]},
        }
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(claims, key or self.key, "RS256", headers={"kid": self.key_id})

    def rotate(self) -> None:
        self.key, self.key_id = new_key(), secrets.token_hex(4)

    def document(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {"keys": [public | {"kid": self.key_id, "use": "sig", "alg": "RS256"}]}
        return None


@contextmanager
def serving(provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            document = provider.document(self.path)
            body = json.dumps(document or {}).encode()
            self.send_response(200 if document else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        provider.issuer = f"http://localhost:{http.server_port}"
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield provider
        finally:
            http.shutdown()
            thread.join()
