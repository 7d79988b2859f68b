"""Id tokens of OpenID Connect providers: their claims, once everything that they could be wrong about is checked.

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
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

from docent.errors import UnauthorizedError

from .signing_keys import KeysOfIssuer, SigningKey

MAX_CHARACTERS = 8192  # API Gateway takes 10,240 bytes of all headers together
PROVIDER_MAX_CHARACTERS = 20_000  # STS takes no more; in a session a token is in no header
LEEWAY = 30  # seconds that the issuer's clock and ours may differ
TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# What STS verifies of an organisation's own provider.
PROVIDER_ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
REQUIRED = ("iss", "aud", "sub", "exp", "iat")
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


def verified_claims(
    token: str,
    keys: KeysOfIssuer,
    issuer: str,
    audiences: Collection[str],
    algorithms: Sequence[str],
    required: Sequence[str] = REQUIRED,
    most_characters: int = MAX_CHARACTERS,
) -> dict[str, Any]:
    """The claims of a token; `aud` is one of `audiences`, a single text.

    Raises UnauthorizedError with a fixed sentence for a token that proves nothing. Time is PyJWT's own: what checks
    signatures checks times too.
    """
    if len(token) > most_characters or not TOKEN.fullmatch(token):
        raise UnauthorizedError("The token cannot be read.")

    def decoded(key: SigningKey) -> dict[str, Any]:
        return jwt.decode(
            token,
            key.public_key,
            algorithms=[algorithm],
            audience=audiences,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": list(required), "enforce_minimum_key_length": True},
        )

    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg", "")
        # Refused before its key is looked for. Keys that a token brings along (jwk, jku, x5u) are never looked at.
        if algorithm not in algorithms:
            raise InvalidAlgorithmError
        claims = _claims(keys, header.get("kid", ""), algorithm, decoded)
    except PyJWTError as error:
        reason = next(reason for kind, reason in REASONS.items() if isinstance(error, kind))
        raise UnauthorizedError(reason) from None
    except (ValueError, TypeError, ArithmeticError):
        raise UnauthorizedError("The token cannot be read.") from None
    claims["aud"] = _audience(claims, audiences)
    return claims


def _claims(
    keys: KeysOfIssuer, key_id: str, algorithm: str, decoded: Callable[[SigningKey], dict[str, Any]]
) -> dict[str, Any]:
    """By the key that signed the token. The algorithms of the key count, not the one that the token names."""
    while True:
        fitting = [key for key in keys.find(key_id) if algorithm in key.algorithms]
        if not fitting:
            raise InvalidAlgorithmError
        for key in fitting:
            with suppress(InvalidSignatureError):
                return decoded(key)
        # A new key of an issuer that gives its keys no ids looks like a wrong signature.
        if all(key.key_id for key in fitting) or not keys.renew():
            raise InvalidSignatureError


def _audience(claims: Mapping[str, Any], audiences: Collection[str]) -> str:
    """A token for several must name the party that it was made for (`azp`), as STS has it too."""
    audience = claims["aud"]
    if isinstance(audience, list):
        audience = audience[0] if len(audience) == 1 else claims.get("azp")
    if not isinstance(audience, str) or claims.get("azp", audience) != audience or audience not in audiences:
        raise UnauthorizedError("The token is for another audience.")
    return audience
