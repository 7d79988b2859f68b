"""SAML responses, through no door: what is altered, forged, wrapped, of another time or meant for others is refused."""

import base64
import copy
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from chat_sync.saml_assertions import verified_response
from docent.errors import DocentError, MisconfiguredError
from docent.errors.chat import SignInFailedError
from identity.saml_providers import SamlProvider as KnownProvider
from identity.saml_providers import read_metadata
from local.federation.saml import SamlIdentities
from local.idp.people import PEOPLE
from local.idp.saml_responses import SigningKey, with_signed_assertion
from local.idp.saml_responses import signed as signed_element
from tests.support.functions import CHAT_ROLE
from tests.support.open_id import new_key
from tests.support.saml import ASSERTION, AUDIENCE, ENTITY_ID, SamlProvider, encoded

MARY, MATEO = PEOPLE["mary"], PEOPLE["mateo"]
PROVIDER_ARN = "arn:aws:iam::111122223333:saml-provider/docent"
ADDRESS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1/saml/acs"
REQUEST = "s0123456789abcdef"
PROVIDER = SamlProvider()
KNOWN = read_metadata(PROVIDER.metadata)
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
type Change = Callable[[etree._Element], Any]


def response(person: Any = MARY, **changes: Any) -> etree._Element:
    good = {"in_response_to": REQUEST, "destination": ADDRESS}
    return PROVIDER.response(person, CHAT_ROLE, PROVIDER_ARN, **(good | changes))


def verified(given: etree._Element, known: KnownProvider = KNOWN) -> str:
    return verified_response(encoded(given), known, ADDRESS).in_response_to


def refused(given: etree._Element) -> None:
    with pytest.raises(SignInFailedError):
        verified(given)


@pytest.mark.parametrize("signed", ["assertion", "response"])
def test_a_good_response_tells_which_request_it_answers(signed: str) -> None:
    assert verified(response(signed=signed)) == REQUEST


def test_a_response_whose_two_parts_are_signed_is_good_too() -> None:
    """As many providers have it."""
    whole = signed_element(response(), SigningKey(PROVIDER.key, PROVIDER.certificate))
    assert len(whole.findall(".//ds:Signature", NAMES)) == 2
    assert verified(whole) == REQUEST


def test_line_breaks_in_base64_do_no_harm() -> None:
    text = encoded(response())
    lines = "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert verified_response(lines, KNOWN, ADDRESS).in_response_to == REQUEST


def test_a_second_certificate_of_the_provider_is_as_good() -> None:
    other = SamlProvider()
    both = KnownProvider(ENTITY_ID, read_metadata(other.metadata).certificates + KNOWN.certificates, KNOWN.sign_in_url)
    assert verified(response(), both) == REQUEST


@pytest.mark.parametrize(
    "changes",
    [
        {"signed": None},
        {"key": new_key()},
        {"audience": "urn:another:service"},
        {"recipient": ADDRESS},
        {"issuer": "https://evil.example/saml"},
        {"minutes": -5},
        {"in_response_to": None},
        {"destination": "https://evil.example/saml/acs"},
        {"destination": None, "signed": "response"},
    ],
    ids=lambda changes: next(iter(changes)) + "=" + str(next(iter(changes.values())))[:20],
)
def test_a_response_that_is_not_for_us_now_is_refused(changes: dict[str, Any]) -> None:
    refused(response(**changes))


# Forms that the standard allows, made before the response is signed.

OTHER = "urn:another:service"


def audiences(*restrictions: tuple[str, ...]) -> Change:
    def change(whole: etree._Element) -> None:
        conditions = whole.find(".//saml:Conditions", NAMES)
        assert conditions is not None
        for old in conditions:
            conditions.remove(old)
        for names in restrictions:
            restriction = etree.SubElement(conditions, f"{{{NAMES['saml']}}}AudienceRestriction")
            for name in names:
                etree.SubElement(restriction, f"{{{NAMES['saml']}}}Audience").text = name

    return change


def another_confirmation(before: bool, **attributes: str) -> Change:
    """A second confirmation, with other attributes than the good one."""

    def change(whole: etree._Element) -> None:
        good = whole.find(".//saml:SubjectConfirmation", NAMES)
        assert good is not None
        other = copy.deepcopy(good)
        data = other[0]
        for name, value in attributes.items():
            (other if name == "Method" else data).set(name, value)
        good.addprevious(other) if before else good.addnext(other)

    return change


