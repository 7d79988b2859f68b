"""SAML 2.0 responses of the identity provider: read only as far as a signature covers them (minisignxml).

STS checks them once more. What is checked here is what STS cannot know: that this browser was sent for it, that it was
meant to come here, and that it has not come before.

https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf, saml-profiles-2.0-os.pdf (4.1.4)
"""

import base64
import binascii
import datetime
from dataclasses import dataclass

from cryptography.x509 import Certificate, load_der_x509_certificate
from defusedxml.common import DefusedXmlException
from lxml import etree
from minisignxml.errors import MiniSignXMLError
from minisignxml.internal.utils import deserialize_xml
from minisignxml.verify import extract_verified_element_and_certificate

from docent.errors import MisconfiguredError
from docent.errors.chat import SignInFailedError
from identity.saml_providers import AUDIENCES, SamlProvider

RECIPIENT = "https://signin.aws.amazon.com/saml"  # STS takes assertions for this one only
SKEW = datetime.timedelta(seconds=60)
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
RESPONSE, ASSERTION = (f"{{{NAMES[space]}}}{name}" for space, name in (("samlp", "Response"), ("saml", "Assertion")))
NOT_USABLE = "The identity provider's response is not usable"


@dataclass(frozen=True, slots=True)
class VerifiedAssertion:
    """`in_response_to` is the id of the request that it answers; after `expires_at` it is refused by its time."""

    assertion_id: str
    in_response_to: str
    expires_at: datetime.datetime


def verified_response(encoded: str, provider: SamlProvider, address: str) -> VerifiedAssertion:
    """What a response says, once all else about it is right.

    Raises SignInFailedError with a fixed sentence for a response that proves nothing.
    """
    certificates = _certificates(provider)
    now = datetime.datetime.now(datetime.UTC)
    try:
        root = deserialize_xml(base64.b64decode("".join(encoded.split()), validate=True))  # no entities, no DTD
        _check_envelope(root, address)
        assertion = _signed_assertion(root, certificates)
        if _text(assertion, "saml:Issuer") != provider.entity_id:
            raise SignInFailedError(f"{NOT_USABLE}: it is another provider's.")
        expires_at = _check_conditions(assertion, now)
        confirmation = _confirmation(assertion, now)
        in_response_to = _request_answered(root, confirmation)
        return VerifiedAssertion(assertion.get("ID", ""), in_response_to, expires_at)
    except (MiniSignXMLError, DefusedXmlException) as error:
        raise SignInFailedError(f"{NOT_USABLE} ({type(error).__name__}).") from None
    except (etree.XMLSyntaxError, binascii.Error, LookupError, ValueError, TypeError, AttributeError):
        raise SignInFailedError(f"{NOT_USABLE}: it cannot be read.") from None


def _check_envelope(root: etree._Element, address: str) -> None:
    """What the response says around its assertion. Unsigned, it can only make a response useless, not good."""
    status = root.find("samlp:Status/samlp:StatusCode", NAMES)
    if root.tag != RESPONSE or status is None or status.get("Value") != SUCCESS:
        raise SignInFailedError("The identity provider did not sign the user in.")
    # Only a response that is signed itself must name it (saml-bindings-2.0-os, 3.5.5.2).
    is_signed = root.find("ds:Signature", NAMES) is not None
    if root.get("Destination", "" if is_signed else address) != address:
        raise SignInFailedError("The identity provider's response was meant for another place.")
    if not len(root.findall("saml:Assertion", NAMES)) == len(root.findall(".//saml:Assertion", NAMES)) == 1:
        raise SignInFailedError(f"{NOT_USABLE}: it must have one assertion.")


def _signed_assertion(root: etree._Element, certificates: set[Certificate]) -> etree._Element:
    """The assertion as the signature covers it. If it is signed itself, the response's own signature is not needed."""
    if root.find("saml:Assertion/ds:Signature", NAMES) is not None:
        for signature in root.findall("ds:Signature", NAMES):
            root.remove(signature)
    element, _ = extract_verified_element_and_certificate(xml=etree.tostring(root), certificates=certificates)
    is_response = element.tag == RESPONSE and element.get("ID") == root.get("ID")
    assertion = element.find("saml:Assertion", NAMES) if is_response else element
    if assertion is None or assertion.tag != ASSERTION:
        raise SignInFailedError(f"{NOT_USABLE}: its signature covers no assertion.")
    return assertion


def _check_conditions(assertion: etree._Element, now: datetime.datetime) -> datetime.datetime:
    """Until when the assertion is good. Of several audiences one must be ours, in each restriction."""
    conditions = assertion.findall("saml:Conditions", NAMES)
    restrictions = assertion.findall("saml:Conditions/saml:AudienceRestriction", NAMES)
    if len(conditions) != 1 or not restrictions:
        raise SignInFailedError(f"{NOT_USABLE}: it must say for whom it is.")
    for restriction in restrictions:
        if AUDIENCES.isdisjoint(_content(each) for each in restriction.findall("saml:Audience", NAMES)):
            raise SignInFailedError(f"{NOT_USABLE}: it is for another audience.")
    begins, ends = conditions[0].get("NotBefore"), _time(conditions[0].get("NotOnOrAfter"))
    if (begins and now + SKEW < _time(begins)) or ends + SKEW <= now:
        raise SignInFailedError(f"{NOT_USABLE}: it is of another time.")
    return ends + SKEW


def _confirmation(assertion: etree._Element, now: datetime.datetime) -> etree._Element:
    """The data of a bearer's confirmation that is good: one is enough (saml-core-2.0-os, 2.4.1.1)."""
    bearer = f"saml:Subject/saml:SubjectConfirmation[@Method='{BEARER}']"
    for data in assertion.findall(f"{bearer}/saml:SubjectConfirmationData", NAMES):
        if data.get("Recipient") != RECIPIENT or data.get("NotOnOrAfter") is None:
            continue
        begins = data.get("NotBefore")
        if now < _time(data.get("NotOnOrAfter")) + SKEW and not (begins and now + SKEW < _time(begins)):
            return data
    raise SignInFailedError(f"{NOT_USABLE}: it has no confirmation that is good now, with Recipient {RECIPIENT}.")


def _request_answered(root: etree._Element, confirmation: etree._Element) -> str:
    """Some providers name the request in the response alone. Two that differ prove nothing."""
    named = {confirmation.get("InResponseTo"), root.get("InResponseTo")} - {None, ""}
    if len(named) > 1:
        raise SignInFailedError(f"{NOT_USABLE}: it answers two requests.")
    if not named:
        raise SignInFailedError("The identity provider's response answers no request: begin at /saml/login.")
    return str(named.pop())


def _text(element: etree._Element, path: str) -> str:
    found = element.findall(path, NAMES)
    return _content(found[0]) if len(found) == 1 else ""


def _content(element: etree._Element) -> str:
    """The whole text: its first part alone could end at a comment."""
    return "".join(str(part) for part in element.itertext()).strip()


def _time(text: str | None) -> datetime.datetime:
    """Of any number of digits of a second. Raises ValueError for a time without its zone."""
    moment = datetime.datetime.fromisoformat(text or "")
    if moment.tzinfo is None:
        raise ValueError("A time of SAML is in UTC.")
    return moment


def _certificates(provider: SamlProvider) -> set[Certificate]:
    try:
        return {load_der_x509_certificate(base64.b64decode(each)) for each in provider.certificates}
    except ValueError as error:
        raise MisconfiguredError("A certificate in the SAML provider's metadata cannot be read.") from error
