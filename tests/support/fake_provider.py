"""An organisation's own OpenID Connect provider on loopback. It signs every user in at once."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.fake_issuer import FakeIssuer


class FakeProvider(ThreadingHTTPServer):
    """`person` holds the claims of the next user who signs in, such as `email` and `groups`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Provider)
        self.url = f"http://localhost:{self.server_port}"
        self.person: dict[str, Any] = {}
        self.issuer = FakeIssuer()

    @contextmanager
    def serving(self) -> Iterator["FakeProvider"]:
        thread = threading.Thread(target=self.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()

    def id_token(self) -> str:
        now = int(time.time())
        standard = {"iss": self.url, "aud": "docent", "iat": now, "exp": now + 600}
        nothing_else = dict.fromkeys(self.issuer.claims())
        return self.issuer.token(**(nothing_else | standard | self.person))


class _Provider(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider = self.server
        assert isinstance(provider, FakeProvider)
        address = urlsplit(self.path)
        if address.path == "/.well-known/openid-configuration":
            urls = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self._say({"issuer": provider.url} | {name: provider.url + path for name, path in urls.items()})
        elif address.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self.send_response(302)
            answer = urlencode({"code": "a-code", "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{answer}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        provider = self.server
        assert isinstance(provider, FakeProvider)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if (form["client_id"], form["client_secret"], form["code"]) == (["docent"], ["a-secret"], ["a-code"]):
            self._say({"id_token": provider.id_token(), "access_token": "-", "token_type": "Bearer"})
        else:
            self.send_error(400)

    def _say(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing."""
