"""The session of somebody who signed in to chat by browser, in a row that only the browser's cookie opens.

The cookie is a random token. The row's key is the token's hash, and its content (an id token, or the credentials that a
SAML assertion was exchanged for) is encrypted with a key made from the token and the deployment's secret. So every
execution environment can continue the session, and the table alone opens none.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from docent.clients import dynamodb
from docent.contract import header
from docent.errors import MisconfiguredError, UnauthorizedError, from_aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

# `__Host-`: browsers take it from this host alone, over TLS (or loopback), and for all of its paths.
SESSION = "__Host-docent-chat"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
NONCE_BYTES = 12
DOING = "a session was looked up"


@dataclass(frozen=True, slots=True)
class Session:
    """`id_token` for OpenID Connect; `credentials` of AWS for SAML. `expires_at` is in seconds since 1970.

    `session_id` is the key of its row, once it has one.
    """

    expires_at: int
    id_token: str = ""
    credentials: Mapping[str, str] | None = None
    session_id: str = ""


def open_session(table: str, session: Session, secret: str, now: float) -> str:
    """Keep the session; returns the value of a Set-Cookie header."""
    token = secrets.token_urlsafe(32)
    session_id, nonce = _id_of(token), secrets.token_bytes(NONCE_BYTES)
    content = json.dumps({"id_token": session.id_token, "credentials": session.credentials}).encode()
    sealed = nonce + _cipher(token, secret).encrypt(nonce, content, _bound_to(session_id, session.expires_at))
    item: dict[str, AttributeValueTypeDef] = {
        "session_id": {"S": session_id},
        "sealed": {"B": sealed},
        "expires_at": {"N": str(session.expires_at)},
    }
    try:
        dynamodb().put_item(TableName=table, Item=item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a session was kept", MisconfiguredError) from error
    return set_cookie(SESSION, token, max(0, int(session.expires_at - now)))


def read_session(event: Mapping[str, Any], table: str, secret: str, now: float) -> Session | None:
    """None where the request has no session; raises UnauthorizedError for one that is not good any more."""
    token = read_cookies(event).get(SESSION)
    if not token:
        return None
    if not TOKEN.fullmatch(token):
        raise UnauthorizedError("The session's cookie is none of ours.")
    try:
        reply = dynamodb().get_item(TableName=table, Key={"session_id": {"S": _id_of(token)}}, ConsistentRead=True)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, DOING, MisconfiguredError) from error
    return _opened(reply.get("Item"), token, secret, now)


def end_session(event: Mapping[str, Any], table: str, secret: str, now: float) -> Session | None:
    """Delete the request's session, for all environments at once; returns what it was, if it was good."""
    token = read_cookies(event).get(SESSION, "")
    if not TOKEN.fullmatch(token):
        return None
    try:
        reply = dynamodb().delete_item(
            TableName=table, Key={"session_id": {"S": _id_of(token)}}, ReturnValues="ALL_OLD"
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a session was ended", MisconfiguredError) from error
    try:
        return _opened(reply.get("Attributes"), token, secret, now)
    except UnauthorizedError:
        return None


def _opened(item: Mapping[str, Any] | None, token: str, secret: str, now: float) -> Session:
    if not item or int(item["expires_at"]["N"]) <= now:  # DynamoDB deletes what expired within days, not at once
        raise UnauthorizedError("The session has ended.")
    session_id, expires_at = item["session_id"]["S"], int(item["expires_at"]["N"])
    sealed, bound = bytes(item["sealed"]["B"]), _bound_to(session_id, expires_at)
    try:
        content = _cipher(token, secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise UnauthorizedError("The session cannot be opened.") from None
    return Session(expires_at, **json.loads(content), session_id=session_id)


def _id_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _cipher(token: str, secret: str) -> AESGCM:
    return AESGCM(hmac.digest(secret.encode(), token.encode(), "sha256"))


def _bound_to(session_id: str, expires_at: int) -> bytes:
    """What the content cannot be moved away from: another row, or a later end."""
    return f"{session_id} {expires_at}".encode()


def set_cookie(name: str, value: str, seconds: int, same_site: str = "Lax") -> str:
    return f"{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite={same_site}"


def read_cookies(event: Mapping[str, Any]) -> dict[str, str]:
    """Without those that come more than once: then somebody else may have set one of them."""
    pairs = [each.strip().partition("=") for each in header(event, "cookie").split(";")]
    names = [name for name, _, _ in pairs]
    return {name: value for name, _, value in pairs if names.count(name) == 1}
