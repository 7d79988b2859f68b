"""Chat through Amazon Q Business on the deployed local stack, with people who sign in at an identity provider.

What tokens and requests may be is tested at the functions; here is what needs the whole: who is told what, whose a
conversation and an image are, and that no sign-in is good for another browser, or twice.
"""

import base64
import io
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree
from PIL import Image

from cli import chatting
from cli.local_sign_in import Browser
from identity.chat_sessions import SESSION
from local.idp.people import MARY, MATEO
from local.idp.saml_responses import ASSERTION, NAMES, SigningKey, encoded, signed, with_signed_assertion
from tests.support.chat import QUESTION, ChatStack, Chatter, through
from tests.support.pdfs import image_with, pdf

ACME, ANY_ORG_APP = "open a ticket with the ACME desk", "sign up for the onboarding day in Leipzig"
CANARY = "ZIRKONKANARI"
ABSENT = "00000000-0000-4000-8000-000000000007"


@pytest.fixture(scope="module")
def mary(chat: ChatStack) -> Chatter:
    return chat.person("mary")


@pytest.fixture(scope="module")
def mateo(chat: ChatStack) -> Chatter:
    return chat.person("mateo")


def cited(answer: dict[str, Any]) -> list[str]:
    return [citation["title"] for citation in answer["citations"]]


# ─── Who is told what ────────────────────────────────────────────────────────────────────────────


@through("oidc", "saml")
def test_mary_and_mateo_ask_the_same_and_are_told_what_is_theirs(
    chat: ChatStack, mary: Chatter, mateo: Chatter
) -> None:
    of_mary, of_mateo = mary.told(QUESTION), mateo.told(QUESTION)
    assert ACME in of_mary["message"]
    assert ANY_ORG_APP in of_mateo["message"]
    assert cited(of_mary) == ["Onboarding to project ACME"]
    assert cited(of_mateo) == ["Onboarding to project AnyOrgApp"]
    assert "AnyOrgApp" not in str(of_mary)
    assert "ACME" not in str(of_mateo)
    for answer in (of_mary, of_mateo):
        for segment in answer["citations"][0]["segments"]:
            assert answer["message"][segment["begin"] : segment["end"]] in segment["excerpt"]


@through("oidc", "saml")
def test_neither_is_told_of_the_others_project_by_naming_it(chat: ChatStack, mary: Chatter, mateo: Chatter) -> None:
    for person, other in ((mary, "AnyOrgApp"), (mateo, "ACME")):
        answer = person.told(f"How do I get onboarded to project {other}?")
        assert f"Onboarding to project {other}" not in cited(answer)


@through("oidc", "saml")
def test_the_command_line_chats_as_somebody(chat: ChatStack) -> None:
    assert ACME in chatting.say(chat.target, QUESTION, "mary")["message"]


@through("oidc")
def test_whoever_is_not_subscribed_yet_is_within_the_same_request(chat: ChatStack, mary: Chatter) -> None:
    application = {"applicationId": chat.place["applicationId"]}
    for each in chat.library.list_subscriptions(**application)["subscriptions"]:
        chat.library.cancel_subscription(**application, subscriptionId=each["subscriptionId"])
    assert ACME in mary.told(QUESTION)["message"]
    assert len(chat.library.list_subscriptions(**application)["subscriptions"]) == 1


@through("oidc")
def test_whom_q_business_refuses_twice_is_refused(chat: ChatStack, mary: Chatter) -> None:
    chat.faults("qbusiness.ChatSync=AccessDeniedException*2")
    assert mary.say(QUESTION).status_code == 403
    assert mary.say(QUESTION).status_code == 200


WIDENING = {"name": "_category", "value": {"stringValue": "none"}}


