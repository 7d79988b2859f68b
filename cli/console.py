"""Opens the console, on this machine as the user whom `docent up` creates.

The sign-in page knows a browser by its cookie. So the browser is first sent to a listener on loopback, which sets that
cookie, as cookies of one host are the same at all its ports, and sends it on to the console.
"""

import secrets
import time
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx

from cli.session import Session, read_secret
from cli.target import CommandError, Target

WAIT_SECONDS = 60


def open_console(target: Target, open_page: Callable[[str], Any] = webbrowser.open) -> None:
    """Raises CommandError if the browser does not come within a minute."""
    console = target.outputs["ConsoleUrl"]
    cookie = _cookie(target) if target.is_local else None
    if not cookie:
        open_page(console)
        return
    with _Greeter(console, cookie) as greeter:
        open_page(greeter.address)
        if not greeter.greet():
            raise CommandError(f"No browser was opened. Open {console} yourself.")


def _cookie(target: Target) -> str | None:
    """The cookie of the sign-in page for the local user; None if somebody else is signed in."""
    session = Session(target)
    you, tokens = read_secret(session.local_password), session.tokens
    if not you or not tokens or tokens.claims.get("email") != you["email"]:
        return None
    form = {
        "client_id": target.outputs["BrowserClientId"],
        "redirect_uri": f"{target.outputs['ConsoleUrl']}/signed-in",
        "response_type": "code",
        "scope": "openid email profile",
        "username": you["email"],
        "password": you["password"],
    }
    reply = httpx.post(f"{target.outputs['SignInUrl']}/login", data=form, timeout=30)
    return reply.headers.get("set-cookie") if reply.is_redirect else None


class _Greeter(HTTPServer):
    """Answers one request, to an address that nobody can guess."""

    def __init__(self, console: str, cookie: str) -> None:
        super().__init__(("127.0.0.1", 0), _Greeting)
        self.console, self.cookie = console, cookie
        self.path, self.greeted = f"/{secrets.token_urlsafe(16)}", False

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_port}{self.path}"

    def greet(self) -> bool:
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.greeted and (remaining := deadline - time.monotonic()) > 0:
            self.timeout = remaining
            self.handle_request()
        return self.greeted


class _Greeting(BaseHTTPRequestHandler):
    timeout = 10  # seconds for one request, so that an idle connection does not block all others

    def do_GET(self) -> None:
        greeter = self.server
        assert isinstance(greeter, _Greeter)
        if self.path != greeter.path:
            self.send_error(404)
            return
        greeter.greeted = True
        self.send_response(302)
        self.send_header("Set-Cookie", greeter.cookie)
        self.send_header("Location", greeter.console)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the address is a secret."""