def confirmation(**attributes: str | None) -> Change:
    def change(whole: etree._Element) -> None:
        data = whole.find(".//saml:SubjectConfirmationData", NAMES)
        assert data is not None
        for name, value in attributes.items():
            if value is None:
                data.attrib.pop(name)
            else:
                data.set(name, value)

    return change


def times(digits: str) -> Change:
    def change(whole: etree._Element) -> None:
        for element in whole.iter(etree.Element):
            for name in ("IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant"):
                if name in element.attrib:
                    element.set(name, (element.get(name) or "").replace("Z", f".{digits}Z"))

    return change


def spaced(whole: etree._Element) -> None:
    for name in ("Issuer", "Audience"):
        for element in whole.findall(f".//saml:{name}", NAMES):
            element.text = f"\n      {element.text}\n    "


def envelope(**attributes: str | None) -> Change:
    def change(whole: etree._Element) -> None:
        for name, value in attributes.items():
            if value is None:
                whole.attrib.pop(name, None)
            else:
                whole.set(name, value)

    return change


def formed(*changes: Change, signed: str = "assertion") -> etree._Element:
    whole = response(signed=None)
    for change in changes:
        change(whole)
    key = SigningKey(PROVIDER.key, PROVIDER.certificate)
    return with_signed_assertion(whole, key) if signed == "assertion" else signed_element(whole, key)