@through("oidc")
@pytest.mark.parametrize(
    "given",
    [
        {"orAllFilters": [{"equalsTo": WIDENING}, {"notFilter": {"equalsTo": WIDENING}}]},
        {"notFilter": {"equalsTo": WIDENING}},
        {"equalsTo": {"name": "_document_id", "value": {"stringValue": "sample-acme-onboarding"}}},
    ],
    ids=["everything", "nothing less", "the document itself"],
)
def test_a_filter_that_would_widen_shows_nothing_more(chat: ChatStack, mateo: Chatter, given: dict[str, Any]) -> None:
    for question in (QUESTION, "What does the ACME desk give me, and who is Paulo Santos?"):
        answer = mateo.told(question, attribute_filter=given)
        assert "Onboarding to project ACME" not in cited(answer)
        assert "ACME desk answers" not in answer["message"]


@through("oidc")
@pytest.mark.parametrize("name", ["_user_id", "_group_ids"])
def test_a_filter_cannot_say_who_asks(chat: ChatStack, mateo: Chatter, name: str) -> None:
    value = {"stringListValue": ["ACME", MARY.email]}
    refused = mateo.say(QUESTION, attribute_filter={"containsAny": {"name": name, "value": value}})
    assert refused.status_code == 400


# ─── Conversations ───────────────────────────────────────────────────────────────────────────────


def follow(answer: dict[str, Any]) -> dict[str, str]:
    return {"conversation_id": answer["conversation_id"], "parent_message_id": answer["message_id"]}


@through("oidc", "saml")
def test_a_conversation_goes_on_for_whose_it_is_and_for_nobody_else(
    chat: ChatStack, mary: Chatter, mateo: Chatter
) -> None:
    first = mary.told(QUESTION)
    for parent in (first["message_id"], first["user_message_id"], ABSENT):
        theirs = follow(first) | {"parent_message_id": parent}
        assert mateo.say("And who is my buddy there?", **theirs).status_code == 404
    assert mateo.say("And who?", conversation_id=first["conversation_id"]).status_code == 404
    second = mary.told("Who is my onboarding buddy?", **follow(first))
    assert second["conversation_id"] == first["conversation_id"]
    assert "Paulo Santos" in second["message"]
    assert mary.say("And then?", **follow(first)).status_code == 409, "it has gone on since"


# ─── Attachments ─────────────────────────────────────────────────────────────────────────────────


