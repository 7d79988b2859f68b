"""Signing in to chat by browser: each sign-in good once, for the browser that began it, and for nothing else."""

import base64
import hashlib
import io
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from docent.errors import InvalidRequestError, UnauthorizedError
from identity.chat_sessions import SESSION, Session, read_session
from identity.open_id import open_id_provider
from identity.sign_ins import COOKIE, MOST_COOKIES, cookie_of
from sign_in.return_addresses import checked_return
from tests.support.aws import SESSIONS_TABLE, SIGN_INS_TABLE, World
from tests.support.fake_issuer import AUDIENCE, ISSUER, JWKS_URL, FakeIssuer, private_key
from tests.support.functions import CANARY, CONSOLE_PARAMETER, Function
from tests.support.project import sample_event

LOGIN = sample_event("sign_in.oidc_login.json")
SECRET = "a secret that signs sessions, which only this test knows"
ORIGIN = "http://localhost:5173"
BASE = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1"
CONFIGURATION = {
    "issuer": ISSUER,
    "jwks_uri": JWKS_URL,
    "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
    "token_endpoint": f"{ISSUER}/token",
    "end_session_endpoint": f"{ISSUER}/logout",
}


class FakeTokens:
    """The provider's token endpoint: redeems `code` for the id token `token`, or answers with `status`."""

    def __init__(self) -> None:
        self.token = ""
        self.status = 200
        self.requests: list[dict[str, str]] = []
        self.authorizations: list[str] = []
        self.error: Exception | None = None
        self.body: bytes | None = None

    def send(self, request: requests.PreparedRequest, timeout: float, allow_redirects: bool) -> requests.Response:
        assert request.url == CONFIGURATION["token_endpoint"]
        assert timeout
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        self.requests.append({name: values[0] for name, values in parse_qs(body).items()})
        self.authorizations.append(request.headers.get("Authorization", ""))
        if self.error:
            raise self.error
        answer = {"id_token": self.token, "access_token": "-", "token_type": "Bearer"}
        if self.status != 200:
            answer = {"error": "invalid_grant"}
        reply = requests.Response()
        reply.status_code, reply.request, reply.url = self.status, request, str(request.url)
        reply.raw = io.BytesIO(self.body or json.dumps(answer).encode())
        return reply


