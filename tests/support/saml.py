"""A SAML identity provider: metadata, and signed responses that can be changed before or after signing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from local.idp import saml_responses
from local.idp.people import Person
from local.idp.saml_responses import (
    ASSERTION,
    ATTRIBUTES,
    AUDIENCE,
    RECIPIENT,
    SigningKey,
    Statement,
    certificate_of,
    encoded,
)
from tests.support.open_id import new_key

__all__ = ["ASSERTION", "ATTRIBUTES", "AUDIENCE", "ENTITY_ID", "RECIPIENT", "SamlProvider", "encoded"]

ENTITY_ID = "https://sign-in.acme.example/saml"


@dataclass
class SamlProvider:
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.certificate = certificate_of(self.key)

    @property
    def metadata(self) -> str:
        return saml_responses.metadata(ENTITY_ID, f"{ENTITY_ID}/sso", self.certificate)

    def response(
        self,
        person: Person,
        role_arn: str,
        provider_arn: str,
        *,
        audience: str = AUDIENCE,
        recipient: str = RECIPIENT,
        issuer: str = ENTITY_ID,
        minutes: float = 5,
        tags: Mapping[str, str] | None = None,
        in_response_to: str | None = None,
        destination: str | None = None,
        signed: str | None = "assertion",
        key: rsa.RSAPrivateKey | None = None,
    ) -> etree._Element:
        """A response about a person. It is unsolicited unless `in_response_to` is set.

        `signed` is the part that is signed: `assertion`, `response` or nothing.
        """
        response = Statement(
            person=person,
            issuer=issuer,
            role_arn=role_arn,
            provider_arn=provider_arn,
            in_response_to=in_response_to,
            destination=destination,
            audience=audience,
            recipient=recipient,
            minutes=minutes,
            tags=tags,
        ).response()
        signing = SigningKey(self.key, self.certificate) if key is None else SigningKey(key, certificate_of(key))
        if signed == "assertion":
            return saml_responses.with_signed_assertion(response, signing)
        return saml_responses.signed(response, signing) if signed == "response" else response