def attached(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


@through("oidc")
def test_an_attachment_is_read_for_its_message_alone(chat: ChatStack, mary: Chatter, mateo: Chatter) -> None:
    question = "When does the lease of the garage end?"
    lease = attached("lease.txt", b"The lease of the garage ends in May 2031. It may be extended once.")
    answer = mary.told(question, attachments=[lease, attached("broken.pdf", b"no pdf at all")])
    assert "May 2031" in answer["message"]
    assert cited(answer) == ["lease.txt"]
    assert [each["name"] for each in answer["failed_attachments"]] == ["broken.pdf"]
    for person in (mary, mateo):
        assert "2031" not in person.told(question)["message"]


@through("oidc")
@pytest.mark.parametrize(
    ("attachments", "status"),
    [
        ([attached("a.txt", b"text")] * 6, 400),
        ([attached("song.mp3", b"la la")], 400),
        ([attached("../a.txt", b"text")], 400),
        ([{"name": "a.txt", "data": "not Base64!"}], 400),
        ([attached("a.txt", bytes(3_400_000))], 413),
    ],
    ids=["too many", "of a wrong kind", "of a wrong name", "not encoded", "too large"],
)
def test_what_cannot_be_attached_is_refused(
    chat: ChatStack, mary: Chatter, attachments: list[dict[str, str]], status: int
) -> None:
    assert mary.say(QUESTION, attachments=attachments).status_code == status


# ─── Images ────────────────────────────────────────────────────────────────────────────────────


@through("oidc")
def test_an_image_is_served_to_whoever_may_see_its_document(chat: ChatStack, mary: Chatter, mateo: Chatter) -> None:
    chat.group("turbine-readers", MARY)
    readers = [{"group": {"name": "turbine-readers", "access": "ALLOW", "membershipType": "INDEX"}}]
    chat.put(
        {
            "id": "turbines",
            "content": {"blob": pdf(["Wind in the north."], [[image_with("Turbine Kestrel\ndelivered 184 GWh")]])},
            "contentType": "PDF",
            "accessConfiguration": {"accessControls": [{"principals": readers}]},
            "mediaExtractionConfiguration": {"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}},
        }
    )
    answer = mary.told("How many GWh did the turbine Kestrel deliver?")
    assert "184" in answer["message"]
    [segment] = answer["citations"][0]["segments"]
    address = segment["media_url"]
    assert address.startswith(f"{chat.api}/chat/media/{answer['conversation_id']}/{answer['message_id']}/")
    shown = mary.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert segment["media_type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (900, 240)
    assert shown.headers["cache-control"] == "no-store"
    assert mateo.get(address).status_code == 404
    assert chat.browser().send("GET", address).status_code == 401
    assert mary.get(address.rpartition("/")[0] + f"/{ABSENT}").status_code == 404
    assert "184" not in mateo.told("How many GWh did the turbine Kestrel deliver?")["message"]
    chat.group("turbine-readers", MATEO)
    assert mary.get(address).status_code == 404, "who may not see the document any more"


# ─── Tokens ──────────────────────────────────────────────────────────────────────────────────────


def resigned(chat: ChatStack, token: str, **claims: Any) -> str:
    """As the provider itself would sign it."""
    key = chat.openid_key()
    said = jwt.decode(token, options={"verify_signature": False}) | claims
    return jwt.encode(said, key.key, "RS256", {"kid": key.key_id})


def of_another_key(chat: ChatStack, token: str) -> str:
    said = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(said, SigningKey.new().key, "RS256", {"kid": chat.openid_key().key_id})


def confused(chat: ChatStack, token: str) -> str:
    """Signed with the public key, as if it were a secret that both know."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = chat.openid_key().key.public_key().public_bytes(serialization.Encoding.PEM, form)
    parts = [{"alg": "HS256", "kid": chat.openid_key().key_id}, jwt.decode(token, options={"verify_signature": False})]
    signing = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signing.encode(), public)
    return f"{signing}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def unsigned(_: ChatStack, token: str) -> str:
    return jwt.encode(jwt.decode(token, options={"verify_signature": False}), None, "none")


@through("oidc")
@pytest.mark.parametrize(
    "changed",
    [
        of_another_key,
        confused,
        unsigned,
        lambda chat, token: resigned(chat, token, aud="another"),
        lambda chat, token: resigned(chat, token, iss="https://another.example"),
        lambda chat, token: resigned(chat, token, exp=int(time.time()) - 60),
        lambda chat, token: token[:-8] + "AAAAAAAA",
    ],
    ids=["another key", "key confusion", "no algorithm", "another audience", "another issuer", "expired", "altered"],
)
def test_a_token_that_proves_nothing_is_refused(chat: ChatStack, changed: Callable[[ChatStack, str], str]) -> None:
    token = chat.id_token("mary")
    assert chat.say(token) == chat.say(resigned(chat, token)) == 200
    assert chat.say(changed(chat, token)) == 401


# ─── Signing in and out by OpenID Connect ────────────────────────────────────────────────────────


def code_for(chat: ChatStack, browser: Browser, person: str) -> str:
    """Where the provider sends a browser that began to sign in, just before it goes there."""
    back = f"{chat.api}/oidc/callback"
    address = chat.asked_for(browser)
    location = browser.follow(address, person, back).headers["location"]
    chat.secrets.add(parse_qs(urlsplit(location).query)["code"][0])
    return location


@through("oidc")
def test_a_sign_in_belongs_to_the_browser_that_began_it_and_is_good_once(chat: ChatStack) -> None:
    hers, another = chat.browser(), chat.browser()
    address = code_for(chat, hers, "mary")
    chat.asked_for(another)  # has a sign-in of its own
    for stranger in (chat.browser(), another):
        refused = stranger.send("GET", address)
        assert (refused.status_code, SESSION in stranger.cookies) == (400, False)
    kept = dict(hers.cookies)
    assert hers.send("GET", address).headers["location"] == chat.page
    again = chat.browser(kept)
    assert again.send("GET", address).status_code == 400, "it was good once"
    assert SESSION not in again.cookies


@through("oidc")
def test_a_code_of_another_sign_in_is_refused(chat: ChatStack) -> None:
    """The state is this browser's, the code another's: PKCE binds a code to the sign-in it was asked for by."""
    browser = chat.browser()
    stolen = parse_qs(urlsplit(code_for(chat, chat.browser(), "mary")).query)["code"][0]
    asked = parse_qs(urlsplit(chat.asked_for(browser)).query)
    for state in ("s" + "0" * 48, asked["state"][0]):
        given = {"state": state, "code": stolen, "iss": chat.issuer}
        refused = browser.send("GET", f"{chat.api}/oidc/callback", params=given)
        assert (refused.status_code, SESSION in browser.cookies) == (400, False)


@through("oidc", "saml")
@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "http://localhost:5173.evil.example/"])
def test_nobody_is_sent_on_to_a_foreign_place(chat: ChatStack, place: str) -> None:
    for way in ("login", "logout"):
        reply = chat.browser().send("GET", f"{chat.api}/{chat.kind}/{way}", params={"return_to": place})
        assert (reply.status_code, "location" in reply.headers) == (400, False)


@through("oidc", "saml")
def test_the_other_way_of_signing_in_is_not_there(chat: ChatStack) -> None:
    other = "saml" if chat.kind == "oidc" else "oidc"
    assert chat.browser().send("GET", f"{chat.api}/{other}/login").status_code == 404


# ─── Signing in by SAML ──────────────────────────────────────────────────────────────────────────


def request_in(chat: ChatStack, browser: Browser) -> tuple[str, str]:
    """The address of a sign-in that a browser began, and the id of its request."""
    address = chat.asked_for(browser)
    response = etree.fromstring(base64.b64decode(chat.saml_response(address, "mary")))
    return address, str(response.get("InResponseTo"))


@through("saml")
def test_a_response_is_for_the_browser_that_asked_and_good_once(chat: ChatStack) -> None:
    hers, another = chat.browser(), chat.browser()
    response = chat.saml_response(chat.asked_for(hers), "mary")
    chat.asked_for(another)  # has a sign-in of its own
    for stranger in (chat.browser(), another):
        assert chat.post(stranger, response).status_code == 400
        assert SESSION not in stranger.cookies
    kept = dict(hers.cookies)
    opened = chat.post(hers, response, RelayState="https://evil.example/")
    assert (opened.status_code, opened.headers["location"]) == (303, chat.page)
    chat.secrets.add(hers.cookies[SESSION])
    assert ACME in Chatter(chat.api, hers).told(QUESTION)["message"]
    again = chat.browser(kept)
    assert chat.post(again, response).status_code == 400, "it was good once"
    assert SESSION not in again.cookies


@through("saml")
@pytest.mark.parametrize("asked_for", [None, "_never", "s" + "0" * 48])
def test_a_response_to_a_request_that_was_never_made_is_refused(chat: ChatStack, asked_for: str | None) -> None:
    browser = chat.browser()
    chat.asked_for(browser)
    response = chat.statement(MARY, in_response_to=asked_for).response()
    refused = chat.post(browser, encoded(with_signed_assertion(response, chat.saml_key())))
    assert (refused.status_code, SESSION in browser.cookies) == (400, False)


def altered(chat: ChatStack, asked_for: str) -> etree._Element:
    """Mateo's, with Mary's address in it once it was signed."""
    response = with_signed_assertion(chat.statement(MATEO, in_response_to=asked_for).response(), chat.saml_key())
    text = etree.tostring(response).replace(MATEO.email.encode(), MARY.email.encode())
    return etree.fromstring(text)


def wrapped(chat: ChatStack, asked_for: str) -> etree._Element:
    """Mateo's signed assertion stands where nobody reads it; Mary's, unsigned, where everybody does."""
    forged = chat.statement(MARY, in_response_to=asked_for).response()
    genuine = with_signed_assertion(chat.statement(MATEO, in_response_to=asked_for).response(), chat.saml_key())
    theirs, hers = genuine.find(ASSERTION), forged.find(ASSERTION)
    assert theirs is not None
    assert hers is not None
    hers.set("ID", str(theirs.get("ID")))
    etree.SubElement(forged, f"{{{NAMES['samlp']}}}Extensions").append(theirs)
    return forged


def said(chat: ChatStack, asked_for: str, key: SigningKey | None = None, **changes: Any) -> etree._Element:
    response = chat.statement(MARY, in_response_to=asked_for, **changes).response()
    return with_signed_assertion(response, key or chat.saml_key())


@through("saml")
@pytest.mark.parametrize(
    "made",
    [
        altered,
        wrapped,
        lambda chat, asked_for: said(chat, asked_for, SigningKey.new()),
        lambda chat, asked_for: said(chat, asked_for, minutes=-5),
        lambda chat, asked_for: said(chat, asked_for, destination="https://another.example/saml/acs"),
    ],
    ids=["altered", "wrapped", "another key", "expired", "another destination"],
)
def test_a_response_that_proves_nothing_opens_no_session_and_spoils_none(
    chat: ChatStack, made: Callable[[ChatStack, str], etree._Element]
) -> None:
    browser = chat.browser()
    address, asked_for = request_in(chat, browser)
    refused = chat.post(browser, encoded(made(chat, asked_for)))
    assert (refused.status_code, SESSION in browser.cookies) == (400, False)
    assert chat.post(browser, chat.saml_response(address, "mary")).status_code == 303


@through("saml")
def test_a_whole_response_may_be_signed_too(chat: ChatStack) -> None:
    """So that the tests above fail for what they say, and for nothing else."""
    browser = chat.browser()
    _, asked_for = request_in(chat, browser)
    response = signed(chat.statement(MARY, in_response_to=asked_for).response(), chat.saml_key())
    assert chat.post(browser, encoded(response)).status_code == 303


@through("saml")
def test_a_session_goes_on_in_another_execution_environment_until_it_is_ended(chat: ChatStack) -> None:
    mary = chat.person("mary")
    kept = chat.browser(dict(mary.browser.cookies))
    for _ in range(2):
        assert ACME in mary.told(QUESTION)["message"]
        chat.leave_environments()
    assert mary.get(f"{chat.api}/saml/logout").status_code == 302
    assert Chatter(chat.api, kept).say(QUESTION).status_code == 401, "a copy of the cookie is good for nothing"


@through("oidc", "saml")
def test_two_tabs_sign_in_at_once(chat: ChatStack) -> None:
    browser = chat.browser()
    addresses = [chat.asked_for(browser) for _ in range(2)]
    for address in addresses:
        if chat.kind == "saml":
            assert chat.post(browser, chat.saml_response(address, "mary")).status_code == 303
        else:
            location = browser.follow(address, "mary", f"{chat.api}/oidc/callback").headers["location"]
            assert browser.send("GET", location).headers["location"] == chat.page
        assert ACME in Chatter(chat.api, browser).told(QUESTION)["message"]


@through("saml")
def test_a_session_that_was_changed_is_none(chat: ChatStack, mary: Chatter) -> None:
    changed = chat.browser({SESSION: mary.session[:-4] + "AAAA"})
    assert Chatter(chat.api, changed).say(QUESTION).status_code == 401
    assert chat.say(mary.session) == 401, "a session is no token"


# ─── What is left of it ──────────────────────────────────────────────────────────────────────────


@through("oidc", "saml")
def test_nothing_secret_is_logged(chat: ChatStack) -> None:
    mary = chat.person("mary")
    mary.told(f"{QUESTION} My code is {CANARY}.")
    assert mary.say(QUESTION, attachments=[attached(f"{CANARY}.mp3", b"la")]).status_code == 400
    logged = chat.logged()
    assert "signed in" in logged
    assert "message answered" in logged
    for secret in (*chat.secrets, CANARY, MARY.email, ACME, str(chat.provider.get("client_secret", CANARY))):
        assert secret not in logged
    for kind in (r"eyJ[\w-]+\.eyJ", r"ASIA[A-Z0-9]{12}"):
        assert not re.search(kind, logged), "a token, or credentials"
