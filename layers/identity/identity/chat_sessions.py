"""The session of somebody who signed in to chat by browser: a signed cookie that scripts cannot read.

It holds the provider's id token, or for SAML, whose assertions are good once and for minutes only, the name under
which chat_sync keeps the session's credentials. AWS credentials are never in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from docent.contract import header
from docent.errors import OversizedRequestError, UnauthorizedError

# `__Host-`: browsers take it from this host alone, over TLS (or loopback), and for all of its paths.
SESSION = "__Host-docent-chat"
ALGORITHM = "HS256"
AUDIENCE = "docent-chat-session"
MAX_BYTES = 4000  # browsers keep 4,096 of a cookie, its name included


@dataclass(frozen=True, slots=True)
class Session:
    """`id_token` for OpenID Connect; `credentials` for SAML. `expires_at` is in seconds since 1970."""

    expires_at: int
    id_token: str | None = None
    credentials: str | None = None


def to_cookie(session: Session, secret: str, now: float) -> str:
    """The value of a Set-Cookie header."""
    claims: dict[str, Any] = {"aud": AUDIENCE, "exp": session.expires_at}
    claims |= {"id_token": session.id_token} if session.id_token else {}
    claims |= {"credentials": session.credentials} if session.credentials else {}
    value = jwt.encode(claims, secret, ALGORITHM)
    if len(SESSION) + len(value) > MAX_BYTES:
        raise OversizedRequestError("The provider's id token is too large for a cookie: leave claims out of it.")
    return set_cookie(SESSION, value, max(0, int(session.expires_at - now)))


def read_session(event: Mapping[str, Any], secret: str) -> Session | None:
    """None where the request has no session; raises UnauthorizedError for one that is not good any more."""
    value = read_cookie(event, SESSION)
    if not value:
        return None
    try:
        claims = jwt.decode(value, secret, [ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "aud"]})
    except jwt.ExpiredSignatureError:
        raise UnauthorizedError("The session has expired.") from None
    except jwt.PyJWTError:
        raise UnauthorizedError("The session's cookie is none of ours.") from None
    return Session(claims["exp"], claims.get("id_token"), claims.get("credentials"))


def set_cookie(name: str, value: str, seconds: int, same_site: str = "Lax") -> str:
    return f"{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite={same_site}"


def read_cookie(event: Mapping[str, Any], name: str) -> str:
    """Empty where there is none, or more than one: then somebody else may have set one of them."""
    pairs = (each.strip().partition("=") for each in header(event, "cookie").split(";"))
    values = [value for key, _, value in pairs if key == name]
    return values[0] if len(values) == 1 else ""
