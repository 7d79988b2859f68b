"""A SAML identity provider, as IAM knows it: whom STS trusts is whom Docent trusts."""

import time
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import iam
from docent.errors import MisconfiguredError, from_aws

KEEP_SECONDS = 300
AUDIENCE = "urn:amazon:webservices"  # the one that AWS asks for
AUDIENCES = frozenset({AUDIENCE, "https://signin.aws.amazon.com/saml"})  # those that STS takes
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
NAMES = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """`certificates` are DER in Base64; `sign_in_url` takes requests by redirect."""

    entity_id: str
    certificates: tuple[str, ...]
    sign_in_url: str


def saml_provider(arn: str, clock: float | None = None) -> SamlProvider:
    """Raises MisconfiguredError when IAM has no usable metadata of it. Asked of IAM every few minutes."""
    now = time.monotonic() if clock is None else clock
    return _saml_provider(arn, int(now // KEEP_SECONDS))


@lru_cache(maxsize=2)
def _saml_provider(arn: str, _period: int) -> SamlProvider:
    try:
        document = iam().get_saml_provider(SAMLProviderArn=arn).get("SAMLMetadataDocument", "")
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the SAML provider's metadata were read", MisconfiguredError) from error
    return read_metadata(document)


def read_metadata(document: str) -> SamlProvider:
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - IAM has it of an administrator, and has checked it
    except ElementTree.ParseError as error:
        raise MisconfiguredError("The SAML provider's metadata cannot be read.") from error
    entity = root if root.tag == f"{{{NAMES['md']}}}EntityDescriptor" else root.find("md:EntityDescriptor", NAMES)
    role = entity.find("md:IDPSSODescriptor", NAMES) if entity is not None else None
    if entity is None or role is None:
        raise MisconfiguredError("The SAML provider's metadata describe no identity provider.")
    certificates = tuple(
        "".join((found.text or "").split())
        for key in role.findall("md:KeyDescriptor", NAMES)
        if key.get("use") in (None, "signing")
        for found in key.iterfind(".//ds:X509Certificate", NAMES)
    )
    services = {each.get("Binding"): each.get("Location", "") for each in role.findall("md:SingleSignOnService", NAMES)}
    if not certificates or not services.get(REDIRECT):
        raise MisconfiguredError("The SAML provider's metadata name no certificate, or no sign-in by HTTP-Redirect.")
    return SamlProvider(entity.get("entityID", ""), certificates, services[REDIRECT])
