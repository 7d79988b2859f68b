"""The console's built page, served with its content security policy, a sign-in that lets everybody in, and an API that
answers what a test says. For tests of the page alone; the journeys have the deployed stack."""

import contextlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from compiler.console import SITE
from publish_console.site_files import TYPES
from tests.support.fake_issuer import raw_token
from tests.support.ports import free_ports
from tests.support.project import resources

FAR_FUTURE = 4_102_444_800  # seconds


@dataclass(frozen=True)
class Reply:
    """An answer with a status of its own."""

    status: int
    value: Any


@dataclass
class ConsoleSite:
    """`replies` are what the API answers, by method and path, or what gives the answer. `files` are below /files/;
    their links are made by `link`, and refused once they have expired."""

    address: str
    capabilities: list[str] = field(default_factory=lambda: ["documents"])
    # Of the user who is signed in.
    groups: list[str] = field(default_factory=list)
    replies: dict[tuple[str, str], Any] = field(default_factory=dict)
    # Why a path is refused, instead.
    refusals: dict[str, str] = field(default_factory=dict)
    # Why saving at a path is refused with 409, and what was sent to be saved.
    conflicts: dict[str, str] = field(default_factory=dict)
    saved: list[tuple[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    # How often somebody signed in, and whether a token comes with one that renews it, which is refused.
    sign_ins: int = 0
    sessions_end: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    # What was sent last, by method and path.
    sent: dict[tuple[str, str], Any] = field(default_factory=dict)
    # Of files: the path, the range, the status.
    ranges: list[tuple[str, str, int]] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    made: int = 0
    # The origin of other pages that may read the files, as a bucket's CORS rules say it.
    reader: str = ""

    def link(self, name: str) -> dict[str, str]:
        self.made += 1
        self.valid.add(str(self.made))
        return {"url": f"{self.address}/files/source/{name}?link={self.made}", "expires_at": "2026-11-29T12:00:00Z"}

    def expire_links(self) -> None:
        self.valid.clear()


@contextmanager
def console_site() -> Iterator[ConsoleSite]:
    port = free_ports()
    site = ConsoleSite(f"http://localhost:{port}")
    with ThreadingHTTPServer(("localhost", port), partial(_Handler, site)) as http:
        http.daemon_threads = True
        thread = Thread(target=partial(http.serve_forever, 0.05))
        thread.start()
        try:
            yield site
        finally:
            http.shutdown()
            thread.join()


def _headers() -> dict[str, str]:
    """Those of the template."""
    body = resources("AWS::CloudFront::ResponseHeadersPolicy")["ConsoleHeaders"]
    config = body["Properties"]["ResponseHeadersPolicyConfig"]
    policy = config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0]
    (origin,) = config["CorsConfig"]["AccessControlAllowOrigins"]["Items"]
    return {
        "Content-Security-Policy": re.sub(r" \$\{\w+\}", "", policy),
        "Access-Control-Allow-Origin": origin,
    }


HEADERS = _headers()


def _type_of(name: str) -> str:
    kinds = {"png": "image/png", "wav": "audio/wav", "mp4": "video/mp4", "peaks": "application/octet-stream"}
    return kinds.get(name.rpartition(".")[2], "application/pdf")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: ConsoleSite, *args: Any) -> None:
        self.site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        match address.path.split("/")[1:]:
            case ["oauth2", "authorize"]:
                to = f"{query['redirect_uri']}?code=1&state={query['state']}"
                self._send(302, b"", "text/plain", Location=to)
            case ["config.json"]:
                self._send_json(200, self._config())
            case ["api", *_]:
                self._answer("GET", address.path.removeprefix("/api"))
            case ["files", _, name]:
                self._send_file(name, query.get("link"))
            case ["assets", *_]:
                self._send_page(address.path)
            case [name] if "." in name:
                self._send_page(address.path)
            case _:
                self._send_page("/index.html")

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/oauth2/token" and b"grant_type=refresh_token" in body:
            self._send_json(400, {"error": "invalid_grant"})
        elif self.path == "/oauth2/token":
            self.site.sign_ins += 1
            person = {"sub": "1", "email": "mary@example.com", "iss": self.site.address, "aud": "console"}
            person |= {"cognito:groups": self.site.groups}
            token = raw_token({"alg": "none"}, person | {"exp": FAR_FUTURE, "iat": 1})
            tokens = {"id_token": token, "access_token": token, "token_type": "Bearer", "expires_in": 3600}
            self._send_json(200, tokens | ({"refresh_token": "1"} if self.site.sessions_end else {}))
        else:
            self._answer("POST", urlsplit(self.path).path.removeprefix("/api"), body)

    def do_PUT(self) -> None:
        path, body = urlsplit(self.path).path.removeprefix("/api"), self._body()
        self.site.saved.append((path, json.loads(body)))
        if refusal := self.site.conflicts.get(path):
            self._send_json(409, {"status": 409, "title": "Conflict", "detail": refusal})
        else:
            self._answer("PUT", path, body)

    def do_PATCH(self) -> None:
        self._answer("PATCH", urlsplit(self.path).path.removeprefix("/api"), self._body())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _config(self) -> dict[str, Any]:
        return {
            "capabilities": self.site.capabilities,
            "operatorsGroup": "operators",
            "stewardsGroup": "stewards",
            "chatSignIn": "/api/oidc/login" if "chat" in self.site.capabilities else "",
            "signIn": {"url": self.site.address, "clientId": "console"},
            "socketPath": "",
            "files": {"/files/source/": f"{self.site.address}/files/source/"},
        }

    def _answer(self, method: str, path: str, body: bytes = b"") -> None:
        self.site.asked.append((method, path))
        if self.headers.get_content_type() == "application/json" and body:
            self.site.sent[(method, path)] = json.loads(body)
        reply = self.site.replies.get((method, path))
        if callable(reply):
            reply = reply()
        if refusal := self.site.refusals.get(path):
            self._send_json(400, {"status": 400, "title": "InvalidRequestError", "detail": refusal})
        elif isinstance(reply, Reply):
            self._send_json(reply.status, reply.value)
        elif reply is None:
            self._send_json(404, {"status": 404, "title": "NotFoundError", "detail": "There is no such document."})
        else:
            self._send_json(202 if method == "POST" else 200, reply)

    def _send_file(self, name: str, link: str | None) -> None:
        wanted = self.headers.get("Range", "")
        body = self.site.files[name]
        if link is not None and link not in self.site.valid:
            self.site.ranges.append((name, wanted, 403))
            self._send(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
        elif found := re.fullmatch(r"bytes=(\d+)-(\d*)", wanted):
            first, last = int(found[1]), min(int(found[2] or len(body)), len(body) - 1)
            self.site.ranges.append((name, wanted, 206))
            whole = {"Content-Range": f"bytes {first}-{last}/{len(body)}", "ETag": '"1"', "Accept-Ranges": "bytes"}
            self._send(206, body[first : last + 1], _type_of(name), **whole, **self._lent())
        else:
            self._send(200, body, _type_of(name), **self._lent())

    def _lent(self) -> dict[str, str]:
        if not self.site.reader:
            return {}
        exposed = "Content-Range, ETag"
        return {"Access-Control-Allow-Origin": self.site.reader, "Access-Control-Expose-Headers": exposed}

    def _send_page(self, path: str) -> None:
        file = SITE / path[1:]
        if not file.is_file():
            return self._send(404, b"", "text/plain")
        return self._send(200, file.read_bytes(), TYPES[file.suffix], **HEADERS)

    def _send_json(self, status: int, value: Any) -> None:
        self._send(status, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # a page that was left has no use for it
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
