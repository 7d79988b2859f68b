"""Cognito's sign-in page knows a browser for an hour by a cookie.

https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-login-mechanics.html
"""

import secrets
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from ministack.services import cognito

COOKIE = "cognito"
SECONDS = 3600


@dataclass(frozen=True, slots=True)
class _SignedIn:
    pool_id: str
    username: str
    until: float


def remember_who_signed_in() -> None:
    """A user who signed in within the last hour gets a code at once; MiniStack asks for the password each time."""
    sessions: dict[str, _SignedIn] = {}
    authorize, redirect, logout = (
        cognito.handle_oauth2_authorize,
        cognito._issue_auth_code_redirect,
        cognito.handle_logout,
    )

    def issue_code(client_id: str, pool_id: str, redirect_uri: str, scope: str, username: str, *more: Any) -> Any:
        status, headers, body = redirect(client_id, pool_id, redirect_uri, scope, username, *more)
        if status == 302 and "code=" in headers["Location"]:
            session = secrets.token_urlsafe(32)
            sessions[session] = _SignedIn(pool_id, username, time.time() + SECONDS)
            headers = headers | {"Set-Cookie": _cookie(session, SECONDS)}
        return status, headers, body

    def handle_authorize(method: str, path: str, headers: dict[str, str], query: dict[str, Any]) -> Any:
        reply = authorize(method, path, headers, query)
        asked = {name: cognito._qp(query, name) for name in query}
        signed_in = sessions.get(_session_of(headers))
        pool_id, pool, _ = cognito._find_pool_by_client_id(asked.get("client_id", ""))
        # MiniStack answers with the page only if nothing is wrong with the request.
        if reply[0] != 200 or not signed_in or not pool or asked.get("prompt") == "login":
            return reply
        user = pool["_users"].get(signed_in.username)
        if signed_in.pool_id != pool_id or signed_in.until < time.time() or not user or not user.get("Enabled", True):
            return reply
        rest = [asked.get(name, "") for name in ("nonce", "code_challenge", "code_challenge_method", "state")]
        return redirect(asked["client_id"], pool_id, asked["redirect_uri"], asked["scope"], signed_in.username, *rest)

    def handle_logout(method: str, path: str, headers: dict[str, str], query: dict[str, Any]) -> Any:
        sessions.pop(_session_of(headers), None)
        status, answered, body = logout(method, path, headers, query)
        return status, answered | {"Set-Cookie": _cookie("", 0)}, body

    cognito._issue_auth_code_redirect = issue_code
    cognito.handle_oauth2_authorize = handle_authorize
    cognito.handle_logout = handle_logout


def _cookie(session: str, seconds: int) -> str:
    return f"{COOKIE}={session}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"


def _session_of(headers: dict[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
