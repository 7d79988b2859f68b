"""Who an id token of the user pool says its bearer is.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docent.callers import Caller
from docent.errors import UnauthorizedError
from docent.names import group_name, user_name
from docent.readers import MAX_NAME, NOBODY, RESERVED
from identity.id_tokens import REQUIRED, verified_claims
from identity.signing_keys import KeysOfIssuer

from .group_claims import read_groups

ALGORITHMS = ("RS256",)
# Callers' uploads lie below their subject: it must not lead out of there, or into another's.
SUBJECT = re.compile(r"[A-Za-z0-9._@|:+=-]{1,128}")


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Addresses (`user_claim` is email) must be verified, unless the token is for an audience trusted with them."""

    issuer: str
    audiences: frozenset[str]
    audiences_trusted_with_addresses: frozenset[str]
    user_claim: str
    groups_claim: str


def verify(token: str, keys: KeysOfIssuer, rules: TokenRules) -> Caller:
    """Raises UnauthorizedError with a fixed sentence for a token that proves nothing."""
    required = (*REQUIRED, "token_use")
    claims = verified_claims(token, keys, rules.issuer, rules.audiences, ALGORITHMS, required)
    if not SUBJECT.fullmatch(claims["sub"]):
        raise UnauthorizedError("The token's subject is none that a folder can be named after.")
    if claims["token_use"] != "id":  # noqa: S105 - a kind of token, no password
        raise UnauthorizedError("The token is no id token.")
    groups = dict.fromkeys(group_name(name) for name in read_groups(claims.get(rules.groups_claim)))
    named = tuple(name for name in groups if name and not name.startswith(RESERVED))
    return Caller(claims["sub"], _user(claims, rules), named, int(claims["exp"]))


def _user(claims: Mapping[str, Any], rules: TokenRules) -> str:
    """The name that readers are given by, written as theirs is."""
    user = claims.get(rules.user_claim)
    if not isinstance(user, str) or not 0 < len(user) <= MAX_NAME:
        raise UnauthorizedError("The token does not name the user.")
    # Some signs that look like a letter become that letter in lower case (K for kelvin): another's name.
    if not unicodedata.is_normalized("NFC", user) or not user.isprintable() or user_name(user) in ("", NOBODY):
        raise UnauthorizedError("The token names the user in a way that could be taken for another.")
    needs_proof = rules.user_claim == "email" and claims["aud"] not in rules.audiences_trusted_with_addresses
    if needs_proof and claims.get("email_verified") not in (True, "true"):
        raise UnauthorizedError("The token's address is not verified.")
    return user_name(user)
