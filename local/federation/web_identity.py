"""OpenID Connect tokens, verified as STS does with the keys that the issuer publishes.

Source: IAM user guide, "OIDC federation" and "Pass session tags using AssumeRoleWithWebIdentity".
"""

import ipaddress
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

from local.federation.identity import Identity, StsError, checked_tags, expired, invalid_token

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
TAGS = "https://aws.amazon.com/tags"
KEYS_SECONDS = 300.0  # how long an issuer's keys are cached
FETCH_SECONDS = 5.0
MOST_BYTES = 1 << 20
SKEW_SECONDS = 60.0  # the issuer's clock can be this far ahead of ours

type Json = dict[str, Any]


def fetched(url: str) -> Json:
    """A JSON document; raises OSError or ValueError."""
    _check_scheme(url)
    try:
        with httpx.stream("GET", url, timeout=FETCH_SECONDS) as reply:  # no redirects: only this URL is trusted
            reply.raise_for_status()
            body = b""
            for part in reply.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise ValueError(f"More than {MOST_BYTES} bytes.")
    except httpx.HTTPError as error:
        raise OSError(str(error)) from error
    return json.loads(body)


class WebIdentities:
    """Verifies tokens of the OpenID providers in IAM."""

    def __init__(
        self,
        provider: Callable[[str], Mapping[str, Any] | None],
        fetch: Callable[[str], Json] = fetched,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`provider` returns IAM's OpenID provider by its ARN."""
        self._provider = provider
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, tuple[float, jwt.PyJWKSet]] = {}

    def identity(self, token: str, account: str, partition: str = "aws") -> Identity:
        """The identity in the token. Waits for the issuer, so it must not run on the event loop."""
        issuer = _unverified_issuer(token)
        host = issuer.partition("://")[2].rstrip("/")
        arn = f"arn:{partition}:iam::{account}:oidc-provider/{host}"
        provider = self._provider(arn)
        if provider is None or _plain(provider["Url"]) != _plain(issuer):
            raise invalid_token(f"No OpenIDConnect provider found in your account for {issuer}")
        claims = self._verified(token, issuer)
        audience = _audience(claims)
        if audience not in provider["ClientIDList"]:
            raise invalid_token("Incorrect token audience")
        keys = {f"{host}:{name}": claims[name] for name in ("sub", "amr") if name in claims}
        return Identity(
            provider=arn,
            subject=claims["sub"],
            audience=audience,
            keys=keys | {f"{host}:aud": audience},
            tags=checked_tags(_tags(claims)),
        )

    def _verified(self, token: str, issuer: str) -> Json:
        key = self._key(token, issuer)
        required = ["iss", "sub", "aud", "exp", "iat"]
        try:
            # The audience is checked by the caller, because AWS compares the azp if there is one.
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                leeway=SKEW_SECONDS,
                options={"require": required, "verify_aud": False, "verify_exp": False},
            )
        except jwt.PyJWTError as error:
            raise invalid_token("The token could not be validated: its signature or its claims are wrong.") from error
        if not isinstance(claims["exp"], int | float) or claims["exp"] <= self._clock():
            raise expired("Token expired: the current time must be before the expiration time of the token.")
        return claims

    def _key(self, token: str, issuer: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise invalid_token(f"The token must be signed by one of {', '.join(ALGORITHMS)}.")
        key = _chosen(self._published(issuer, asked_again=False), header.get("kid"))
        if key is None:  # the issuer may have rotated its keys
            key = _chosen(self._published(issuer, asked_again=True), header.get("kid"))
        if key is None:
            raise invalid_token("Couldn't find the key that the token names among the keys of your identity provider.")
        if key.algorithm_name != header["alg"]:
            raise invalid_token("The token is not signed in the way its key is for.")
        return key

    def _published(self, issuer: str, asked_again: bool) -> jwt.PyJWKSet:
        known = self._keys.get(issuer)
        if known and not asked_again and self._clock() - known[0] < KEYS_SECONDS:
            return known[1]
        try:
            configuration = self._fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration.get("issuer") != issuer:
                raise invalid_token("The identity provider's configuration names another issuer.")
            keys = jwt.PyJWKSet.from_dict(self._fetch(configuration["jwks_uri"]))
        except (OSError, ValueError, KeyError, AttributeError, jwt.PyJWTError) as error:
            message = "Couldn't retrieve verification key from your identity provider"
            raise StsError("IDPCommunicationError", message) from error
        self._keys[issuer] = (self._clock(), keys)
        return keys


def _unverified_issuer(token: str) -> str:
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise invalid_token("The ID Token provided is not a valid JWT.") from error
    if not isinstance(issuer, str) or "://" not in issuer:
        raise invalid_token("The token's issuer is no URL.")
    return issuer


def _check_scheme(url: str) -> None:
    """AWS accepts https only. On this machine an issuer on loopback may use http."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise ValueError("An issuer must use https.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(url: str) -> str:
    return url.rstrip("/")


def _chosen(keys: jwt.PyJWKSet, kid: Any) -> jwt.PyJWK | None:
    signing = [key for key in keys.keys if key.public_key_use in (None, "sig")]
    if kid is None:
        return signing[0] if len(signing) == 1 else None
    return next((key for key in signing if key.key_id == kid), None)


def _audience(claims: Json) -> str:
    """The authorized party if the token has one, which AWS compares, otherwise its single audience."""
    if "azp" in claims:
        return str(claims["azp"])
    audience = claims["aud"]
    if isinstance(audience, list):
        if len(audience) != 1:
            raise invalid_token("A token for several audiences must name its authorised party (azp).")
        return str(audience[0])
    return str(audience)


def _tags(claims: Json) -> dict[str, str]:
    """Session tags in the claim `https://aws.amazon.com/tags`, nested or flattened: `{"Email": ["…"]}`."""
    nested = claims.get(TAGS, {})
    if not isinstance(nested, dict) or not isinstance(nested.get("principal_tags", {}), dict):
        raise invalid_token("The token's session tags are not of the form that AWS reads.")
    prefix = f"{TAGS}/principal_tags/"
    given = nested.get("principal_tags", {}) | {
        name.removeprefix(prefix): value for name, value in claims.items() if name.startswith(prefix)
    }
    tags: dict[str, str] = {}
    for name, value in given.items():
        match value:
            case [str(text)] | str(text):
                tags[name] = text
            case _:
                raise invalid_token("Each session tag of the token must have one value.")
    return tags
