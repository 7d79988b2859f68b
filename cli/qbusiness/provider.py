"""The identity provider where users sign in, as an administrator gives it."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from lxml import etree

from cli.qbusiness import policies
from cli.target import CommandError

MOST_BYTES = 10_000_000  # IAM's limit for SAML metadata
FETCH_SECONDS = 10
_SIGN_ON = "{urn:oasis:names:tc:SAML:2.0:metadata}SingleSignOnService"
_ENTITY = "{urn:oasis:names:tc:SAML:2.0:metadata}EntityDescriptor"


@dataclass(frozen=True, slots=True)
class OpenId:
    """`secret` is the client's; None if it has none, or to leave the stored one unchanged."""

    issuer: str
    client_id: str
    secret: str | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """The members of CreateApplication for this provider, apart from the ARN."""
        return {"identityType": "AWS_IAM_IDP_OIDC", "clientIdsForOIDC": [self.client_id]}

    def trust(self, provider_arn: str) -> policies.Document:
        return policies.trusting_tokens(provider_arn, self.client_id)

    def check(self) -> None:
        """Raises CommandError when the issuer cannot be reached, or gives another issuer as its own."""
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            told = httpx.Response(200, content=_fetched(url)).json()
        except ValueError as error:
            raise CommandError(f"{url} does not return JSON. Is it an OpenID Connect issuer?") from error
        issuer = told.get("issuer") if isinstance(told, dict) else None
        if issuer != self.issuer:
            raise CommandError(
                f"The provider's issuer is {issuer}, not {self.issuer}. Give it exactly as the provider does."
            )


@dataclass(frozen=True, slots=True)
class Saml:
    metadata: str

    @classmethod
    def at(cls, place: str) -> "Saml":
        """From a file or a URL. Raises CommandError when no metadata can be read there."""
        if "://" in place:
            metadata = _fetched(place).decode(errors="replace")
        else:
            try:
                metadata = Path(place).read_text()
            except (OSError, ValueError) as error:
                raise CommandError(f"The metadata {place} cannot be read ({type(error).__name__}).") from error
        provider = cls(metadata)
        if provider._root().tag != _ENTITY:
            raise CommandError(f"{place} is not the metadata of one SAML provider (EntityDescriptor).")
        return provider

    @property
    def identity(self) -> dict[str, Any]:
        return {"identityType": "AWS_IAM_IDP_SAML"}

    def trust(self, provider_arn: str) -> policies.Document:
        return policies.trusting_assertions(provider_arn)

    @property
    def sign_on_url(self) -> str | None:
        """The sign-in URL with https, the only kind that Q Business accepts."""
        found: list[Any] = [element.get("Location") or "" for element in self._root().iter(_SIGN_ON)]
        return next((url for url in found if url.startswith("https://")), None)

    def _root(self) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(self.metadata.encode(), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise CommandError("The SAML metadata is not XML.") from error


type Provider = OpenId | Saml


def _fetched(url: str) -> bytes:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise CommandError(f"{url} must be an https address.")
    try:
        with httpx.stream("GET", url, timeout=FETCH_SECONDS, follow_redirects=False) as reply:
            reply.raise_for_status()
            body = b""
            for part in reply.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise CommandError(f"{url} returns more than {MOST_BYTES} bytes.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CommandError(
            f"{url} cannot be reached ({error}). AWS must reach it too: check the address and the network."
        ) from error
    return body


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
