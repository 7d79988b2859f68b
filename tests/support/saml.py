"""A SAML identity provider: metadata, and signed responses that may be changed before or after they are signed."""

import base64
import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

from tests.support.federated_people import Person
from tests.support.open_id import new_key

ENTITY_ID = "https://sign-in.acme.example/saml"
RECIPIENT = "https://signin.aws.amazon.com/saml"
AUDIENCE = "urn:amazon:webservices"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"


def certificate_of(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sign-in.acme.example")])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )


@dataclass
class SamlProvider:
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.certificate = certificate_of(self.key)

    @property
    def metadata(self) -> str:
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return (
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY_ID}">'
            '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{base64.b64encode(der).decode()}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
            f'Location="{ENTITY_ID}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
        )

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
        """A response about a person, sent without being asked unless `in_response_to` says so.

        `signed` is what the signature covers: `assertion`, `response` or nothing.
        """
        now = datetime.datetime.now(datetime.UTC)
        issued, until = _utc(now), _utc(now + datetime.timedelta(minutes=minutes))
        asked = f' InResponseTo="{in_response_to}"' if in_response_to else ""
        sent_to = f' Destination="{destination}"' if destination else ""
        given = {
            f"{ATTRIBUTES}Role": f"{role_arn},{provider_arn}",
            f"{ATTRIBUTES}RoleSessionName": person.email,
        } | {f"{ATTRIBUTES}PrincipalTag:{name}": value for name, value in (tags or {"Email": person.email}).items()}
        attributes = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for name, value in given.items()
        )
        assertion = (
            f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid.uuid4().hex}" '
            f'Version="2.0" IssueInstant="{issued}"><saml:Issuer>{issuer}</saml:Issuer>'
            '<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">'
            f"{person.email}</saml:NameID>"
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{recipient}"{asked}/>'
            f'</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{issued}" NotOnOrAfter="{until}">'
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
            f"</saml:Conditions><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )
        response = etree.fromstring(
            f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_{uuid.uuid4().hex}" '
            f'Version="2.0" IssueInstant="{issued}"{asked}{sent_to}>'
            f'<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer><samlp:Status>'
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )
        if signed == "assertion":
            unsigned = response.find(ASSERTION)
            assert unsigned is not None
            response.replace(unsigned, self._signed(etree.tostring(unsigned), key))
        return self._signed(etree.tostring(response), key) if signed == "response" else response

    def _signed(self, element: bytes, key: rsa.RSAPrivateKey | None) -> etree._Element:
        root = etree.fromstring(element)
        signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        certificate = self.certificate if key is None else certificate_of(key)
        return signer.sign(root, key=key or self.key, cert=[certificate], reference_uri=f"#{root.get('ID')}")


def encoded(response: etree._Element) -> str:
    return base64.b64encode(etree.tostring(response)).decode()


def _utc(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
