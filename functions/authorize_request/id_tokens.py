"""Who an id token says its bearer is, once everything that it could be wrong about is checked.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.exceptions import (
    DecodeError,
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAlgorithmError,
    InvalidAudienceError,
    InvalidIssuerError,
    InvalidSignatureError,
    MissingRequiredClaimError,
    PyJWTError,
)

from docent.callers import Caller
from docent.errors import UnauthorizedError
from docent.readers import NOBODY
from group_claims import read_groups
from signing_keys import KeysOfIssuer

ALGORITHM = "RS256"
MAX_CHARACTERS = 8192  # API Gateway takes 10,240 bytes of all headers together
MAX_NAME = 200  # what a reader's name may have
LEEWAY = 30  # seconds that the issuer's clock and ours may differ
TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# Callers' uploads lie below their subject: it must not lead out of there, or into another's.
SUBJECT = re.compile(r"[A-Za-z0-9._@|:+=-]{1,128}")
REQUIRED = ["iss", "aud", "sub", "exp", "iat", "token_use"]
# By class of error, the most special first; a reason holds nothing of the token.
REASONS: Mapping[type[PyJWTError], str] = {
    ExpiredSignatureError: "The token has expired.",
    ImmatureSignatureError: "The token is not valid yet.",
    InvalidAudienceError: "The token is for another audience.",
    InvalidIssuerError: "The token is of another issuer.",
    InvalidSignatureError: "The token's signature is not its key's.",
    InvalidAlgorithmError: "The token is signed by another algorithm.",
    MissingRequiredClaimError: "The token lacks a claim.",
    DecodeError: "The token cannot be read.",
    PyJWTError: "The token is not valid.",
}


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Addresses (`user_claim` is email) must be verified, unless the token is for an audience trusted with them."""

    issuer: str
    audiences: frozenset[str]
    audiences_trusted_with_addresses: frozenset[str]
    user_claim: str
    groups_claim: str


def verify(token: str, keys: KeysOfIssuer, rules: TokenRules) -> Caller:
    """Raises UnauthorizedError with a fixed sentence for a token that proves nothing.

    Time is PyJWT's own: what checks signatures checks times too.
    """
    claims = _verified_claims(token, keys, rules)
    if claims["token_use"] != "id":  # noqa: S105 - a kind of token, no password
        raise UnauthorizedError("The token is no id token.")
    groups = read_groups(claims.get(rules.groups_claim))
    return Caller(claims["sub"], _user(claims, rules), groups, int(claims["exp"]))


def _verified_claims(token: str, keys: KeysOfIssuer, rules: TokenRules) -> dict[str, Any]:
    if len(token) > MAX_CHARACTERS or not TOKEN.fullmatch(token):
        raise UnauthorizedError("The token cannot be read.")
    try:
        header = jwt.get_unverified_header(token)
        # Refused before its key is looked for. Keys that a token brings along (jwk, jku, x5u) are never looked at.
        if header.get("alg") != ALGORITHM:
            raise InvalidAlgorithmError
        claims = jwt.decode(
            token,
            keys.find(header.get("kid", "")),
            algorithms=[ALGORITHM],
            audience=rules.audiences,
            issuer=rules.issuer,
            leeway=LEEWAY,
            options={"require": REQUIRED, "enforce_minimum_key_length": True},
        )
    except PyJWTError as error:
        reason = next(reason for kind, reason in REASONS.items() if isinstance(error, kind))
        raise UnauthorizedError(reason) from None
    except (ValueError, TypeError, ArithmeticError):
        raise UnauthorizedError("The token cannot be read.") from None
    if not isinstance(claims["aud"], str):
        raise UnauthorizedError("The token is for another audience.")
    if not SUBJECT.fullmatch(claims["sub"]):
        raise UnauthorizedError("The token's subject is none that a folder can be named after.")
    return claims


def _user(claims: Mapping[str, Any], rules: TokenRules) -> str:
    """The name that readers are given by, in lower case as they are."""
    user = claims.get(rules.user_claim)
    if not isinstance(user, str) or not 0 < len(user) <= MAX_NAME:
        raise UnauthorizedError("The token does not name the user.")
    # Some signs that look like a letter become that letter in lower case (K for kelvin): another's name.
    if not unicodedata.is_normalized("NFC", user) or not user.isprintable() or user.lower() == NOBODY:
        raise UnauthorizedError("The token names the user in a way that could be taken for another.")
    needs_proof = rules.user_claim == "email" and claims["aud"] not in rules.audiences_trusted_with_addresses
    if needs_proof and claims.get("email_verified") not in (True, "true"):
        raise UnauthorizedError("The token's address is not verified.")
    return user.lower()
