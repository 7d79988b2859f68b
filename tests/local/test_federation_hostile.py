"""Property-based: tampered tokens and SAML responses yield the original identity or are refused."""

import base64
import time
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from local.federation.identity import Identity, StsError, checked_tags
from local.federation.saml import SamlIdentities
from local.federation.web_identity import WebIdentities, fetched
from tests.support.federated_people import MARY, MATEO
from tests.support.open_id import CLIENT_ID, OpenIdProvider
from tests.support.saml import SamlProvider

ACCOUNT = "000000000000"
ROLE, PROVIDER = f"arn:aws:iam::{ACCOUNT}:role/r", f"arn:aws:iam::{ACCOUNT}:saml-provider/p"
ISSUER = OpenIdProvider(issuer="https://issuer.example")
SAML = SamlProvider()
TOKEN = ISSUER.token(MARY, exp=int(time.time()) + 36_000)
RESPONSES = {
    signed: etree.tostring(SAML.response(MARY, ROLE, PROVIDER, minutes=600, signed=signed))
    for signed in ("assertion", "response")
}


def document(url: str) -> dict[str, Any]:
    found = ISSUER.document(url.removeprefix(ISSUER.issuer))
    if found is None:
        raise OSError
    return found


def of_token(token: str) -> Identity:
    known = {"Url": ISSUER.issuer, "ClientIDList": [CLIENT_ID]}
    return WebIdentities(lambda arn: known, document).identity(token, ACCOUNT)


def of_response(response: bytes) -> Identity:
    identities = SamlIdentities(lambda arn: {"SAMLMetadataDocument": SAML.metadata})
    return identities.identity(base64.b64encode(response).decode(), PROVIDER, ROLE)


changes = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.binary(max_size=12))


def changed(whole: bytes, change: tuple[float, int, bytes]) -> bytes:
    """The text with some bytes at some position replaced."""
    at, removed, inserted = int(change[0] * len(whole)), change[1], change[2]
    return whole[:at] + inserted + whole[at + removed :]


@given(st.sampled_from(list(RESPONSES)), st.lists(changes, min_size=1, max_size=3))
def test_a_tampered_response_says_the_same_or_nothing(signed: str, tampering: list[tuple[float, int, bytes]]) -> None:
    response = RESPONSES[signed]
    for change in tampering:
        response = changed(response, change)
    try:
        identity = of_response(response)
    except StsError:
        return
    assert identity == of_response(RESPONSES[signed])


@given(st.lists(changes, min_size=1, max_size=3))
def test_a_tampered_token_says_the_same_or_nothing(tampering: list[tuple[float, int, bytes]]) -> None:
    token = TOKEN.encode()
    for change in tampering:
        token = changed(token, change)
    try:
        identity = of_token(token.decode("latin-1"))
    except StsError:
        return
    assert identity == of_token(TOKEN)


def test_untampered_they_say_who_it_is() -> None:
    assert of_token(TOKEN).tags == {"Email": MARY.email}
    for response in RESPONSES.values():
        assert of_response(response).tags == {"Email": MARY.email}


def test_a_name_cannot_be_exchanged_between_two_responses() -> None:
    other = etree.tostring(SAML.response(MATEO, ROLE, PROVIDER, minutes=600))
    with pytest.raises(StsError):
        of_response(other.replace(MATEO.email.encode(), MARY.email.encode()))


def test_a_key_that_is_of_another_kind_verifies_nothing() -> None:
    """The provider's public key as the secret of an HMAC, a known attack."""
    claims = jwt.decode(TOKEN, options={"verify_signature": False})
    with pytest.raises(StsError):
        of_token(jwt.encode(claims, "k" * 64, "HS512", headers={"kid": ISSUER.key_id}))


@pytest.mark.parametrize(
    "url", ["http://issuer.example/keys", "file:///etc/passwd", "http://10.0.0.1/", "ftp://localhost/"]
)
def test_keys_are_fetched_from_nowhere_but_by_https_or_from_loopback(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        fetched(url)


@pytest.mark.parametrize(
    "tags",
    [
        {f"tag{number}": "x" for number in range(51)},
        {"Email": "a", "email": "b"},
        {"Email": "x" * 257},
        {"k" * 129: "x"},
        {"Email": "a<b"},
        {"": "x"},
    ],
    ids=["many", "twice", "long value", "long key", "forbidden", "empty"],
)
def test_tags_beyond_the_limits_of_a_session_are_refused(tags: dict[str, str]) -> None:
    with pytest.raises(StsError):
        checked_tags(tags)
