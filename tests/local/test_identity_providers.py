"""The identity providers of this machine: what users see, what survives a restart, what is refused."""

import base64
import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import jwt
import pytest
from lxml import etree

from cli import identity_providers
from cli.target import CommandError
from local.federation.saml import SamlIdentities
from local.federation.web_identity import WebIdentities
from local.idp.saml_responses import ATTRIBUTES, AUDIENCE, NAMES, RECIPIENT
from local.settings import LocalSettings
from tests.support.federated_people import MARY, MATEO
from tests.support.open_id import CLIENT_ID
from tests.support.saml_sign_in import SamlSignIn, authn_request, serving
from tests.support.sign_in import CALLBACK, SignIn, home_of_its_own, running_sign_in, started

OTHER_CALLBACK, HOME = "http://localhost:5173/other", "http://localhost:5173/home"
ACS = "http://localhost:5173/saml"
ROLE, SAML_ARN = "arn:aws:iam::000000000000:role/chat", "arn:aws:iam::000000000000:saml-provider/docent"


def claims_of(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


# ─── OpenID Connect ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sign_in() -> Iterator[SignIn]:
    with running_sign_in((CALLBACK, OTHER_CALLBACK), after_logout=[HOME]) as provider:
        yield provider


def test_an_id_token_identifies_the_user_and_is_valid_for_an_hour(sign_in: SignIn) -> None:
    claims = claims_of(sign_in.id_token("mateo", OTHER_CALLBACK))
    assert (claims["email"], claims["email_verified"], claims["name"]) == (MATEO.email, True, MATEO.name)
    assert claims["groups"] == ["AnyOrgApp"]
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 3600


def test_a_page_shows_the_people_and_holds_no_script(sign_in: SignIn) -> None:
    with httpx.Client(follow_redirects=True, timeout=60) as browser:
        page = browser.get(sign_in.authorization()[0])
    assert all(each in page.text for each in (MARY.name, MARY.email, MATEO.name, MATEO.email))
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_what_a_request_says_is_never_part_of_a_page(sign_in: SignIn) -> None:
    address, _ = sign_in.authorization()
    spoilt = address.replace("client_id=docent", urlencode({"client_id": "<img src=x>"}))
    page = httpx.get(spoilt, follow_redirects=True, timeout=60)
    assert page.status_code == 400
    assert "<img" not in page.text


def test_an_unknown_user_cannot_sign_in(sign_in: SignIn) -> None:
    with pytest.raises(AssertionError, match="Nobody of that name"):
        sign_in.signed_in(sign_in.authorization()[0], "eve")


def test_a_sign_in_belongs_to_the_browser_that_began_it(sign_in: SignIn) -> None:
    """A form that another page posts to a known address signs no one in."""
    began = httpx.get(sign_in.authorization()[0], timeout=60)
    address = urljoin(str(began.url), began.headers["location"])
    reply = httpx.post(address, data={"person": "mary"}, timeout=60)
    assert reply.status_code == 400
    assert "location" not in reply.headers


def test_consent_is_given_by_the_organisation_even_where_a_client_asks_for_it(sign_in: SignIn) -> None:
    address, kept = sign_in.authorization(scope="openid email offline_access", prompt="consent")
    code = parse_qs(urlsplit(sign_in.signed_in(address, "mary")).query)["code"][0]
    tokens = sign_in.tokens(code, kept["verifier"])
    assert "refresh_token" in tokens
    assert claims_of(tokens["id_token"])["email"] == MARY.email


def test_after_signing_out_the_user_is_asked_again(sign_in: SignIn) -> None:
    with httpx.Client(timeout=60) as browser:
        address, kept = sign_in.authorization()
        code = parse_qs(urlsplit(sign_in.signed_in(address, "mary", browser)).query)["code"][0]
        token = sign_in.tokens(code, kept["verifier"])["id_token"]
        # Still signed in, so the user is not asked and makes no choice.
        assert "code=" in sign_in.signed_in(sign_in.authorization()[0], "nobody", browser)
        asked = {"id_token_hint": token, "post_logout_redirect_uri": HOME, "state": "s"}
        page = browser.get(f"{sign_in.configuration['end_session_endpoint']}?{urlencode(asked)}").text
        form = etree.HTML(page)
        fields = {"xsrf": form.xpath("string(//input[@name='xsrf']/@value)"), "logout": "yes"}
        left = browser.post(str(form.xpath("string(//form[@id='op.logoutForm']/@action)")), data=fields)
        assert left.headers["location"] == f"{HOME}?state=s"
        assert "Who are you?" in browser.get(sign_in.authorization()[0], follow_redirects=True).text


def test_what_was_issued_stays_good_over_a_restart() -> None:
    with home_of_its_own() as settings:
        identity_providers.configure(settings, "oidc", callbacks=[CALLBACK])
        with started(settings) as before:
            token = before.id_token("mary")
        with started(settings) as after:
            assert (after.issuer, after.client_secret) == (before.issuer, before.client_secret)
            known = {"Url": after.issuer, "ClientIDList": [CLIENT_ID]}
            assert WebIdentities(lambda arn: known).identity(token, "000000000000").tags == {"Email": MARY.email}
        assert {path.stat().st_mode & 0o77 for path in (settings.home / "idp" / "oidc").glob("*.json")} == {0}


def test_it_can_be_told_more_while_it_runs() -> None:
    with home_of_its_own() as settings, started(settings) as sign_in:
        with pytest.raises(AssertionError, match="redirect_uri"):
            sign_in.signed_in(sign_in.authorization()[0], "mary")
        identity_providers.configure(settings, "oidc", callbacks=[CALLBACK], id_token_seconds=5)
        claims = claims_of(sign_in.id_token("mary"))
        assert int(str(claims["exp"])) - int(str(claims["iat"])) == 5


def test_only_this_machine_and_no_page_of_another_origin_is_answered(sign_in: SignIn, saml_sign_in: SamlSignIn) -> None:
    """Users need no password here, so a page whose name leads to this machine could be anybody."""
    for address in (sign_in.authorization()[0], asked(saml_sign_in, person="mary")):
        assert httpx.get(address, timeout=60).status_code < 400
        assert (
            httpx.get(address, headers={"Host": f"evil.example:{urlsplit(address).port}"}, timeout=60).status_code
            == 403
        )
    assert httpx.get(address, headers={"Origin": "https://evil.example"}, timeout=60).status_code == 403
    for origin, status in (("https://evil.example", 403), ("null", 403), (sign_in.issuer, 400)):
        form = httpx.post(
            f"{sign_in.issuer}/interaction/none", data={"person": "mary"}, headers={"Origin": origin}, timeout=60
        )
        assert form.status_code == status


# ─── SAML ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def saml_sign_in() -> Iterator[SamlSignIn]:
    with serving(SamlSignIn((ACS, f"{ACS}2"), ROLE, SAML_ARN)) as found:
        yield found


def asked(sign_in: SamlSignIn, **more: str) -> str:
    return f"{sign_in.url}?{urlencode({'SAMLRequest': authn_request('_r1', ACS), **more})}"


def response_of(sign_in: SamlSignIn, person: str) -> etree._Element:
    return etree.fromstring(base64.b64decode(sign_in.answer(asked(sign_in), person)[1]["SAMLResponse"]))


def test_a_response_is_what_sts_reads(saml_sign_in: SamlSignIn) -> None:
    response = response_of(saml_sign_in, "mary")
    assert (response.get("InResponseTo"), response.get("Destination")) == ("_r1", ACS)

    def found(path: str) -> list[object]:
        return response.xpath(path, namespaces=NAMES)  # pyright: ignore[reportReturnType]

    data = "//saml:SubjectConfirmationData"
    assert (found(f"{data}/@Recipient"), found(f"{data}/@InResponseTo")) == ([RECIPIENT], ["_r1"])
    assert found("//saml:Audience/text()") == [AUDIENCE]
    assert found("//saml:AuthnStatement/@SessionIndex")
    assert found("//saml:Assertion/saml:Issuer/following-sibling::*[1][self::ds:Signature]")
    attributes = zip(found("//saml:Attribute/@Name"), found("//saml:AttributeValue/text()"), strict=True)
    assert {str(name).removeprefix(ATTRIBUTES): value for name, value in attributes} == {
        "Role": f"{ROLE},{SAML_ARN}",
        "RoleSessionName": MARY.email,
        "PrincipalTag:Email": MARY.email,
    }


def test_the_people_are_shown_and_what_came_along_is_kept(saml_sign_in: SamlSignIn) -> None:
    page = httpx.get(asked(saml_sign_in, RelayState='"><script>alert(1)</script>'), timeout=60)
    assert all(each in page.text for each in (MARY.name, MATEO.name))
    assert "<script" not in page.text
    _, fields = saml_sign_in.answer(asked(saml_sign_in, RelayState='"&<'), "mary")
    assert fields["RelayState"] == '"&<'


def test_only_the_script_of_the_page_itself_runs(saml_sign_in: SamlSignIn) -> None:
    page = httpx.get(asked(saml_sign_in, person="mary", RelayState="<script>"), timeout=60)
    nonce = page.text.partition('<script nonce="')[2].partition('"')[0]
    assert page.text.count("<script") == 1
    assert f"script-src 'nonce-{nonce}'" in page.headers["content-security-policy"]
    assert unescape(page.text).count("<script>") == 1


@pytest.mark.parametrize("request_", ["", "no base64!", "AAAA", "A" * 9, base64.b64encode(b"<a/>").decode()])
def test_what_is_no_request_is_refused(saml_sign_in: SamlSignIn, request_: str) -> None:
    assert httpx.get(f"{saml_sign_in.url}?{urlencode({'SAMLRequest': request_})}", timeout=60).status_code == 400


def test_a_request_that_swells_is_refused(saml_sign_in: SamlSignIn) -> None:
    swelling = authn_request("_r1", "x" * 20_000_000)
    assert httpx.get(f"{saml_sign_in.url}?{urlencode({'SAMLRequest': swelling})}", timeout=60).status_code == 400


def test_metadata_and_key_stay_over_a_restart() -> None:
    with home_of_its_own() as settings:
        try:
            before = identity_providers.start(settings, "saml", print)
            assert before.issuer in before.metadata
            address = f"http://localhost:{settings.port + 2}/sso"
            sign_in = SamlSignIn((ACS,), ROLE, SAML_ARN, url=address)
            identity_providers.configure(settings, "saml", callbacks=[ACS])
            assert httpx.get(asked(sign_in, person="mary"), timeout=60).status_code == 503  # no role yet
            identity_providers.configure(settings, "saml", role_arn=ROLE, provider_arn=SAML_ARN)
            response = sign_in.answer(asked(sign_in), "mary")[1]["SAMLResponse"]
            identity_providers.stop(settings, print)
            assert identity_providers.start(settings, "saml", print) == before
            identities = SamlIdentities(lambda arn: {"SAMLMetadataDocument": before.metadata})
            again = sign_in.answer(asked(sign_in), "mary")[1]["SAMLResponse"]
            assert {identities.identity(each, SAML_ARN, ROLE).subject for each in (response, again)} == {MARY.email}
        finally:
            identity_providers.stop(settings, print)


# ─── Starting and stopping ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def settings() -> Iterator[LocalSettings]:
    with home_of_its_own() as found:
        try:
            yield found
        finally:
            identity_providers.stop(found, print)


def test_without_node_a_person_is_told_what_to_install(
    settings: LocalSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"no node and npm on the path.*Install Node 20.*--idp saml"):
        identity_providers.start(settings, "oidc", print)
    for name, said in (("node", "v18.20.1"), ("npm", "9")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {said}\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(CommandError, match=r"needs Node 20, and .* is v18\.20\.1"):
        identity_providers.start(settings, "oidc", print)
    assert identity_providers.chosen(settings) is None


def test_a_failed_installation_is_told_and_tried_again(
    settings: LocalSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, script in (("node", "echo v20.0.0"), ("npm", "echo no network; exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for _ in range(2):
        with pytest.raises(CommandError, match="no network"):
            identity_providers.start(settings, "oidc", print)


def test_one_that_was_chosen_is_chosen_until_it_is_forgotten(settings: LocalSettings) -> None:
    said: list[str] = []
    identity_providers.start(settings, "saml", said.append)
    identity_providers.start(settings, "saml", said.append)
    identity_providers.stop(settings, said.append)
    assert identity_providers.chosen(settings) == "saml"
    identity_providers.forget(settings, said.append)
    assert identity_providers.chosen(settings) is None
    address = f"http://localhost:{settings.port + 2}"
    assert said == [
        f"Starting the SAML identity provider at {address} …",
        f"The SAML identity provider is running at {address}.",
        "The SAML identity provider is stopped.",
    ]


def test_a_port_that_is_taken_is_told(settings: LocalSettings) -> None:
    import socket

    with (
        socket.create_server(("127.0.0.1", settings.port + 2)),
        pytest.raises(CommandError, match="in use"),
    ):
        identity_providers.start(settings, "saml", print)


def test_an_unknown_setting_cannot_be_configured(settings: LocalSettings) -> None:
    with pytest.raises(ValueError, match="redirect_uris"):
        identity_providers.configure(settings, "oidc", redirect_uris=[])
    identity_providers.configure(settings, "oidc", callbacks=[CALLBACK])
    told = json.loads((settings.home / "idp" / "oidc" / "configuration.json").read_text())
    assert told["callbacks"] == [CALLBACK]
