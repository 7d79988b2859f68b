"""SAML 2.0 responses of the identity provider: read by minisaml, and only as far as the signature covers them.

STS checks them once more. What is checked here is what STS cannot know: that this browser was sent for it, and that
it was meant to come here.
"""

import base64
import binascii
import datetime

from cryptography.x509 import Certificate, load_der_x509_certificate
from defusedxml.common import DefusedXmlException
from lxml import etree
from minisaml.errors import MiniSAMLError, ResponseExpired, ResponseTooEarly
from minisaml.response import TimeDriftLimits, validate_response
from minisignxml.errors import MiniSignXMLError
from minisignxml.internal.utils import deserialize_xml
from minisignxml.verify import extract_verified_element_and_certificate

from docent.errors import MisconfiguredError
from docent.errors.chat import SignInFailedError
from identity.saml_providers import AUDIENCE, SamlProvider

RECIPIENT = "https://signin.aws.amazon.com/saml"  # STS takes assertions for this one only
SKEW = datetime.timedelta(seconds=60)
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
NOT_USABLE = "The identity provider's response is not usable"


def verified_response(encoded: str, provider: SamlProvider, address: str) -> str:
    """The id of the request that a response answers, once all else about it is right.

    Raises SignInFailedError with a fixed sentence for a response that proves nothing.
    """
    certificates = _certificates(provider)
    try:
        xml = base64.b64decode("".join(encoded.split()), validate=True)
        root = deserialize_xml(xml)  # without entities or document types
        _check_envelope(root, address)
        xml = _with_one_signature(root)
        verified = validate_response(
            data=base64.b64encode(xml),
            certificate=certificates,
            expected_audience=AUDIENCE,
            idp_issuer=provider.entity_id,
            allowed_time_drift=TimeDriftLimits(SKEW, SKEW),
        )
        _check_confirmation(xml, certificates)
    except (ResponseExpired, ResponseTooEarly):
        raise SignInFailedError(f"{NOT_USABLE}: it is of another time.") from None
    except (MiniSAMLError, MiniSignXMLError, DefusedXmlException) as error:
        raise SignInFailedError(f"{NOT_USABLE} ({type(error).__name__}).") from None
    except (etree.XMLSyntaxError, binascii.Error, LookupError, ValueError, TypeError, AttributeError):
        raise SignInFailedError(f"{NOT_USABLE}: it cannot be read.") from None
    if not verified.in_response_to:
        raise SignInFailedError("The identity provider's response answers no request: begin at /saml/login.")
    return verified.in_response_to


def _check_envelope(root: etree._Element, address: str) -> None:
    """What the response says around its assertion. Unsigned, it can only make a response useless, not good."""
    status = root.find("samlp:Status/samlp:StatusCode", NAMES)
    if root.tag != f"{{{NAMES['samlp']}}}Response" or status is None or status.get("Value") != SUCCESS:
        raise SignInFailedError("The identity provider did not sign the user in.")
    if root.get("Destination") != address:
        raise SignInFailedError("The identity provider's response was meant for another place.")
    if len(root.findall(".//saml:Assertion", NAMES)) != 1:
        raise SignInFailedError(f"{NOT_USABLE}: it must have one assertion.")


def _with_one_signature(root: etree._Element) -> bytes:
    """Many providers sign the assertion and the response: the assertion's signature alone is looked at then."""
    outer = root.findall("ds:Signature", NAMES)
    if root.find("saml:Assertion/ds:Signature", NAMES) is not None:
        for signature in outer:
            root.remove(signature)
    return etree.tostring(root)


def _check_confirmation(xml: bytes, certificates: set[Certificate]) -> None:
    element, _ = extract_verified_element_and_certificate(xml=xml, certificates=certificates)
    path = "saml:Subject/saml:SubjectConfirmation"
    confirmations = element.findall(path, NAMES) or element.findall(f"saml:Assertion/{path}", NAMES)
    now = datetime.datetime.now(datetime.UTC)
    for confirmation in confirmations:
        data = confirmation.find("saml:SubjectConfirmationData", NAMES)
        if data is None or confirmation.get("Method") != BEARER or data.get("Recipient") != RECIPIENT:
            continue
        if now - SKEW < datetime.datetime.fromisoformat(data.get("NotOnOrAfter", "")):
            return
        raise SignInFailedError(f"{NOT_USABLE}: it is of another time.")
    raise SignInFailedError(f"{NOT_USABLE}: its Recipient must be {RECIPIENT}.")


def _certificates(provider: SamlProvider) -> set[Certificate]:
    try:
        return {load_der_x509_certificate(base64.b64decode(each)) for each in provider.certificates}
    except ValueError as error:
        raise MisconfiguredError("A certificate in the SAML provider's metadata cannot be read.") from error