@pytest.fixture
def issuer(function: Function) -> Iterator[FakeIssuer]:
    issuer = FakeIssuer()
    issuer.pages[f"{ISSUER}/.well-known/openid-configuration"] = dict(CONFIGURATION)
    open_id_provider.cache_clear()
    with issuer.attached():
        yield issuer
    open_id_provider.cache_clear()


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> FakeTokens:
    tokens = FakeTokens()

    def send(_: Any, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        return tokens.send(request, how["timeout"], how.get("allow_redirects", False))

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    return tokens


@pytest.fixture(autouse=True)
def _world(aws: World, issuer: FakeIssuer) -> None:
    aws.put_secret("docent-session", {"key": SECRET})


def get(path: str, cookies: dict[str, str] | None = None, **query: str) -> dict[str, Any]:
    headers = {"Accept": "text/html", "X-Forwarded-Proto": "https"}
    headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    context = LOGIN["requestContext"] | {"resourcePath": path, "path": f"/v1{path}"}
    asked = {name: [value] for name, value in query.items()} or None
    told = {"resource": path, "path": path, "headers": headers, "multiValueQueryStringParameters": asked}
    return LOGIN | told | {"requestContext": context}


class Browser:
    """Keeps cookies as browsers do, and the addresses it is sent to."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self.cookies: dict[str, str] = {}
        self.set: list[str] = []

    @property
    def sign_ins(self) -> dict[str, str]:
        """The cookies of sign-ins under way."""
        return {name: value for name, value in self.cookies.items() if name.startswith(COOKIE)}

    def get(self, path: str, **query: str) -> dict[str, Any]:
        reply = self._function(get(path, self.cookies, **query))
        self.set = reply.get("multiValueHeaders", {}).get("Set-Cookie", [])
        for cookie in self.set:
            name, _, value = cookie.split(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    def begin(self, **query: str) -> dict[str, str]:
        """Begins a sign-in; what the provider is asked."""
        reply = self.get("/oidc/login", **query)
        assert reply["statusCode"] == 302, reply
        return asked_of(reply)


def asked_of(reply: dict[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(reply["headers"]["Location"]).query).items()}


@pytest.fixture
def browser(function: Function) -> Browser:
    return Browser(function)


def id_token(issuer: FakeIssuer, asked: dict[str, str], **claims: Any) -> str:
    return issuer.token(**({"nonce": asked["nonce"], "sub": "mary"} | claims))


def session_of(browser: Browser) -> Session:
    event = {"headers": {"Cookie": f"{SESSION}={browser.cookies[SESSION]}"}}
    session = read_session(event, SESSIONS_TABLE, SECRET, time.time())
    assert session
    return session


# Off to the provider.


def test_a_browser_is_sent_to_the_provider_with_all_that_protects_it(function: Function, browser: Browser) -> None:
    reply = function(LOGIN)
    address = urlsplit(reply["headers"]["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/authorize"
    asked = asked_of(reply)
    assert asked["tenant"] == "1"
    assert (asked["response_type"], asked["client_id"]) == ("code", AUDIENCE)
    assert asked["redirect_uri"] == f"{BASE}/oidc/callback"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) > 40
    assert len(asked["nonce"]) > 40
    assert reply["headers"]["Cache-Control"] == "no-store"


def test_no_two_sign_ins_are_alike(browser: Browser) -> None:
    first, second = browser.begin(), browser.begin()
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_the_cookie_of_a_sign_in_is_for_this_host_alone_and_no_script(browser: Browser) -> None:
    browser.begin()
    (cookie,) = browser.set
    assert cookie.startswith(f"{COOKIE}-")
    for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"):
        assert word in cookie
    assert "Domain" not in cookie


def test_the_table_holds_nothing_to_go_on_with(browser: Browser, aws: World) -> None:
    asked = browser.begin()
    (item,) = aws.items(SIGN_INS_TABLE)
    assert asked["state"] not in item.values()
    assert not set(browser.sign_ins.values()) & set(item.values())
    assert time.time() + 500 < int(item["expires_at"]) <= time.time() + 601


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "http://localhost:5173.evil.example/",
        "http://localhost:5173@evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http://localhost:5173\\@evil.example/",
        "javascript:alert(1)",
        "http://localhost:51730/",
        "https://localhost:5173/",
        "http://localhost:5173/\r\nSet-Cookie: a=b",
        "http://localhost:5173/ü",
        "http://[",
    ],
)
def test_nobody_is_sent_to_a_place_that_is_not_allowed(function: Function, aws: World, address: str) -> None:
    for path in ("/oidc/login", "/oidc/logout", "/saml/logout", "/saml/login"):
        reply = function(get(path, return_to=address))
        assert reply["statusCode"] == 400
        assert "Location" not in reply["headers"]
    assert aws.items(SIGN_INS_TABLE) == []


@given(st.one_of(st.text(), st.text().map(lambda text: ORIGIN + text)))
def test_whatever_is_asked_for_a_return_stays_below_an_allowed_origin(address: str) -> None:
    try:
        found = checked_return(address, f"{ORIGIN},https://console.example")
    except InvalidRequestError:
        return
    parts = urlsplit(found)
    assert f"{parts.scheme}://{parts.netloc}" in (ORIGIN, "https://console.example")


# And back.


def test_who_comes_back_has_a_session_and_is_where_they_wanted_to_go(
    browser: Browser, issuer: FakeIssuer, tokens: FakeTokens
) -> None:
    asked = browser.begin(return_to=f"{ORIGIN}/chat?a=b")
    tokens.token = id_token(issuer, asked)
    reply = browser.get("/oidc/callback", state=asked["state"], code="a-code", session_state="whatever")
    assert (reply["statusCode"], reply["headers"]["Location"]) == (302, f"{ORIGIN}/chat?a=b")
    assert session_of(browser).id_token == tokens.token
    assert browser.sign_ins == {}
    sent = tokens.requests[0]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=")
    assert challenge.decode() == asked["code_challenge"]
    assert (sent["code"], sent["redirect_uri"]) == ("a-code", f"{BASE}/oidc/callback")
    assert sent["client_id"] == AUDIENCE
    session = next(cookie for cookie in browser.set if cookie.startswith(SESSION))
    for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
        assert word in session


# Through the console's distribution.

CONSOLE = "https://d111111abcdef8.cloudfront.net"


def through_console(event: dict[str, Any]) -> dict[str, Any]:
    """The event of a request that CloudFront has marked."""
    return event | {"headers": event["headers"] | {"x-docent-console": "1"}}


def test_a_browser_in_the_console_stays_below_its_origin(
    function: Function, aws: World, issuer: FakeIssuer, tokens: FakeTokens
) -> None:
    aws.put_parameter(CONSOLE_PARAMETER, CONSOLE)
    reply = function(through_console(get("/oidc/login", return_to=f"{CONSOLE}/chat")))
    asked = asked_of(reply)
    assert asked["redirect_uri"] == f"{CONSOLE}/api/oidc/callback"
    (cookie,) = reply["multiValueHeaders"]["Set-Cookie"]
    name, _, value = cookie.split(";")[0].partition("=")
    tokens.token = id_token(issuer, asked)
    back = function(through_console(get("/oidc/callback", {name: value}, state=asked["state"], code="a-code")))
    assert (back["statusCode"], back["headers"]["Location"]) == (302, f"{CONSOLE}/chat")
    assert tokens.requests[0]["redirect_uri"] == f"{CONSOLE}/api/oidc/callback"


@pytest.mark.parametrize("address", ["https://evil.example/", f"{BASE}/", f"{CONSOLE}.evil.example/"])
def test_the_mark_of_the_console_leads_to_the_console_only(function: Function, aws: World, address: str) -> None:
    """A caller who adds it to a request is sent back to an allowed origin or to the console."""
    aws.put_parameter(CONSOLE_PARAMETER, CONSOLE)
    asked = through_console(get("/oidc/login", return_to=address))
    asked["headers"] |= {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert function(asked)["statusCode"] == 400
    assert function(get("/oidc/login", return_to=f"{CONSOLE}/chat"))["statusCode"] == 400


def test_a_client_with_a_secret_shows_it(
    function: Function, browser: Browser, issuer: FakeIssuer, tokens: FakeTokens, aws: World
) -> None:
    aws.put_secret("docent-client", {"client_secret": f"s3cret {CANARY}"})
    function.set(CHAT_SECRET_ARN="docent-client")
    asked = browser.begin()
    tokens.token = id_token(issuer, asked)
    assert browser.get("/oidc/callback", state=asked["state"], code="a-code")["statusCode"] == 302
    shown = base64.b64decode(tokens.authorizations[0].removeprefix("Basic ")).decode()
    assert shown == f"{AUDIENCE}:s3cret {CANARY}"


def refused(reply: dict[str, Any], status: int = 400) -> None:
    assert reply["statusCode"] == status
    assert "Location" not in reply["headers"]
    assert not any(cookie.startswith(SESSION) for cookie in reply.get("multiValueHeaders", {}).get("Set-Cookie", []))
    if status == 400:
        told = json.loads(reply["body"])
        assert told["type"] == "urn:docent:problem:SignInFailedError"
        assert told["detail"] == "The sign-in did not succeed. Sign in again from the beginning."


def test_a_sign_in_is_good_once(browser: Browser, issuer: FakeIssuer, tokens: FakeTokens) -> None:
    asked = browser.begin()
    kept = dict(browser.cookies)
    tokens.token = id_token(issuer, asked)
    assert browser.get("/oidc/callback", state=asked["state"], code="a-code")["statusCode"] == 302
    browser.cookies = kept
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"))
    assert len(tokens.requests) == 1


def test_another_browser_cannot_end_it_nor_spoil_it(
    function: Function, browser: Browser, issuer: FakeIssuer, tokens: FakeTokens
) -> None:
    """An attacker who has a victim follow the attacker's own answer would have them chat in the attacker's name."""
    asked = browser.begin()
    victim = Browser(function)
    refused(victim.get("/oidc/callback", state=asked["state"], code="a-code"))
    victim.begin()
    refused(victim.get("/oidc/callback", state=asked["state"], code="a-code"))
    tokens.token = id_token(issuer, asked)
    assert browser.get("/oidc/callback", state=asked["state"], code="a-code")["statusCode"] == 302


def test_a_state_of_nobodys_is_refused(browser: Browser, tokens: FakeTokens) -> None:
    browser.begin()
    for state in ("made-up", "s" + "0" * 48):
        refused(browser.get("/oidc/callback", state=state, code="a-code"))
    refused(browser.get("/oidc/callback", code="a-code"))
    assert tokens.requests == []


def test_a_sign_in_that_took_too_long_is_over(browser: Browser, aws: World, tokens: FakeTokens) -> None:
    asked = browser.begin()
    (item,) = aws.items(SIGN_INS_TABLE)
    aws.put_item(SIGN_INS_TABLE, **(item | {"expires_at": int(time.time()) - 1}))
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"))


def test_a_provider_that_signed_nobody_in_says_so(browser: Browser, function: Function, tokens: FakeTokens) -> None:
    asked = browser.begin()
    refused(browser.get("/oidc/callback", state=asked["state"], error="access_denied", error_description=CANARY))
    assert tokens.requests == []
    assert "The provider did not sign the user in." in function.logged


def test_an_answer_of_another_provider_is_refused(browser: Browser, issuer: FakeIssuer, tokens: FakeTokens) -> None:
    asked = browser.begin()
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code", iss="https://evil.example"))
    issuer.pages[f"{ISSUER}/.well-known/openid-configuration"]["authorization_response_iss_parameter_supported"] = True
    open_id_provider.cache_clear()
    asked = browser.begin()
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"))
    asked = browser.begin()
    tokens.token = id_token(issuer, asked)
    assert browser.get("/oidc/callback", state=asked["state"], code="a-code", iss=ISSUER)["statusCode"] == 302


@pytest.mark.parametrize(
    ("claims", "key"),
    [
        ({"nonce": "of another sign-in"}, None),
        ({"nonce": None}, None),
        ({"nonce": 4711}, None),
        ({"aud": "another-client"}, None),
        ({"iss": "https://evil.example"}, None),
        ({"exp": 1_700_000_000}, None),
        ({}, 9),
    ],
    ids=["nonce", "no nonce", "odd nonce", "audience", "issuer", "expired", "key"],
)
def test_a_token_that_proves_nothing_opens_no_session(
    browser: Browser, issuer: FakeIssuer, tokens: FakeTokens, claims: dict[str, Any], key: int | None
) -> None:
    asked = browser.begin()
    signed_by = {"key": private_key(key)} if key else {}
    tokens.token = id_token(issuer, asked, **claims, **signed_by)
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"))
    assert SESSION not in browser.cookies


def test_a_code_that_is_not_taken_back_is_refused(browser: Browser, tokens: FakeTokens) -> None:
    asked = browser.begin()
    tokens.status = 400
    refused(browser.get("/oidc/callback", state=asked["state"], code="stolen"))


def test_a_provider_that_is_down_is_told_as_such(browser: Browser, tokens: FakeTokens) -> None:
    asked = browser.begin()
    tokens.error = requests.ConnectionError("refused")
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"), 503)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"id_token": 5, "access_token": "-"}', b"{}"])
def test_an_answer_that_is_none_opens_no_session(browser: Browser, tokens: FakeTokens, body: bytes) -> None:
    asked = browser.begin()
    tokens.body = body
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"))


@pytest.mark.parametrize("groups", [20, 40, 100])
def test_a_long_token_opens_a_session_with_a_short_cookie(
    browser: Browser, issuer: FakeIssuer, tokens: FakeTokens, groups: int
) -> None:
    asked = browser.begin()
    tokens.token = id_token(issuer, asked, groups=["g" * 90] * groups)
    assert browser.get("/oidc/callback", state=asked["state"], code="a-code")["statusCode"] == 302
    assert session_of(browser).id_token == tokens.token
    assert len(browser.cookies[SESSION]) < 100


def test_a_token_that_sts_would_not_take_opens_none(browser: Browser, issuer: FakeIssuer, tokens: FakeTokens) -> None:
    asked = browser.begin()
    tokens.token = id_token(issuer, asked, groups=["g" * 90] * 200)
    refused(browser.get("/oidc/callback", state=asked["state"], code="a-code"))


def test_the_table_of_sessions_opens_none(browser: Browser, issuer: FakeIssuer, tokens: FakeTokens, aws: World) -> None:
    asked = browser.begin()
    tokens.token = id_token(issuer, asked)
    browser.get("/oidc/callback", state=asked["state"], code="a-code")
    (item,) = aws.items(SESSIONS_TABLE)
    kept = " ".join(map(str, item.values()))
    assert browser.cookies[SESSION] not in kept
    assert tokens.token[:20] not in kept
    aws.put_item(SESSIONS_TABLE, **(item | {"expires_at": int(item["expires_at"]) + 86_400}))
    with pytest.raises(UnauthorizedError):
        session_of(browser)


# Several tabs at once.


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)], ids=str)
def test_sign_ins_in_several_tabs_end_in_any_order(
    browser: Browser, issuer: FakeIssuer, tokens: FakeTokens, order: tuple[int, ...]
) -> None:
    tabs = [browser.begin(return_to=f"{ORIGIN}/{number}") for number in range(3)]
    for number in order:
        tokens.token = id_token(issuer, tabs[number])
        reply = browser.get("/oidc/callback", state=tabs[number]["state"], code="a-code")
        assert (reply["statusCode"], reply["headers"].get("Location")) == (302, f"{ORIGIN}/{number}")
    assert browser.sign_ins == {}


def test_a_sign_in_that_fails_in_one_tab_spoils_no_other(
    browser: Browser, issuer: FakeIssuer, tokens: FakeTokens
) -> None:
    first, second = browser.begin(), browser.begin()
    refused(browser.get("/oidc/callback", state=first["state"], error="access_denied"))
    tokens.token = id_token(issuer, second)
    assert browser.get("/oidc/callback", state=second["state"], code="a-code")["statusCode"] == 302


def test_the_secret_of_one_tab_ends_no_other_sign_in(browser: Browser, function: Function) -> None:
    first, second = browser.begin(), browser.begin()
    (one, other) = browser.sign_ins.values()
    crossed = Browser(function)
    crossed.cookies = dict(zip(browser.sign_ins, (other, one), strict=True))
    for asked in (first, second):
        refused(crossed.get("/oidc/callback", state=asked["state"], code="a-code"))


def test_sign_ins_that_are_never_ended_do_not_pile_up(browser: Browser) -> None:
    for _ in range(MOST_COOKIES + 5):
        asked = browser.begin()
        assert len(browser.sign_ins) <= MOST_COOKIES
    assert cookie_of(asked["state"]) in browser.sign_ins


def test_nothing_of_a_sign_in_is_logged(
    function: Function, browser: Browser, issuer: FakeIssuer, tokens: FakeTokens
) -> None:
    asked = browser.begin()
    (cookie,) = browser.sign_ins.values()
    tokens.token = id_token(issuer, asked)
    browser.get("/oidc/callback", state=asked["state"], code="a-secret-code")
    for secret in (asked["state"], asked["nonce"], cookie, tokens.token, "a-secret-code", browser.cookies[SESSION]):
        assert secret not in function.logged


# Out.


def test_a_long_token_is_no_hint_to_the_provider(browser: Browser, issuer: FakeIssuer, tokens: FakeTokens) -> None:
    asked = browser.begin()
    tokens.token = id_token(issuer, asked, groups=["g" * 90] * 100)
    browser.get("/oidc/callback", state=asked["state"], code="a-code")
    reply = browser.get("/oidc/logout")
    assert "id_token_hint" not in asked_of(reply)
    assert asked_of(reply)["client_id"] == AUDIENCE


def test_signing_out_ends_the_session_here_and_at_the_provider(
    browser: Browser, issuer: FakeIssuer, tokens: FakeTokens, aws: World
) -> None:
    asked = browser.begin()
    tokens.token = id_token(issuer, asked)
    browser.get("/oidc/callback", state=asked["state"], code="a-code")
    reply = browser.get("/oidc/logout", return_to=f"{ORIGIN}/bye")
    assert SESSION not in browser.cookies
    assert reply["headers"]["Location"].startswith(f"{ISSUER}/logout?")
    told = asked_of(reply)
    assert told["id_token_hint"] == tokens.token
    assert told["post_logout_redirect_uri"] == f"{BASE}/oidc/logout", "the one that is registered with the provider"
    assert aws.items(SESSIONS_TABLE) == [], "a copy of the cookie is good for nothing"
    back = browser.get("/oidc/logout", state=told["state"])
    assert back["headers"]["Location"] == f"{ORIGIN}/bye"


def test_nobody_is_sent_to_a_foreign_place_by_signing_out(browser: Browser) -> None:
    for name in ("return_to", "state"):
        assert browser.get("/oidc/logout", **{name: "https://evil.example/"})["statusCode"] == 400


def test_whoever_has_no_session_may_sign_out_too(browser: Browser) -> None:
    browser.cookies[SESSION] = "not ours"
    reply = browser.get("/oidc/logout")
    assert reply["statusCode"] == 302
    assert "id_token_hint" not in asked_of(reply)


def test_a_provider_without_a_place_to_sign_out_is_left_alone(browser: Browser, issuer: FakeIssuer) -> None:
    del issuer.pages[f"{ISSUER}/.well-known/openid-configuration"]["end_session_endpoint"]
    assert browser.get("/oidc/logout")["headers"]["Location"] == ORIGIN


def test_what_a_deployment_does_not_have_is_not_found(function: Function, browser: Browser) -> None:
    assert browser.get("/saml/login")["statusCode"] == 404
    function.set(CHAT_ISSUER="-")
    assert browser.get("/oidc/login")["statusCode"] == 404


def test_an_unknown_parameter_is_told(browser: Browser) -> None:
    assert browser.get("/oidc/login", returnto=ORIGIN)["statusCode"] == 400
