"""Chat through Q Business: as whom the token or the session proves, and as nobody else."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from identity.chat_sessions import SESSION, Session, end_session, open_session
from identity.open_id import open_id_provider
from identity.sign_ins import SignIn, begin, cookie_of
from local.idp.people import PEOPLE
from tests.support.api_calls import asked, call
from tests.support.aws import SESSIONS_TABLE, SIGN_INS_TABLE, World, session
from tests.support.fake_issuer import AUDIENCE, ISSUER, JWKS_URL, FakeIssuer, private_key, public_pem, raw_token
from tests.support.fake_q_business import IMAGE, MEDIA_ID, FakeQBusiness, FakeSts
from tests.support.functions import APPLICATION_ID, CANARY, CHAT_ROLE, CONSOLE_PARAMETER, Function
from tests.support.project import sample_event
from tests.support.saml import SamlProvider, encoded

EVENT = sample_event("chat_sync.message.json")
TAGS = "https://aws.amazon.com/tags"
SECRET = "a secret that signs sessions, which only this test knows"
ALLOWED, FOREIGN = "http://localhost:5173", "https://evil.example"
MARY, MATEO = "mary", "mateo"


@pytest.fixture
def issuer(function: Function) -> Iterator[FakeIssuer]:
    issuer = FakeIssuer()
    issuer.pages[f"{ISSUER}/.well-known/openid-configuration"] = {"issuer": ISSUER, "jwks_uri": JWKS_URL}
    open_id_provider.cache_clear()
    function.app.client_for.__globals__["CLIENTS"].clear()
    with issuer.attached():
        yield issuer
    open_id_provider.cache_clear()


@pytest.fixture
def sts(aws: World) -> Iterator[FakeSts]:
    sts = FakeSts()
    with sts.attached(session()):
        yield sts


@pytest.fixture
def q_business(aws: World, sts: FakeSts) -> Iterator[FakeQBusiness]:
    q_business = FakeQBusiness(sts)
    with q_business.attached(session()):
        yield q_business


@pytest.fixture(autouse=True)
def _world(aws: World, issuer: FakeIssuer, q_business: FakeQBusiness, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.put_secret("docent-session", {"key": SECRET})
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


def token(issuer: FakeIssuer, subject: str = MARY, **claims: Any) -> str:
    tags = {TAGS: {"principal_tags": {"Email": [f"{subject}@example.com"]}}}
    return issuer.token(**({"sub": subject, "email": f"{subject}@example.com"} | tags | claims))


def saying(token: str, message: str = f"Hello {CANARY}", **body: Any) -> dict[str, Any]:
    event = asked(EVENT, body={"message": message, **body})
    return event | {"headers": event["headers"] | {"Authorization": f"Bearer {token}"}}


def with_cookie(value: str, **headers: str) -> dict[str, Any]:
    event = asked(EVENT, body={"message": "Hello"})
    kept = {name: each for name, each in event["headers"].items() if name != "Authorization"}
    return event | {"headers": kept | {"Cookie": value.split(";")[0]} | headers}


def cookie(issuer: FakeIssuer, seconds: int = 600, secret: str = SECRET, **claims: Any) -> str:
    now = int(time.time())
    return open_session(SESSIONS_TABLE, Session(now + seconds, id_token=token(issuer, **claims)), secret, now)


# Answers.


def test_an_answer_tells_what_it_rests_on_and_where_its_images_are(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness
) -> None:
    segment = {"beginOffset": 0, "endOffset": 5, "snippetExcerpt": {"text": "so"}, "mediaId": MEDIA_ID}
    q_business.says = {
        "sourceAttributions": [
            {
                "title": "Handbook",
                "snippet": "It is so.",
                "url": "https://acme.example/handbook",
                "citationNumber": 1,
                "updatedAt": 1_700_000_000,
                "documentId": "handbook",
                "textMessageSegments": [segment | {"mediaMimeType": "image/png"}, {"beginOffset": 6, "endOffset": 8}],
            },
            {"textMessageSegments": []},
        ],
        "failedAttachments": [{"name": "a.txt", "status": "FAILED", "error": {"errorMessage": "Too odd."}}],
    }
    status, body = call(function, saying(token(issuer)))
    assert status == 200
    assert body["message"] == "It is so, mary."
    first, second = body["citations"]
    assert (first["number"], first["title"], first["updated_at"]) == (1, "Handbook", "2023-11-14T22:13:20+00:00")
    where = f"https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1/chat/media/{body['conversation_id']}"
    assert first["segments"][0]["media_url"] == f"{where}/{body['message_id']}/{MEDIA_ID}"
    assert first["segments"][1] == {"begin": 6, "end": 8}
    assert (second["number"], second["title"]) == (2, "Untitled")
    assert body["failed_attachments"] == [{"name": "a.txt", "detail": "Too odd."}]


def test_what_a_plugin_would_do_is_told_for_review(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness
) -> None:
    payload = {
        "b": {"displayName": "Second", "displayOrder": 2, "type": "STRING", "required": False},
        "a": {"displayName": "First", "displayOrder": 1, "type": "NUMBER", "value": 4, "allowedValues": [{"value": 4}]},
    }
    q_business.says = {
        "actionReview": {"pluginId": "7d1c9a52-3f0e-4c8b-9a21-5e6f7a8b9c0d", "pluginType": "JIRA", "payload": payload},
        "authChallengeRequest": {"authorizationUrl": "https://jira.example/authorize"},
    }
    _, body = call(function, saying(token(issuer)))
    assert [field["name"] for field in body["action_review"]["fields"]] == ["a", "b"]
    assert body["action_review"]["fields"][0]["allowed_values"] == [4]
    assert body["authorization_url"] == "https://jira.example/authorize"


def test_everything_a_message_may_hold_reaches_q_business(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness
) -> None:
    _, first = call(function, saying(token(issuer)))
    attachment = {"name": "notes.TXT", "data": base64.b64encode(b"notes").decode()}
    narrow = {"andAllFilters": [{"equalsTo": {"name": "project", "value": {"stringValue": "ACME"}}}]}
    status, _ = call(
        function,
        saying(
            token(issuer),
            conversation_id=first["conversation_id"],
            parent_message_id=first["message_id"],
            attachments=[attachment],
            attribute_filter=narrow,
            mode="creator",
        ),
    )
    assert status == 200
    sent = q_business.asked("ChatSync")[1]
    assert sent["applicationId"] == APPLICATION_ID
    assert sent["attachments"] == [{"name": "notes.TXT", "data": attachment["data"]}]
    assert (sent["attributeFilter"], sent["chatMode"]) == (narrow, "CREATOR_MODE")
    assert sent["parentMessageId"] == first["message_id"]


def test_an_image_comes_as_it_is(function: Function, issuer: FakeIssuer) -> None:
    _, said = call(function, saying(token(issuer)))
    reply = function(media(token(issuer), said))
    assert reply["isBase64Encoded"]
    assert base64.b64decode(reply["body"]) == IMAGE
    assert reply["headers"]["Content-Type"] == "image/png"
    assert reply["headers"]["Cache-Control"] == "no-store"


def test_an_image_of_somebody_elses_conversation_does_not_exist(function: Function, issuer: FakeIssuer) -> None:
    _, said = call(function, saying(token(issuer)))
    assert function(media(token(issuer, MATEO), said))["statusCode"] == 404


def media(token: str, said: dict[str, Any]) -> dict[str, Any]:
    event = saying(token)
    path = {"conversation": said["conversation_id"], "message": said["message_id"], "media": MEDIA_ID}
    resource = "/chat/media/{conversation}/{message}/{media}"
    return event | {"resource": resource, "httpMethod": "GET", "body": None, "pathParameters": path}


# Who calls, and with what credentials.


def test_credentials_are_fetched_once_for_each_user(function: Function, issuer: FakeIssuer, sts: FakeSts) -> None:
    for subject in (MARY, MATEO, MARY, MATEO, MARY):
        _, body = call(function, saying(token(issuer, subject)))
        assert body["message"] == f"It is so, {subject}."
    assert len(sts.requests) == 2
    first = sts.requests[0]
    assert (first["RoleArn"], first["RoleSessionName"]) == (CHAT_ROLE, "mary@example.com")


def test_credentials_are_renewed_before_they_expire(function: Function, issuer: FakeIssuer, sts: FakeSts) -> None:
    sts.seconds = 250
    for _ in range(2):
        assert call(function, saying(token(issuer)))[0] == 200
    assert len(sts.requests) == 2


def test_a_token_with_other_session_tags_gets_credentials_of_its_own(
    function: Function, issuer: FakeIssuer, sts: FakeSts
) -> None:
    call(function, saying(token(issuer)))
    call(function, saying(token(issuer, **{TAGS: {"principal_tags": {"Email": ["boss@example.com"]}}})))
    assert len(sts.requests) == 2


def test_the_least_recent_of_many_people_makes_room(function: Function, issuer: FakeIssuer, sts: FakeSts) -> None:
    clients = function.app.client_for.__globals__["CLIENTS"]
    clients._most = 2
    try:
        for subject in ("a", "b", "a", "c", "a", "b"):
            call(function, saying(token(issuer, subject)))
    finally:
        clients._most = 1000
    assert len(sts.requests) == 4, "b was asked for twice"


def test_a_name_that_sts_does_not_take_is_made_one_that_it_does(
    function: Function, issuer: FakeIssuer, sts: FakeSts
) -> None:
    call(function, saying(token(issuer, email="Jörg Müller <j@x.example>")))
    assert sts.requests[0]["RoleSessionName"] == "J-rg-M-ller--j@x.example-"


def test_nothing_secret_is_logged_or_answered(function: Function, issuer: FakeIssuer, sts: FakeSts) -> None:
    good = token(issuer)
    reply = function(saying(good))
    (key,) = sts.people
    for secret in (good, key, f"session-{key}"):
        assert secret not in function.logged
        assert secret not in json.dumps(reply)


HEADERS = {"kid": "key-1"}
GOOD = FakeIssuer()
BAD_TOKENS = {
    "expired": lambda: token(GOOD, exp=int(time.time()) - 60),
    "not valid yet": lambda: token(GOOD, nbf=int(time.time()) + 600),
    "another audience": lambda: token(GOOD, aud="another-client"),
    "several audiences": lambda: token(GOOD, aud=[AUDIENCE, "another-client"]),
    "another issuer": lambda: token(GOOD, iss="https://evil.example"),
    "made for another party": lambda: token(GOOD, azp="another-client"),
    "signed by somebody else": lambda: GOOD.token(private_key(9), sub=MARY),
    "a key nobody has": lambda: GOOD.token(private_key(9), headers={"kid": "key-9"}, sub=MARY),
    "no algorithm": lambda: raw_token({"alg": "none", "kid": "key-1"}, GOOD.claims()),
    "no signature": lambda: raw_token({"alg": "RS256", "kid": "key-1"}, GOOD.claims()),
    "the public key as a secret": lambda: jwt.PyJWS().encode(
        json.dumps(GOOD.claims()).encode(), public_pem(private_key(1)), "HS256", headers=HEADERS
    ),
    "a key brought along": lambda: GOOD.token(private_key(9), headers={"jku": "https://evil.example/keys"}),
    "no subject": lambda: token(GOOD, sub=None),
    "no expiry": lambda: token(GOOD, exp=None),
    "no token": lambda: "nonsense",
    "empty": lambda: "",
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_bad_token_is_refused_without_a_word_of_why(function: Function, sts: FakeSts, kind: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # PyJWT refuses to sign with what looks like a public key; an attacker's library would not.
        patch.setattr(jwt.algorithms, "is_pem_format", lambda key: False)
        bad = BAD_TOKENS[kind]()
    status, body = call(function, saying(bad))
    assert status == 401
    assert body["detail"] == (
        "There is no valid token, or it has expired. Sign in again, and send the new token or session."
    )
    assert sts.requests == []
    assert '"reason"' in function.logged
    assert not bad or bad not in function.logged


def test_a_request_without_anything_is_refused(function: Function) -> None:
    assert call(function, with_cookie("other=1"))[0] == 401


def test_another_scheme_is_refused(function: Function, issuer: FakeIssuer) -> None:
    event = saying(token(issuer))
    event["headers"]["Authorization"] = "Basic bWFyeTptYXJ5"
    assert call(function, event)[0] == 401


def test_where_there_is_no_q_business_there_is_no_chat(function: Function, issuer: FakeIssuer) -> None:
    function.set(APPLICATION_ID="-")
    assert call(function, saying(token(issuer)))[0] == 404


# Sessions of browsers.


def test_a_session_stands_for_its_token(function: Function, issuer: FakeIssuer, sts: FakeSts) -> None:
    for headers in ({}, {"Origin": ALLOWED}, {"Sec-Fetch-Site": "same-site"}):
        status, body = call(function, with_cookie(cookie(issuer), **headers))
        assert (status, body["message"]) == (200, "It is so, mary.")
    assert len(sts.requests) == 1


def test_a_page_of_an_allowed_origin_may_see_the_answer(function: Function, issuer: FakeIssuer) -> None:
    headers = function(with_cookie(cookie(issuer), Origin=ALLOWED))["headers"]
    assert headers["Access-Control-Allow-Origin"] == ALLOWED
    assert headers["Access-Control-Allow-Credentials"] == "true"


def test_the_console_may_use_a_session_and_gets_images_of_its_own_origin(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness, aws: World
) -> None:
    console = "https://d111111abcdef8.cloudfront.net"
    aws.put_parameter(CONSOLE_PARAMETER, console)
    segment = {"beginOffset": 0, "endOffset": 5, "mediaId": MEDIA_ID}
    q_business.says = {"sourceAttributions": [{"title": "Handbook", "textMessageSegments": [segment]}]}
    event = with_cookie(cookie(issuer), Origin=console, **{"Sec-Fetch-Site": "same-origin", "x-docent-console": "1"})
    status, body = call(function, event)
    assert status == 200
    assert body["citations"][0]["segments"][0]["media_url"].startswith(f"{console}/api/chat/media/")
    foreign = with_cookie(cookie(issuer), **{"Origin": FOREIGN, "x-docent-console": "1"})
    assert function(foreign)["statusCode"] == 401
    assert function(with_cookie(cookie(issuer), Origin=console))["statusCode"] == 401, "without the mark it is foreign"


@pytest.mark.parametrize(
    "headers", [{"Origin": FOREIGN}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}], ids=str
)
def test_a_foreign_page_cannot_use_a_session(
    function: Function, issuer: FakeIssuer, sts: FakeSts, headers: dict[str, str]
) -> None:
    reply = function(with_cookie(cookie(issuer), **headers))
    assert reply["statusCode"] == 401
    assert "Access-Control-Allow-Origin" not in reply["headers"]
    assert sts.requests == []


def test_a_session_ends_when_its_token_does(function: Function, issuer: FakeIssuer) -> None:
    expired = cookie(issuer, exp=int(time.time()) - 60)
    assert call(function, with_cookie(expired))[0] == 401
    over = cookie(issuer, seconds=-10)
    assert call(function, with_cookie(over))[0] == 401


def test_a_session_of_another_making_is_none(function: Function, issuer: FakeIssuer) -> None:
    assert call(function, with_cookie(cookie(issuer, secret="another secret, just as long as ours")))[0] == 401
    plain = token(issuer)
    assert call(function, with_cookie(f"{SESSION}={plain}"))[0] == 401


def test_two_sessions_at_once_are_none(function: Function, issuer: FakeIssuer) -> None:
    one, other = (cookie(issuer, sub=subject).split(";")[0] for subject in (MARY, MATEO))
    event = with_cookie(one)
    event["headers"]["Cookie"] = f"{one}; {other}"
    assert call(function, event)[0] == 401


# What Q Business refuses.


def test_a_first_call_that_is_refused_is_tried_once_more(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness
) -> None:
    q_business.fail("AccessDeniedException")
    assert call(function, saying(token(issuer)))[0] == 200
    first, second = q_business.asked("ChatSync")
    assert first["clientToken"] == second["clientToken"], "it is the same message"


@pytest.mark.parametrize(
    ("code", "status", "name", "tries"),
    [
        ("AccessDeniedException", 403, "ChatRefusedError", 2),
        ("LicenseNotFoundException", 403, "NotSubscribedError", 1),
        ("ThrottlingException", 429, "TooManyRequestsError", 1),
        ("ConflictException", 409, "StaleConversationError", 1),
        ("ResourceNotFoundException", 404, "NotFoundError", 1),
        ("ValidationException", 400, "InvalidRequestError", 1),
        ("ExternalResourceException", 503, "TransientError", 1),
        ("InternalServerException", 503, "TransientError", 1),
        ("ExpiredTokenException", 401, "UnauthorizedError", 1),
        ("NobodyHeardOfException", 500, "MisconfiguredError", 1),
    ],
)
def test_an_error_says_what_to_do(
    function: Function,
    issuer: FakeIssuer,
    q_business: FakeQBusiness,
    code: str,
    status: int,
    name: str,
    tries: int,
) -> None:
    q_business.fail_always(code)
    answered, body = call(function, saying(token(issuer)))
    assert (answered, body["type"]) == (status, f"urn:docent:problem:{name}")
    assert len(q_business.asked("ChatSync")) == tries


@pytest.mark.parametrize("fault", [TimeoutError("slow"), b"{", b"not json"], ids=["time-out", "cut", "garbled"])
def test_a_service_that_is_not_well_is_no_answer(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness, fault: Any
) -> None:
    q_business.fail_always(fault)
    assert call(function, saying(token(issuer)))[0] in (500, 503)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InvalidIdentityToken", 401),
        ("ExpiredTokenException", 401),
        ("AccessDenied", 403),
        ("IDPCommunicationError", 503),
        ("Throttling", 503),
    ],
)
def test_an_identity_that_sts_does_not_take_is_told(
    function: Function, issuer: FakeIssuer, sts: FakeSts, code: str, status: int
) -> None:
    sts.refuses = code
    assert call(function, saying(token(issuer)))[0] == status


def test_a_stale_parent_is_a_conflict(function: Function, issuer: FakeIssuer) -> None:
    _, first = call(function, saying(token(issuer)))
    going_on = {"conversation_id": first["conversation_id"], "parent_message_id": first["message_id"]}
    assert call(function, saying(token(issuer), **going_on))[0] == 200
    assert call(function, saying(token(issuer), **going_on))[0] == 409


def test_somebody_elses_conversation_does_not_exist(function: Function, issuer: FakeIssuer) -> None:
    _, first = call(function, saying(token(issuer)))
    stranger = {"conversation_id": first["conversation_id"], "parent_message_id": first["message_id"]}
    made_up = stranger | {"conversation_id": "00000000-0000-4000-8000-000000000000"}
    theirs = call(function, saying(token(issuer, MATEO), **stranger))
    assert theirs[0] == 404
    assert theirs == call(function, saying(token(issuer, MATEO), **made_up))


# What a message may not hold.

TEXT = base64.b64encode(b"text").decode()


def one(name: str, data: str = TEXT) -> dict[str, Any]:
    return {"attachments": [{"name": name, "data": data}]}


def equals(name: str, **value: Any) -> dict[str, Any]:
    return {"equalsTo": {"name": name, "value": value or {"stringValue": "x"}}}


DEEP: dict[str, Any] = equals("project")
for _ in range(8):
    DEEP = {"notFilter": DEEP}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"attachments": [{"name": "a.txt", "data": TEXT}] * 6}, "/attachments"),
        (one("run.exe"), "/attachments/0/name"),
        (one("../../a.txt"), "/attachments/0/name"),
        (one("noext"), "/attachments/0/name"),
        (one("a.txt", "%%%%"), "/attachments/0/data"),
        ({"attachments": [{"name": "a.txt", "data": TEXT, "copyFrom": {}}]}, "/attachments/0"),
        ({"parent_message_id": "00000000-0000-4000-8000-000000000000"}, "/parent_message_id"),
        ({"conversation_id": "../x"}, "/conversation_id"),
        ({"mode": "plugin"}, "/mode"),
        ({"user_id": "mateo@example.com"}, ""),
        ({"attribute_filter": equals("_user_id")}, "/attribute_filter/equalsTo/name"),
        (
            {"attribute_filter": {"orAllFilters": [equals("a"), {"notFilter": equals("_group_ids")}]}},
            "/attribute_filter/orAllFilters/1/notFilter/equalsTo/name",
        ),
        ({"attribute_filter": {"userId": "x"}}, "/attribute_filter"),
        ({"attribute_filter": equals("a", stringValue="x", longValue=1)}, "/attribute_filter/equalsTo/value"),
        ({"attribute_filter": equals("a", longValue=True)}, "/attribute_filter/equalsTo/value"),
        ({"attribute_filter": equals("a", dateValue="soon")}, "/attribute_filter/equalsTo/value"),
        ({"attribute_filter": equals("a", stringListValue=[1])}, "/attribute_filter/equalsTo/value"),
        ({"attribute_filter": DEEP}, "/attribute_filter/notFilter/notFilter/notFilter/notFilter"),
        ({"attribute_filter": {"andAllFilters": [equals("a")] * 60}}, "/attribute_filter/andAllFilters/49"),
    ],
    ids=lambda value: value if isinstance(value, str) else json.dumps(value)[:40],
)
def test_what_a_message_may_not_hold_is_told_by_its_field(
    function: Function, issuer: FakeIssuer, q_business: FakeQBusiness, body: dict[str, Any], field: str
) -> None:
    status, told = call(function, saying(token(issuer), **body))
    assert status == 400
    assert told["errors"][0]["field"] == field
    assert q_business.requests == []


def test_attachments_that_are_too_large_are_refused(function: Function, issuer: FakeIssuer) -> None:
    assert call(function, saying(token(issuer), **one("a.txt", "A" * 4_399_000)))[0] in (200, 400)
    assert call(function, saying(token(issuer), **one("a.txt", "A" * 4_500_000)))[0] == 413


def test_a_date_of_a_filter_becomes_a_time(function: Function, issuer: FakeIssuer, q_business: FakeQBusiness) -> None:
    narrow = {"greaterThan": {"name": "_created_at", "value": {"dateValue": "2026-01-01T00:00:00+00:00"}}}
    assert call(function, saying(token(issuer), attribute_filter=narrow))[0] == 200
    value = q_business.asked("ChatSync")[0]["attributeFilter"]["greaterThan"]["value"]["dateValue"]
    assert value == 1_767_225_600


# Sessions of those who sign in by SAML.

ACS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1/saml/acs"
SAML = SamlProvider()


@pytest.fixture
def provider_arn(function: Function, aws: World) -> str:
    arn = aws.put_saml_provider(SAML.metadata)
    function.set(SAML_PROVIDER_ARN=arn, CHAT_ISSUER="-")
    return arn


def begun() -> SignIn:
    sign_in = SignIn.new("saml", f"{ALLOWED}/chat")
    begin(SIGN_INS_TABLE, sign_in, time.time())
    return sign_in


def saml_response(provider_arn: str, sign_in: SignIn, **changes: Any) -> str:
    good = {"in_response_to": sign_in.id, "destination": ACS}
    person = changes.pop("person", PEOPLE["mary"])
    return encoded(SAML.response(person, CHAT_ROLE, provider_arn, **(good | changes)))


def posted(response: str, sign_in: SignIn, browser: str | None = None) -> dict[str, Any]:
    """As the browser posts it that began `sign_in`, or one with another secret."""
    body = urlencode({"SAMLResponse": response, "RelayState": ""})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-Proto": "https"}
    headers |= {
        "Cookie": f"{cookie_of(sign_in.id)}={sign_in.browser if browser is None else browser}",
        "Origin": "https://sign-in.acme.example",
    }
    context = EVENT["requestContext"] | {"resourcePath": "/saml/acs", "path": "/v1/saml/acs"}
    told = {"resource": "/saml/acs", "path": "/saml/acs", "headers": headers, "requestContext": context}
    return EVENT | told | {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}


def session_cookie_of(reply: dict[str, Any]) -> str:
    return next(each for each in reply["multiValueHeaders"]["Set-Cookie"] if each.startswith(SESSION))


def test_a_saml_response_opens_a_session(
    function: Function, provider_arn: str, sts: FakeSts, q_business: FakeQBusiness
) -> None:
    sign_in = begun()
    response = saml_response(provider_arn, sign_in)
    reply = function(posted(response, sign_in))
    assert (reply["statusCode"], reply["headers"]["Location"]) == (303, f"{ALLOWED}/chat")
    assert sts.requests[0]["SAMLAssertion"] == response
    cookie = session_cookie_of(reply)
    for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
        assert word in cookie
    assert call(function, with_cookie(cookie))[0] == 200
    assert len(sts.requests) == 1
    (key,) = sts.people
    for secret in (response, cookie.split(";")[0].partition("=")[2], key, f"session-{key}"):
        assert secret not in function.logged
    assert key not in cookie


def test_a_saml_session_goes_on_in_another_environment(function: Function, provider_arn: str, sts: FakeSts) -> None:
    sign_in = begun()
    cookie = session_cookie_of(function(posted(saml_response(provider_arn, sign_in), sign_in)))
    for _ in range(3):
        function.app.client_for.__globals__["CLIENTS"].clear()
        status, body = call(function, with_cookie(cookie))
        assert (status, body["message"]) == (200, f"It is so, {PEOPLE['mary'].email}.")
    assert len(sts.requests) == 1, "an assertion is good once"


def test_two_people_of_a_saml_provider_are_never_mixed_up(function: Function, provider_arn: str) -> None:
    cookies = {}
    for name in ("mary", "mateo"):
        sign_in = begun()
        response = saml_response(provider_arn, sign_in, person=PEOPLE[name])
        cookies[name] = session_cookie_of(function(posted(response, sign_in)))
    for name in ("mary", "mateo", "mary"):
        function.app.client_for.__globals__["CLIENTS"].clear()
        assert call(function, with_cookie(cookies[name]))[1]["message"] == f"It is so, {PEOPLE[name].email}."


def test_the_table_holds_no_credentials_that_it_could_be_read_for(
    function: Function, provider_arn: str, sts: FakeSts, aws: World
) -> None:
    sign_in = begun()
    cookie = session_cookie_of(function(posted(saml_response(provider_arn, sign_in), sign_in)))
    (item,) = aws.items(SESSIONS_TABLE)
    (key,) = sts.people
    kept = " ".join(map(str, item.values()))
    for secret in (key, f"session-{key}", cookie.split(";")[0].partition("=")[2]):
        assert secret not in kept
    function.set(SESSION_SECRET_ARN=aws.put_secret("another", {"key": "another secret"}))
    assert call(function, with_cookie(cookie))[0] == 401, "a new session secret ends all sessions"


def test_an_ended_session_is_good_in_no_environment(function: Function, provider_arn: str, aws: World) -> None:
    """Even where its credentials are in memory."""
    sign_in = begun()
    cookie = session_cookie_of(function(posted(saml_response(provider_arn, sign_in), sign_in)))
    assert call(function, with_cookie(cookie))[0] == 200
    event = with_cookie(cookie)
    assert end_session(event, SESSIONS_TABLE, SECRET, time.time())
    assert call(function, event)[0] == 401


def test_an_assertion_that_came_before_opens_no_second_session(
    function: Function, provider_arn: str, sts: FakeSts
) -> None:
    """Named in the response alone, which nobody signed, the request could be exchanged for another one."""
    first, second = begun(), begun()
    response = SAML.response(PEOPLE["mary"], CHAT_ROLE, provider_arn, destination=ACS)
    for sign_in, status in ((first, 303), (second, 400)):
        response.set("InResponseTo", sign_in.id)
        assert function(posted(encoded(response), sign_in))["statusCode"] == status
    assert len(sts.requests) == 1


def test_sign_ins_by_saml_in_two_tabs_both_end(function: Function, provider_arn: str) -> None:
    first, second = begun(), begun()
    for sign_in in (first, second):
        assert function(posted(saml_response(provider_arn, sign_in), sign_in))["statusCode"] == 303


@pytest.mark.parametrize("case", ["replayed", "never asked for", "another browser", "of OpenID Connect", "no browser"])
def test_a_saml_response_is_good_once_and_for_the_browser_that_asked(
    function: Function, provider_arn: str, sts: FakeSts, case: str
) -> None:
    sign_in = begun()
    browser = None
    if case == "replayed":
        assert function(posted(saml_response(provider_arn, sign_in), sign_in))["statusCode"] == 303
    if case == "never asked for":
        sign_in = SignIn.new("saml", ALLOWED)
    if case == "another browser":
        browser = begun().browser
    if case == "no browser":
        browser = ""
    if case == "of OpenID Connect":
        sign_in = SignIn.new("oidc", ALLOWED)
        begin(SIGN_INS_TABLE, sign_in, time.time())
    before = len(sts.requests)
    reply = function(posted(saml_response(provider_arn, sign_in), sign_in, browser))
    assert reply["statusCode"] == 400
    assert json.loads(reply["body"])["type"] == "urn:docent:problem:SignInFailedError"
    assert "multiValueHeaders" not in reply
    assert len(sts.requests) == before


def test_a_saml_response_that_is_not_good_spoils_no_sign_in(function: Function, provider_arn: str) -> None:
    sign_in = begun()
    bad = saml_response(provider_arn, sign_in, signed=None)
    assert function(posted(bad, sign_in))["statusCode"] == 400
    assert function(posted(saml_response(provider_arn, sign_in), sign_in))["statusCode"] == 303


def test_where_there_is_no_saml_there_is_no_consumer(function: Function) -> None:
    assert function(posted("AAAA", begun()))["statusCode"] == 404


@pytest.mark.parametrize("body", ["", "nonsense", "SAMLResponse=", "SAMLResponse=AAAA&SAMLResponse=BBBB", "%ff=1"])
def test_a_form_that_is_none_is_refused(function: Function, provider_arn: str, body: str) -> None:
    event = posted("AAAA", begun()) | {"body": body, "isBase64Encoded": False}
    assert function(event)["statusCode"] == 400


def test_tokens_are_not_taken_where_people_sign_in_by_saml(
    function: Function, provider_arn: str, issuer: FakeIssuer
) -> None:
    assert call(function, saying(token(issuer)))[0] == 401
