"""The output of a SAML identity provider: metadata, and signed responses as AWS STS reads them.

Source: IAM user guide, "Configure SAML assertions for the authentication response".
"""

import base64
import datetime
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from lxml.builder import ElementMaker  # pyright: ignore[reportMissingImports] - the stubs lack it
from signxml.signer import XMLSigner

from local.idp.people import Person

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
ASSERTION = f"{{{NAMES['saml']}}}Assertion"
RECIPIENT = "https://signin.aws.amazon.com/saml"
AUDIENCE = "urn:amazon:webservices"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"  # there is no password
_CERTIFICATE_DAYS = 3650
_KEY_FILE = "signing.pem"

_saml, _samlp, _md, _ds = (ElementMaker(namespace=NAMES[name], nsmap=NAMES) for name in NAMES)


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls) -> Self:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return cls(key, certificate_of(key))

    @classmethod
    def kept_in(cls, folder: Path) -> Self:
        """The key in a folder, created if missing, so that responses signed before a restart stay valid."""
        file = folder / _KEY_FILE
        if file.exists():
            pem = file.read_bytes()
            key = serialization.load_pem_private_key(pem, None)
            assert isinstance(key, rsa.RSAPrivateKey)
            return cls(key, x509.load_pem_x509_certificate(pem))
        made = cls.new()
        made.keep_in(folder)
        return made

    def keep_in(self, folder: Path) -> None:
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = os.open(folder / _KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(private + self.certificate.public_bytes(serialization.Encoding.PEM))


def certificate_of(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Docent's SAML identity provider")])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_CERTIFICATE_DAYS))
        .sign(key, hashes.SHA256())
    )


def metadata(entity_id: str, sign_in: str, certificate: x509.Certificate) -> str:
    """`sign_in` is the URL to which browsers are sent with a request."""
    der = certificate.public_bytes(serialization.Encoding.DER)
    descriptor = _md.EntityDescriptor(
        _md.IDPSSODescriptor(
            _md.KeyDescriptor(
                _ds.KeyInfo(_ds.X509Data(_ds.X509Certificate(base64.b64encode(der).decode()))), use="signing"
            ),
            _md.NameIDFormat(_PERSISTENT),
            _md.SingleSignOnService(Binding=REDIRECT, Location=sign_in),
            WantAuthnRequestsSigned="false",
            protocolSupportEnumeration=NAMES["samlp"],
        ),
        entityID=entity_id,
    )
    return etree.tostring(descriptor, encoding="unicode")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The content of a response. It answers a request only if `in_response_to` is set."""

    person: Person
    issuer: str
    role_arn: str
    provider_arn: str
    in_response_to: str | None = None
    destination: str | None = None
    audience: str = AUDIENCE
    recipient: str = RECIPIENT
    minutes: float = 5
    tags: Mapping[str, str] | None = None

    def response(self) -> etree._Element:
        """An unsigned response."""
        now = datetime.datetime.now(datetime.UTC)
        issued, until = _utc(now), _utc(now + datetime.timedelta(minutes=self.minutes))
        asked = _given(InResponseTo=self.in_response_to)
        bearer = _saml.SubjectConfirmationData(NotOnOrAfter=until, Recipient=self.recipient, **asked)
        assertion = _saml.Assertion(
            _saml.Issuer(self.issuer),
            _saml.Subject(
                _saml.NameID(self.person.email, Format=_PERSISTENT),
                _saml.SubjectConfirmation(bearer, Method=_BEARER),
            ),
            _saml.Conditions(
                _saml.AudienceRestriction(_saml.Audience(self.audience)), NotBefore=issued, NotOnOrAfter=until
            ),
            _saml.AuthnStatement(
                _saml.AuthnContext(_saml.AuthnContextClassRef(_UNSPECIFIED)),
                AuthnInstant=issued,
                SessionIndex=_new_id(),
            ),
            _saml.AttributeStatement(
                *(_saml.Attribute(_saml.AttributeValue(value), Name=name) for name, value in self._attributes().items())
            ),
            ID=_new_id(),
            Version="2.0",
            IssueInstant=issued,
        )
        return _samlp.Response(
            _saml.Issuer(self.issuer),
            _samlp.Status(_samlp.StatusCode(Value=_SUCCESS)),
            assertion,
            ID=_new_id(),
            Version="2.0",
            IssueInstant=issued,
            **asked,
            **_given(Destination=self.destination),
        )

    def _attributes(self) -> dict[str, str]:
        tags = {"Email": self.person.email} if self.tags is None else self.tags
        return {
            f"{ATTRIBUTES}Role": f"{self.role_arn},{self.provider_arn}",
            f"{ATTRIBUTES}RoleSessionName": self.person.email,
        } | {f"{ATTRIBUTES}PrincipalTag:{name}": value for name, value in tags.items()}


def with_signed_assertion(response: etree._Element, key: SigningKey) -> etree._Element:
    assertion = response.find(ASSERTION)
    assert assertion is not None
    response.replace(assertion, signed(assertion, key))
    return response


def signed(element: etree._Element, key: SigningKey) -> etree._Element:
    """A signed copy of the element."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    alone.insert(1, _ds.Signature(Id="placeholder"))  # the schema places it after the issuer
    signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    return signer.sign(alone, key=key.key, cert=[key.certificate], reference_uri=f"#{alone.get('ID')}")


def encoded(response: etree._Element) -> str:
    """The encoding for a form field."""
    return base64.b64encode(etree.tostring(response)).decode()


def _given(**attributes: str | None) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value is not None}


def _new_id() -> str:
    return f"_{uuid.uuid4().hex}"  # an XML id must not begin with a digit


def _utc(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
