"""SAML 2.0 responses, verified as STS does. Only what the signature covers is read.

Source: IAM user guide, "Configure SAML assertions for the authentication response" and "Available keys for
SAML-based federation".
"""

import base64
import binascii
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration, XMLVerifier

from local.federation.identity import Identity, checked_tags, denied, expired, invalid_token

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
AUDIENCES = frozenset({"urn:amazon:webservices", "https://signin.aws.amazon.com/saml"})
RECIPIENT = "https://signin.aws.amazon.com/saml"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
MOST_BYTES = 100_000
SKEW_SECONDS = 60.0  # between the provider's clock and this machine's
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_FORMATS = {
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent": "persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient": "transient",
}
_SIGNED = SignatureConfiguration(
    location="./",
    signature_methods=frozenset(
        {
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
            SignatureMethod.ECDSA_SHA512,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)


class SamlIdentities:
    """Verifies responses of the SAML providers in IAM."""

    def __init__(
        self, provider: Callable[[str], Mapping[str, Any] | None], clock: Callable[[], float] = time.time
    ) -> None:
        """`provider` returns IAM's SAML provider by its ARN."""
        self._provider = provider
        self._clock = clock

    def identity(self, encoded: str, provider_arn: str, role_arn: str) -> Identity:
        """The identity in a base64 response, for the requested role."""
        provider = self._provider(provider_arn) if ":saml-provider/" in provider_arn else None
        if provider is None:
            raise invalid_token("The specified SAML provider does not exist.")
        entity_id, certificates = _metadata(provider["SAMLMetadataDocument"])
        assertion = _signed_assertion(_parsed(encoded), certificates)
        issuer = _only(assertion, "saml:Issuer", "issuer")
        if issuer != entity_id:
            raise invalid_token("Issuer not present in specified provider")
        self._check_time_and_audience(assertion)
        recipient = self._recipient(assertion)
        attributes = _attributes(assertion)
        pairs = [{part.strip() for part in value.split(",")} for value in attributes.get(f"{ATTRIBUTES}Role", [])]
        if {role_arn, provider_arn} not in pairs:
            raise denied("sts:AssumeRoleWithSAML")
        subject, kind = _subject(assertion)
        account, name = provider_arn.split(":")[4], provider_arn.rpartition("/")[2]
        qualifier = base64.b64encode(hashlib.sha1(f"{issuer}{account}/{name}".encode()).digest()).decode()  # noqa: S324 - as AWS computes it
        tag = f"{ATTRIBUTES}PrincipalTag:"
        return Identity(
            provider=provider_arn,
            subject=subject,
            audience=recipient,
            keys={
                "saml:aud": recipient,
                "saml:iss": issuer,
                "saml:sub": subject,
                "saml:sub_type": kind,
                "saml:namequalifier": qualifier,
                "saml:doc": f"{account}/{name}",
            },
            tags=checked_tags(
                {
                    attribute.removeprefix(tag): _single(values, attribute)
                    for attribute, values in attributes.items()
                    if attribute.startswith(tag)
                }
            ),
            session_name=_single(attributes.get(f"{ATTRIBUTES}RoleSessionName", []), "RoleSessionName"),
            seconds=_duration(attributes),
            told={"SubjectType": kind, "Issuer": issuer, "NameQualifier": qualifier},
        )

    def _check_time_and_audience(self, assertion: etree._Element) -> None:
        conditions = _one(assertion, "saml:Conditions", "conditions")
        now = self._clock()
        begins = conditions.get("NotBefore")
        if begins is not None and now < _time(begins, "NotBefore") - SKEW_SECONDS:
            raise invalid_token("The assertion is not valid yet.")
        if now >= _time(conditions.get("NotOnOrAfter"), "NotOnOrAfter") + SKEW_SECONDS:
            raise expired("Token must be redeemed within 5 minutes of issuance: the assertion has expired.")
        restrictions = [
            {_content(found) for found in _all(restriction, "saml:Audience")}
            for restriction in _all(conditions, "saml:AudienceRestriction")
        ]
        if not restrictions or any(AUDIENCES.isdisjoint(audiences) for audiences in restrictions):
            raise invalid_token("The assertion is for another audience.")

    def _recipient(self, assertion: etree._Element) -> str:
        """The recipient of a bearer confirmation that has not expired."""
        confirmations = [
            data
            for confirmation in _all(assertion, "saml:Subject/saml:SubjectConfirmation")
            if confirmation.get("Method") == _BEARER
            for data in _all(confirmation, "saml:SubjectConfirmationData")
        ]
        ends = [
            _time(data.get("NotOnOrAfter"), "NotOnOrAfter")
            for data in confirmations
            if data.get("Recipient") == RECIPIENT
        ]
        if not ends:
            raise invalid_token(f"The assertion's Recipient must be {RECIPIENT}.")
        if self._clock() >= max(ends) + SKEW_SECONDS:
            raise expired("Token must be redeemed within 5 minutes of issuance: the assertion has expired.")
        return RECIPIENT


def _parsed(encoded: str) -> etree._Element:
    if not 4 <= len(encoded) <= MOST_BYTES:
        raise invalid_token("The SAML response is empty or too long.")
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
        root = _xml(data)
    except (binascii.Error, ValueError, etree.XMLSyntaxError) as error:
        raise invalid_token("Invalid base64 SAMLResponse, or no XML in it.") from error
    if root.tag != f"{{{NAMES['samlp']}}}Response":
        raise invalid_token("What is given is no SAML response.")
    status = root.find("samlp:Status/samlp:StatusCode", NAMES)
    if status is None or status.get("Value") != _SUCCESS:
        raise invalid_token("The SAML response says that signing in did not succeed.")
    return root


def _xml(data: bytes) -> etree._Element:
    """Refuses entities, comments and document types, which do not belong in an assertion."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("A document type is not allowed.")
    return root


def _metadata(document: str) -> tuple[str, list[str]]:
    """The provider's entity id and its signing certificates (base64)."""
    try:
        root = _xml(document.encode())
    except (ValueError, etree.XMLSyntaxError) as error:
        raise invalid_token("The metadata of the specified provider cannot be read.") from error
    descriptors = [root] if root.tag == f"{{{NAMES['md']}}}EntityDescriptor" else _all(root, "md:EntityDescriptor")
    for entity in descriptors:
        keys = _all(entity, "md:IDPSSODescriptor/md:KeyDescriptor")
        signing = [key for key in keys if key.get("use") in (None, "signing")]
        found = [_content(c) for key in signing for c in _all(key, ".//ds:X509Certificate")]
        if entity.get("entityID") and found:
            return str(entity.get("entityID")), found
    raise invalid_token("The metadata of the specified provider names no certificate.")


def _signed_assertion(response: etree._Element, certificates: list[str]) -> etree._Element:
    """The single assertion, as covered by the signature of the response or of the assertion."""
    if _all(response, "saml:EncryptedAssertion"):
        raise invalid_token("Encrypted assertions are not offered here.")
    assertions = _all(response, ".//saml:Assertion")
    if len(assertions) != 1 or assertions[0].getparent() is not response:
        raise invalid_token("The SAML response must have one assertion.")
    identifiers = [found.get("ID") for found in response.iter() if found.get("ID")]
    if len(set(identifiers)) < len(identifiers):
        raise invalid_token("Two elements of the SAML response have the same ID.")
    for element in (assertions[0], response):
        if element.find("ds:Signature", NAMES) is not None:
            signed = _verified(element, certificates)
            if signed is not None:
                return signed if element is assertions[0] else _one(signed, "saml:Assertion", "assertion")
    raise invalid_token("Response signature invalid")


def _verified(element: etree._Element, certificates: list[str]) -> etree._Element | None:
    """The element as signed by one of the certificates; None if it is not signed or another element is."""
    alone = etree.tostring(element, with_tail=False)
    for certificate in certificates:
        try:
            result = XMLVerifier().verify(
                _xml(alone), x509_cert="".join(certificate.split()), id_attribute="ID", expect_config=_SIGNED
            )
        except Exception:  # noqa: S112 - whatever a hostile signature does to its reader, it is not valid
            continue
        assert not isinstance(result, list)
        signed = result.signed_xml
        if signed is not None and signed.tag == element.tag and signed.get("ID") == element.get("ID"):
            return signed
    return None


def _attributes(assertion: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for attribute in _all(assertion, "saml:AttributeStatement/saml:Attribute"):
        values = [_content(value) for value in _all(attribute, "saml:AttributeValue")]
        found.setdefault(attribute.get("Name") or "", []).extend(values)
    return found


def _subject(assertion: etree._Element) -> tuple[str, str]:
    name = _one(assertion, "saml:Subject/saml:NameID", "subject")
    name_format = name.get("Format") or ""
    return _content(name), _FORMATS.get(name_format, name_format)


def _duration(attributes: Mapping[str, list[str]]) -> int | None:
    values = attributes.get(f"{ATTRIBUTES}SessionDuration")
    if not values:
        return None
    if len(values) != 1 or not values[0].isdecimal() or not 900 <= int(values[0]) <= 43_200:
        raise invalid_token("SessionDuration must be 900 to 43200 seconds.")
    return int(values[0])


def _single(values: list[str], what: str) -> str:
    if len(values) != 1 or not values[0]:
        raise invalid_token(f"{what.removeprefix(ATTRIBUTES)} is required in the response, with one value.")
    return values[0]


def _time(text: str | None, what: str) -> float:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise invalid_token(f"The assertion's {what} is missing or no time.") from error
    if moment.tzinfo is None:
        raise invalid_token(f"The assertion's {what} is not in UTC.")
    return moment.timestamp()


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall(path, NAMES)


def _one(element: etree._Element, path: str, what: str) -> etree._Element:
    found = _all(element, path)
    if len(found) != 1:
        raise invalid_token(f"The assertion must have one {what}.")
    return found[0]


def _only(element: etree._Element, path: str, what: str) -> str:
    return _content(_one(element, path, what))


def _content(element: etree._Element) -> str:
    """The whole text. Reading only its first part could cut it off at a comment."""
    return "".join(str(part) for part in element.itertext()).strip()