EXPIRED, LATER = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
LEGAL: dict[str, Change] = {
    "two audiences": audiences((OTHER, AUDIENCE)),
    "two restrictions": audiences((AUDIENCE, OTHER), (OTHER, "https://signin.aws.amazon.com/saml")),
    "an expired confirmation first": another_confirmation(True, NotOnOrAfter=EXPIRED),
    "an expired confirmation last": another_confirmation(False, NotOnOrAfter=EXPIRED),
    "a confirmation for another place": another_confirmation(True, Recipient=ADDRESS),
    "a confirmation by key": another_confirmation(True, Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
    "seven digits": times("1234567"),
    "three digits": times("123"),
    "request in the response only": confirmation(InResponseTo=None),
    "request in the confirmation only": envelope(InResponseTo=None),
    "white space": spaced,
}


@pytest.mark.parametrize("signed", ["assertion", "response"])
@pytest.mark.parametrize("form", LEGAL)
def test_a_form_that_the_standard_allows_is_good(form: str, signed: str) -> None:
    whole = formed(LEGAL[form], signed=signed)
    assert verified(whole) == REQUEST
    assert accepted_by_sts(whole)


def test_a_response_that_is_not_signed_itself_need_not_name_its_destination() -> None:
    assert verified(response(destination=None)) == REQUEST


ILLEGAL: dict[str, tuple[Change, ...]] = {
    "another audience beside": (audiences((AUDIENCE,), (OTHER,)),),
    "no audience": (audiences(()),),
    "no restriction": (audiences(),),
    "each confirmation expired": (confirmation(NotOnOrAfter=EXPIRED), another_confirmation(True)),
    # One has the right recipient, the other the right time.
    "confirmations good in halves": (
        another_confirmation(False, Recipient=ADDRESS),
        confirmation(NotOnOrAfter=EXPIRED),
    ),
    "a confirmation without an end": (confirmation(NotOnOrAfter=None),),
    "a confirmation that begins later": (confirmation(NotBefore=LATER),),
    "a time without a zone": (confirmation(NotOnOrAfter=LATER.removesuffix("Z")),),
    "two requests": (envelope(InResponseTo="s-another"),),
}


@pytest.mark.parametrize("signed", ["assertion", "response"])
@pytest.mark.parametrize("form", ILLEGAL)
def test_a_form_that_proves_nothing_is_refused(form: str, signed: str) -> None:
    refused(formed(*ILLEGAL[form], signed=signed))


def test_a_signed_response_inside_another_names_no_other_request() -> None:
    """The outer one is not signed, so it could name a request of the attacker's."""
    inner = formed(confirmation(InResponseTo=None), signed="response")
    outer = etree.fromstring(etree.tostring(inner))
    for child in list(outer):
        if child.tag != f"{{{NAMES['samlp']}}}Status":
            outer.remove(child)
    outer.set("InResponseTo", "s-the-attackers")
    outer.set("ID", "_another")
    outer.append(inner)
    refused(outer)
    etree.SubElement(outer, f"{{{NAMES['samlp']}}}Extensions").append(inner)
    refused(outer)


def test_an_assertion_can_be_told_from_another() -> None:
    first, second = (verified_response(encoded(response()), KNOWN, ADDRESS) for _ in range(2))
    assert first.assertion_id
    assert first.assertion_id != second.assertion_id
    assert first.expires_at > datetime.datetime.now(datetime.UTC)


def accepted_by_sts(whole: etree._Element) -> bool:
    """The local STS takes what AWS's would."""
    identities = SamlIdentities(lambda arn: {"SAMLMetadataDocument": PROVIDER.metadata})
    return identities.identity(encoded(whole), PROVIDER_ARN, CHAT_ROLE).subject == MARY.email


def test_a_response_that_says_no_is_refused() -> None:
    no = response()
    status = no.find("samlp:Status/samlp:StatusCode", NAMES)
    assert status is not None
    status.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
    refused(no)


def test_what_was_altered_after_it_was_signed_is_refused() -> None:
    for path, text in (
        (".//saml:NameID", MATEO.email),
        (".//saml:AttributeValue", "arn:aws:iam::111122223333:role/admin,x"),
    ):
        altered = response()
        found = altered.find(path, NAMES)
        assert found is not None
        found.text = text
        refused(altered)


def evil_assertion() -> etree._Element:
    found = response(MATEO, signed=None).find(ASSERTION)
    assert found is not None
    return found


def wrapped(how: str) -> etree._Element:
    """The classic wrappings: a forged assertion where it is read, the signed one where it is verified."""
    whole = response()
    good = whole.find(ASSERTION)
    assert good is not None
    evil = evil_assertion()
    if how == "evil first":
        whole.insert(list(whole).index(good), evil)
    elif how == "evil last":
        whole.append(evil)
    elif how == "good inside evil":
        whole.replace(good, evil)
        evil.append(good)
    elif how == "good in extensions":
        whole.replace(good, evil)
        extensions = etree.SubElement(whole, f"{{{NAMES['samlp']}}}Extensions")
        extensions.append(good)
    elif how == "good in the signature's object":
        signature = good.find("ds:Signature", NAMES)
        assert signature is not None
        moved = copy.deepcopy(signature)
        whole.replace(good, evil)
        evil.insert(1, moved)
        etree.SubElement(moved, f"{{{NAMES['ds']}}}Object").append(good)
    elif how == "same id":
        evil.set("ID", good.get("ID") or "")
        whole.append(evil)
    return whole


@pytest.mark.parametrize(
    "how",
    ["evil first", "evil last", "good inside evil", "good in extensions", "good in the signature's object", "same id"],
)
def test_a_signature_covers_what_is_read(how: str) -> None:
    refused(wrapped(how))


def test_a_comment_cannot_cut_a_name_in_two() -> None:
    """`mary<!---->.evil.example` must not be read as mary."""
    whole = response()
    name = whole.find(".//saml:NameID", NAMES)
    assert name is not None
    whole_name, name.text = name.text or "", (name.text or "")[:4]
    comment = etree.Comment("")
    comment.tail = whole_name[4:]
    name.append(comment)
    refused(whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "PGE+",  # <a>
        "PGEvPg==",  # <a/>
        "bm90IFhNTA==",
        # <!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>
        "PCFET0NUWVBFIGEgWzwhRU5USVRZIHggU1lTVEVNICJmaWxlOi8vL2V0Yy9wYXNzd2QiPl0+PGE+Jng7PC9hPg==",
    ],
)
def test_what_is_no_response_is_refused(text: str) -> None:
    with pytest.raises(SignInFailedError):
        verified_response(text, KNOWN, ADDRESS)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=12)), min_size=1, max_size=4))
def test_tampering_says_the_same_or_nothing(tampering: list[tuple[float, int, bytes]]) -> None:
    data = etree.tostring(response())
    for place, length, put in tampering:
        at = int(place * len(data))
        data = data[:at] + put + data[at + length :]
    try:
        found = verified_response(base64.b64encode(data).decode(), KNOWN, ADDRESS)
    except DocentError:
        return
    assert found.in_response_to == REQUEST


@pytest.mark.parametrize(
    "document",
    [
        "nonsense",
        "<a/>",
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>',
        PROVIDER.metadata.replace("HTTP-Redirect", "HTTP-POST"),
        PROVIDER.metadata.replace("X509Certificate", "X509Other"),
    ],
)
def test_metadata_without_what_is_needed_are_the_deployments_fault(document: str) -> None:
    with pytest.raises(MisconfiguredError):
        read_metadata(document)


def test_a_certificate_that_is_none_is_the_deployments_fault() -> None:
    with pytest.raises(MisconfiguredError):
        verified(response(), KnownProvider(ENTITY_ID, ("bm9uZQ==",), KNOWN.sign_in_url))
