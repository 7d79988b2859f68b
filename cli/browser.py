"""Sign in with a browser: the authorization code flow with PKCE, and a listener on loopback for the callback.

https://www.rfc-editor.org/rfc/rfc8252, https://www.rfc-editor.org/rfc/rfc7636
"""

import base64
import hashlib
import hmac
import secrets
import socket
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from cli.signing_in import Tokens
from cli.target import CommandError, Target

PORT = 8765
# One of the template's CallbackUrls. Cognito allows http only for localhost.
CALLBACK = f"http://localhost:{PORT}/callback"
WAIT_SECONDS = 300
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Docent</title>
<style>body{{font:1.1rem system-ui;margin:20vh auto;max-width:32rem;text-align:center}}</style><p>{}</p></html>"""


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in. `state` binds the callback to it, `nonce` the id token, `verifier` the code."""

    client_id: str
    state: str = field(default_factory=_secret)
    nonce: str = field(default_factory=_secret)
    verifier: str = field(default_factory=_secret)

    def page(self, sign_in_url: str) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": "openid email profile",
            "redirect_uri": CALLBACK,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{sign_in_url}/oauth2/authorize?{urlencode(asked)}"


def by_browser(target: Target, say: Callable[[str], None], open_page: Callable[[str], Any] = webbrowser.open) -> Tokens:
    """Open the sign-in page with `open_page`. Its address is also printed, for machines without a browser."""
    attempt = Attempt(target.outputs["BrowserClientId"])
    page = attempt.page(target.outputs["SignInUrl"])
    with _Listener(attempt.state) as listener:
        say(f"Sign in at this address, in a browser on this machine:\n{page}")
        open_page(page)
        code = listener.wait()
    return _exchange(target.outputs["SignInUrl"], attempt, code)


class _Listener(HTTPServer):
    """Waits on loopback for the request with the right state; any other request gets a 404."""

    address_family = socket.AF_INET

    def __init__(self, state: str) -> None:
        self.state, self.answer = state, dict[str, str]()
        try:
            super().__init__(("127.0.0.1", PORT), _Callback)
        except OSError as error:
            raise CommandError(
                f"Port {PORT}, which the sign-in page redirects to, is in use. Free it and try again."
            ) from error

    def wait(self) -> str:
        """The authorization code. Raises CommandError when the sign-in fails or takes too long."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.answer:
            self.timeout = deadline - time.monotonic()
            if self.timeout <= 0:
                raise CommandError("Nobody signed in within five minutes. Try again.")
            self.handle_request()
        if "code" not in self.answer:
            reason = self.answer.get("error_description") or self.answer.get("error") or "no reason given"
            raise CommandError(f"The sign-in page refused: {reason}")
        return self.answer["code"]


class _Callback(BaseHTTPRequestHandler):
    timeout = 10  # seconds for one request, so that an idle connection does not block all others

    def do_GET(self) -> None:
        listener = self.server
        assert isinstance(listener, _Listener)
        address = urlsplit(self.path)
        answer = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path != "/callback" or not hmac.compare_digest(
            answer.get("state", "").encode(), listener.state.encode()
        ):
            self._say(404, "This is not the expected callback.")
            return
        listener.answer = answer
        self._say(200, "You are signed in. Return to the terminal." if "code" in answer else "You are not signed in.")

    def _say(self, status: int, sentence: str) -> None:
        body = PAGE.format(sentence).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")  # the address contains the code
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the request contains the code."""


def _exchange(sign_in_url: str, attempt: Attempt, code: str) -> Tokens:
    form = {
        "grant_type": "authorization_code",
        "client_id": attempt.client_id,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": attempt.verifier,
    }
    try:
        reply = httpx.post(f"{sign_in_url}/oauth2/token", data=form, timeout=30)
        if not reply.is_success:
            raise CommandError(f"The code was not accepted ({reply.status_code}). Try again.")
        made = reply.json()
        tokens = Tokens(attempt.client_id, made["id_token"], made["refresh_token"])
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        raise CommandError(f"The code could not be exchanged ({type(error).__name__}). Try again.") from error
    if tokens.claims.get("nonce") != attempt.nonce:
        raise CommandError(
            "The token does not belong to this sign-in. Try again; if it happens again, someone may be interfering."
        )
    return tokens
