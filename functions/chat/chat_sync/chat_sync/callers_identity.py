"""How a caller of chat proves who they are: an id token of the provider, or the session of a browser that signed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docent.api import is_allowed_origin
from docent.contract import header
from docent.errors import NotFoundError, UnauthorizedError
from docent.secrets_store import read_secret
from identity.chat_sessions import Session, read_cookies, read_session
from identity.console_address import origins_of
from identity.id_tokens import PROVIDER_ALGORITHMS, PROVIDER_MAX_CHARACTERS, verified_claims
from identity.open_id import open_id_provider

from .chat_settings import settings

TAGS = "https://aws.amazon.com/tags"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a caller has proven. `key` is the same for callers that are the same to AWS: issuer, subject, session tags.

    `id_token` is verified; a SAML session has `credentials`, good until `expires_at`. Of a sign-in under way there is
    neither, but the `cookies` of its browser.
    """

    key: str = ""
    name: str = ""
    id_token: str = ""
    credentials: Mapping[str, str] | None = None
    expires_at: int = 0
    cookies: Mapping[str, str] = field(default_factory=dict)


def identify(event: Mapping[str, Any], now: float) -> Proof:
    """Raises UnauthorizedError for callers that prove nothing. PyJWT checks signatures and times with its clock."""
    if event["resource"] == "/saml/acs":
        return Proof(cookies=read_cookies(event))
    if settings().application_id == "-":
        raise NotFoundError("This deployment has no Amazon Q Business application.")
    scheme, _, token = header(event, "authorization").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise UnauthorizedError("The request carries no bearer token.")
        return proof_of(token)
    session = _session(event, now)
    if session is None:
        raise UnauthorizedError("The request carries neither a token nor a session.")
    if session.id_token:
        return proof_of(session.id_token)
    return Proof(key=session.session_id, credentials=session.credentials, expires_at=session.expires_at)


def proof_of(token: str) -> Proof:
    issuer = settings().chat_issuer
    if issuer == "-":
        raise UnauthorizedError("This deployment takes no tokens; sign in at /saml/login.")
    provider = open_id_provider(issuer)
    claims = verified_claims(
        token,
        provider.keys,
        issuer,
        [settings().chat_client_id],
        PROVIDER_ALGORITHMS,
        most_characters=PROVIDER_MAX_CHARACTERS,
    )
    # A token with other session tags is a different caller to AWS, even with the same subject.
    tags = {name: value for name, value in claims.items() if name.startswith(TAGS)}
    key = json.dumps([claims["iss"], claims["sub"], claims["aud"], tags], sort_keys=True)
    name = claims.get("email")
    return Proof(key=key, name=name if isinstance(name, str) else claims["sub"], id_token=token)


def _session(event: Mapping[str, Any], now: float) -> Session | None:
    """A browser sends its cookie along with whatever any page asks it to: only pages of allowed origins count."""
    origin = header(event, "origin")
    origins = origins_of(event, settings().allowed_origins, settings().console_parameter)
    foreign = origin and not is_allowed_origin(origin, origins)
    if foreign or header(event, "sec-fetch-site") == "cross-site":
        raise UnauthorizedError("The page that asks is of an origin that is not allowed.")
    secret = read_secret(settings().session_secret_arn, "key")
    return read_session(event, settings().sessions_table, secret, now)
