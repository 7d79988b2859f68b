"""Who may call, through the handler: good tokens name their bearer, all else is `Unauthorized` and says no more."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authorize_request.group_claims import read_groups
from authorize_request.user_tokens import verify
from docent.callers import Caller
from docent.errors import TransientError, UnauthorizedError
from docent.readers import NOBODY, RESERVED
from identity.signing_keys import REFETCH_SECONDS, RETRY_SECONDS, SigningKeys, fetch_keys
from tests.support.aws import World
from tests.support.fake_issuer import (
    AUDIENCE,
    ISSUER,
    JWKS_URL,
    PROVIDER_AUDIENCE,
    FakeIssuer,
    jwk,
    private_key,
    public_pem,
    raw_token,
)
from tests.support.functions import CANARY, CLIENTS_PARAMETER, Function
from tests.support.project import sample_event

REST = sample_event("authorize_request.rest.json")
WEBSOCKET = sample_event("authorize_request.websocket.json")
NEVER_SEEN = 99  # the number of a key that no issuer has


@pytest.fixture
def issuer(function: Function, aws: World) -> Iterator[FakeIssuer]:
    aws.put_parameter(CLIENTS_PARAMETER, f"{AUDIENCE},{PROVIDER_AUDIENCE}")
    issuer = FakeIssuer()
    forget(function)
    with issuer.attached():
        yield issuer
    forget(function)


def forget(function: Function) -> None:
    """As in a new execution environment."""
    function.app.signing_keys.cache_clear()
    function.app.token_rules.cache_clear()


def rest(token: str) -> dict[str, Any]:
    return REST | {"authorizationToken": f"Bearer {token}"}


def websocket(token: str) -> dict[str, Any]:
    return WEBSOCKET | {"headers": WEBSOCKET["headers"] | {"Sec-WebSocket-Protocol": f"docent, {token}"}}


def caller(function: Function, token: str) -> Caller:
    return Caller.from_authorizer(function(rest(token))["context"])


def refused(function: Function, event: dict[str, Any], reason: str) -> None:
    """API Gateway knows the error by its message, and answers 401; the log alone says why."""
    with pytest.raises(Exception, match=r"^Unauthorized$") as raised:
        function(event)
    assert type(raised.value).__name__ == "Unauthorized"
    assert raised.value.__cause__ is None
    assert f'"reason":"{reason}"' in function.logged.splitlines()[0].replace('": "', '":"')


# Good tokens.


def test_a_good_token_names_the_caller(function: Function, issuer: FakeIssuer) -> None:
    reply = function(rest(issuer.token()))
    found = Caller.from_authorizer(reply["context"])
    assert reply["principalId"] == found.subject == issuer.claims()["sub"]
    assert found.user == "mary@example.com", "as readers are named: in lower case"
    assert found.groups == ("lab", "R&D, Basel"), "as they are spelt"
    assert time.time() + 3500 < found.expires_at < time.time() + 3700


def test_all_values_are_texts_as_api_gateway_wants_them(function: Function, issuer: FakeIssuer) -> None:
    assert all(isinstance(value, str) for value in function(rest(issuer.token()))["context"].values())


@pytest.mark.parametrize(
    ("event", "resource"),
    [
        (rest, "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/v1/*"),
        (websocket, "arn:aws:execute-api:eu-central-1:111122223333:f6g7h8i9j0/v1/*"),
    ],
)
def test_the_answer_is_kept_by_token_so_it_holds_for_the_whole_stage_and_nothing_else(
    function: Function, issuer: FakeIssuer, aws: World, event: Any, resource: str
) -> None:
    (statement,) = function(event(issuer.token()))["policyDocument"]["Statement"]
    assert statement == {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}


def test_a_deep_path_opens_no_more_and_no_less(function: Function, issuer: FakeIssuer) -> None:
    arn = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/v1/PUT/documents/v1/readers"
    reply = function(rest(issuer.token()) | {"methodArn": arn})
    resource = reply["policyDocument"]["Statement"][0]["Resource"]
    assert resource == "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/v1/*"


def test_the_scheme_may_be_spelt_in_any_case(function: Function, issuer: FakeIssuer) -> None:
    function(REST | {"authorizationToken": f"bearer {issuer.token()}"})


@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "sec-websocket-protocol", "SEC-WEBSOCKET-PROTOCOL"])
def test_a_websockets_header_may_be_spelt_in_any_case(
    function: Function, issuer: FakeIssuer, aws: World, name: str
) -> None:
    assert function(WEBSOCKET | {"headers": {name: f"docent,{issuer.token()}"}})["principalId"]


def test_a_caller_opens_only_so_many_websockets_a_minute(function: Function, issuer: FakeIssuer, aws: World) -> None:
    function.set(REQUESTS_PER_MINUTE="2")
    # They fall into two minutes at most.
    statements = [function(websocket(issuer.token()))["policyDocument"]["Statement"][0] for _ in range(5)]
    denied = {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": WEBSOCKET["methodArn"]}
    assert statements[0]["Effect"] == "Allow"
    assert denied in statements
    assert "connection denied" in function.logged
    for event in (rest(issuer.token()), websocket(issuer.token(sub="somebody-else"))):
        assert function(event)["policyDocument"]["Statement"][0]["Effect"] == "Allow"


def test_clocks_may_differ_a_little(function: Function, issuer: FakeIssuer) -> None:
    now = int(time.time())
    for claims in ({"iat": now + 20}, {"nbf": now + 20}, {"exp": now - 20}):
        function(rest(issuer.token(**claims)))


# Bad tokens.


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": int(time.time()) - 60}, "The token has expired."),
        ({"nbf": int(time.time()) + 86_400}, "The token is not valid yet."),
        ({"iat": int(time.time()) + 86_400}, "The token is not valid yet."),
        (
            {"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another"},
            "The token is of another issuer.",
        ),
        ({"iss": f"{ISSUER}/"}, "The token is of another issuer."),
        ({"iss": [ISSUER]}, "The token is of another issuer."),
        ({"aud": "another-client"}, "The token is for another audience."),
        ({"aud": [AUDIENCE, "another"]}, "The token is for another audience."),
        ({"aud": ["another-client", AUDIENCE]}, "The token is for another audience."),
        ({"aud": "-"}, "The token is for another audience."),
        ({"token_use": "access"}, "The token is no id token."),
        ({"token_use": "refresh"}, "The token is no id token."),
        ({"sub": ""}, "The token's subject is none that a folder can be named after."),
        ({"sub": "alice/../bob"}, "The token's subject is none that a folder can be named after."),
        ({"sub": "alice/bob"}, "The token's subject is none that a folder can be named after."),
        ({"sub": "alice\n"}, "The token's subject is none that a folder can be named after."),
        ({"sub": 7}, "The token is not valid."),
        ({"exp": "tomorrow"}, "The token cannot be read."),
        ({"exp": float("inf")}, "The token cannot be read."),
        ({"email": ""}, "The token does not name the user."),
        ({"email": ["mary@example.com"]}, "The token does not name the user."),
        ({"email": "m" * 201}, "The token does not name the user."),
    ],
)
def test_a_wrong_claim_is_refused(function: Function, issuer: FakeIssuer, claims: dict[str, Any], reason: str) -> None:
    refused(function, rest(issuer.token(**claims)), reason)


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "iat", "token_use"])
def test_a_token_without_a_claim_that_counts_is_refused(function: Function, issuer: FakeIssuer, claim: str) -> None:
    refused(function, rest(issuer.token(**{claim: None})), "The token lacks a claim.")


def test_a_token_that_names_no_user_is_refused(function: Function, issuer: FakeIssuer) -> None:
    refused(function, rest(issuer.token(email=None)), "The token does not name the user.")


def test_an_access_token_as_cognito_makes_it_is_refused(function: Function, issuer: FakeIssuer) -> None:
    access = issuer.token(aud=None, client_id=AUDIENCE, token_use="access", email=None, scope="openid")
    refused(function, rest(access), "The token lacks a claim.")


def test_a_forged_claim_is_refused(function: Function, issuer: FakeIssuer) -> None:
    header, _, signature = issuer.token().split(".")
    claims = json.dumps(issuer.claims(email="boss@example.com")).encode()
    forged = f"{header}.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.{signature}"
    refused(function, rest(forged), "The token's signature is not its key's.")


def test_another_key_under_the_same_id_is_refused(function: Function, issuer: FakeIssuer) -> None:
    forged = issuer.token(private_key(NEVER_SEEN))
    refused(function, rest(forged), "The token's signature is not its key's.")


def test_a_token_without_a_signature_is_refused(function: Function, issuer: FakeIssuer) -> None:
    header = {"alg": "none", "kid": "key-1"}
    refused(function, rest(raw_token(header, issuer.claims())), "The token cannot be read.")
    for alg in ("none", "None", "NONE", ""):
        other = Function(function.name, function.environment)
        refused(
            other,
            rest(raw_token(header | {"alg": alg}, issuer.claims(), b"x")),
            "The token is signed by another algorithm.",
        )
        other.close()


def test_the_public_key_is_no_secret_to_sign_with(function: Function, issuer: FakeIssuer) -> None:
    header = {"alg": "HS256", "typ": "JWT", "kid": "key-1"}
    signed = raw_token(header, issuer.claims()).rstrip(".")
    signature = hmac.new(public_pem(private_key(1)), signed.encode(), hashlib.sha256).digest()
    forged = raw_token(header, issuer.claims(), signature)
    refused(function, rest(forged), "The token is signed by another algorithm.")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_the_right_key_with_another_algorithm_is_refused(
    function: Function, issuer: FakeIssuer, algorithm: str
) -> None:
    token = jwt.encode(issuer.claims(), private_key(1), algorithm=algorithm, headers={"kid": "key-1"})
    refused(function, rest(token), "The token is signed by another algorithm.")


def test_a_key_that_the_token_brings_along_is_never_looked_at(function: Function, issuer: FakeIssuer) -> None:
    own = private_key(NEVER_SEEN)
    brought = {
        "jwk": jwk(own, "key-1"),
        "jku": "https://attacker.example/jwks.json",
        "x5u": "https://attacker.example/cert.pem",
        "x5c": [base64.b64encode(b"a certificate").decode()],
    }
    refused(function, rest(issuer.token(own, headers=brought)), "The token's signature is not its key's.")
    assert issuer.requests == 1, "and nothing but the issuer was asked"


def test_an_extension_that_must_be_understood_and_is_not_is_refused(function: Function, issuer: FakeIssuer) -> None:
    token = issuer.token(headers={"crit": ["b64x"], "b64x": True})
    refused(function, rest(token), "The token is not valid.")


@pytest.mark.parametrize("key_id", [None, 7, ["key-1"], {"key-1": 1}])
def test_a_key_id_that_is_none_is_refused(function: Function, issuer: FakeIssuer, key_id: Any) -> None:
    header = {"alg": "RS256", "kid": key_id}
    token = raw_token(header, issuer.claims(), b"signature")
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        function(rest(token))


def test_a_short_key_is_no_key_even_when_the_issuer_serves_it(function: Function, issuer: FakeIssuer) -> None:
    issuer.keys = {"key-1": private_key(1, bits=1024)}
    token = raw_token({"alg": "RS256", "kid": "key-1"}, issuer.claims(), b"signature")
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        function(rest(token))


@pytest.mark.parametrize(
    "garbage",
    ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30", "e30.e30.", "ey J.e30.e30", "é.é.é", "\ud800", "a.b.c\n"],
)
def test_garbage_is_refused(function: Function, issuer: FakeIssuer, garbage: str) -> None:
    for event in (rest(garbage), websocket(garbage)):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            function(event)
    assert issuer.requests == 0, "before anybody is asked for a key"


def test_an_oversized_token_is_refused_before_it_is_read(function: Function, issuer: FakeIssuer) -> None:
    refused(function, rest(issuer.token(padding="x" * 9000)), "The token cannot be read.")
    assert issuer.requests == 0


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic bWFyeTpzZWNyZXQ=", "eyJh.eyJh.eyJh", "Bearer  a b"])
def test_what_is_no_bearer_token_is_refused(function: Function, issuer: FakeIssuer, authorization: str) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        function(REST | {"authorizationToken": authorization})


@pytest.mark.parametrize(
    "protocols", [None, "", "docent", "{token}", "{token}, docent", "other, {token}", "docent, a, {token}"]
)
def test_a_websocket_names_docent_first_and_the_token_second_and_nothing_else(
    function: Function, issuer: FakeIssuer, protocols: str | None
) -> None:
    headers = {} if protocols is None else {"Sec-WebSocket-Protocol": protocols.format(token=issuer.token())}
    refused(function, WEBSOCKET | {"headers": headers}, "The connection carries no token as its second subprotocol.")


texts = st.text(max_size=40) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
headers = st.fixed_dictionaries({}, optional={"alg": texts | st.just("RS256"), "kid": texts | st.just("key-1")})
tokens = st.one_of(
    texts,
    st.lists(texts, min_size=3, max_size=3).map(".".join),
    st.builds(raw_token, headers, st.dictionaries(texts, texts, max_size=3), st.binary(max_size=300)),
)


@settings(max_examples=200)
@given(token=tokens)
def test_whatever_the_token_is_nobody_gets_in_and_nothing_breaks(
    function: Function, issuer: FakeIssuer, token: str
) -> None:
    for event in (rest(token), websocket(token)):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            function(event)


# Whose address it is.


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1.5])
def test_an_address_that_is_not_verified_is_nobodys(function: Function, issuer: FakeIssuer, verified: Any) -> None:
    refused(function, rest(issuer.token(email_verified=verified)), "The token's address is not verified.")


def test_a_providers_addresses_must_be_verified_too(function: Function, issuer: FakeIssuer) -> None:
    assert caller(function, issuer.token(aud=PROVIDER_AUDIENCE)).user == "mary@example.com"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        function(rest(issuer.token(aud=PROVIDER_AUDIENCE, email_verified=False)))


def test_a_trusted_providers_addresses_need_not_be(function: Function, issuer: FakeIssuer) -> None:
    function.set(PROVIDER_ADDRESSES="trusted")
    forget(function)
    assert caller(function, issuer.token(aud=PROVIDER_AUDIENCE, email_verified=False)).user == "mary@example.com"


def test_trust_in_a_provider_is_none_in_those_who_sign_in_by_password(function: Function, issuer: FakeIssuer) -> None:
    function.set(PROVIDER_ADDRESSES="trusted")
    forget(function)
    refused(function, rest(issuer.token(email_verified=False)), "The token's address is not verified.")


def test_without_a_provider_there_is_one_audience(function: Function, issuer: FakeIssuer, aws: World) -> None:
    aws.put_parameter(CLIENTS_PARAMETER, f"{AUDIENCE},-")
    function.set(PROVIDER_ADDRESSES="trusted")
    forget(function)
    assert caller(function, issuer.token()).user == "mary@example.com"
    for audience in (PROVIDER_AUDIENCE, "-"):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            function(rest(issuer.token(aud=audience)))


@pytest.mark.parametrize(
    "email", ["\u212aim@example.com", "e\u0301va@example.com", "mary@example.com\u200b", "a\nb", NOBODY]
)
def test_a_name_that_could_be_taken_for_anothers_is_refused(function: Function, issuer: FakeIssuer, email: str) -> None:
    token = issuer.token(email=email)
    refused(function, rest(token), "The token names the user in a way that could be taken for another.")


def test_another_claim_may_name_the_user(function: Function, issuer: FakeIssuer) -> None:
    function.set(USER_CLAIM="preferred_username")
    forget(function)
    assert caller(function, issuer.token(preferred_username="Mary.Müller", email_verified=None)).user == "mary.müller"


# Which groups.


def test_groups_come_from_the_claim_that_is_configured_and_no_other(function: Function, issuer: FakeIssuer) -> None:
    function.set(GROUPS_CLAIM="custom:groups")
    forget(function)
    assert caller(function, issuer.token()).groups == ()
    assert caller(function, issuer.token(**{"custom:groups": "[lab,board]"})).groups == ("lab", "board")


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        (None, ()),
        ([], ()),
        (["lab", "lab", "R&D, Basel"], ("lab", "R&D, Basel")),
        ("", ()),
        ("lab", ("lab",)),
        ("R&D, Basel", ("R&D, Basel",)),
        ("lab,board", ("lab,board",)),
        ("50%25 club", ("50%25 club",)),
        ('["lab", "R&D, Basel"]', ("lab", "R&D, Basel")),
        ("[]", ()),
        ("[lab]", ("lab",)),
        ("[lab,board]", ("lab", "board")),
        ("[lab, board]", ("lab", "board")),
        ("[R%26D%2C+Basel,lab]", ("R&D, Basel", "lab")),
        ("[%5Bboard%5D,C%2B%2B]", ("[board]", "C++")),
        ("[17, 4]", ("17", "4")),
        ("[Z%C3%BCrich]", ("Zürich",)),
        (["", "lab"], ("lab",)),
        ([NOBODY, "lab"], ("lab",)),
        (f"[lab,{NOBODY.replace(':', '%3A')}]", ("lab",)),
    ],
)
def test_groups_are_read_in_every_form_they_come_in(claim: Any, groups: tuple[str, ...]) -> None:
    assert read_groups(claim) == groups


def test_groups_are_named_as_readers_are(function: Function, issuer: FakeIssuer) -> None:
    """A denial that is written otherwise than the provider writes it denies all the same."""
    claim = ["Bu\u0308ro", " lab ", "lab", "Lab", " ", f" {NOBODY}"]
    assert caller(function, issuer.token(**{"cognito:groups": claim})).groups == ("Büro", "lab", "Lab")


@pytest.mark.parametrize("email", [" mary@example.com", "Mary@Example.com\u00a0"], ids=ascii)
def test_blanks_around_an_address_are_none_of_it(function: Function, issuer: FakeIssuer, email: str) -> None:
    token = issuer.token(email=email)
    if email.isprintable():
        assert caller(function, token).user == "mary@example.com"
    else:
        refused(function, rest(token), "The token names the user in a way that could be taken for another.")


@pytest.mark.parametrize(
    "claim",
    [
        7,
        True,
        {"lab": 1},
        ["lab", 7],
        ["lab", None],
        '["lab", 7]',
        "[R&D, Basel]",
        "[lab, R&D Basel]",
        "[a%2]",
        "[%FF]",
    ],
)
def test_groups_that_could_be_read_in_two_ways_are_refused(function: Function, issuer: FakeIssuer, claim: Any) -> None:
    refused(function, rest(issuer.token(**{"cognito:groups": claim})), "The token's groups cannot be read.")


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda name: not name.startswith(RESERVED)
)


@given(groups=st.lists(names, unique=True, max_size=6))
def test_what_cognito_makes_of_a_providers_groups_is_read_back_as_they_were(groups: list[str]) -> None:
    flattened = "[" + ",".join(quote_plus(name, safe="*").replace("~", "%7E") for name in groups) + "]"
    assert read_groups(flattened) == tuple(groups)
    assert read_groups(json.dumps(groups)) == tuple(groups)
    assert read_groups(groups) == tuple(groups)


@given(text=st.text(max_size=40))
def test_a_text_names_one_group_or_is_bracketed(text: str) -> None:
    try:
        groups = read_groups(text)
    except UnauthorizedError:
        assert text.strip().startswith("[")
    else:
        one = (text,) if text and not text.startswith(RESERVED) else ()
        assert groups == one or text.strip().startswith("[")


# The issuer's keys.


def test_keys_are_fetched_once(function: Function, issuer: FakeIssuer) -> None:
    for _ in range(5):
        function(rest(issuer.token()))
    assert issuer.requests == 1


def test_an_issuer_that_is_down_is_an_error_and_no_refusal(function: Function, issuer: FakeIssuer) -> None:
    issuer.down = True
    with pytest.raises(TransientError):
        function(rest(issuer.token()))
    assert "token cannot be checked" in function.logged


@pytest.mark.parametrize("status", [301, 403, 500, 503])
def test_an_issuer_that_answers_an_error_is_an_error(function: Function, issuer: FakeIssuer, status: int) -> None:
    issuer.status = status
    with pytest.raises(TransientError):
        function(rest(issuer.token()))


def test_a_slow_issuer_is_not_waited_for_longer_than_the_api_waits(function: Function, issuer: FakeIssuer) -> None:
    issuer.seconds = 4
    with pytest.raises(TransientError):
        function(rest(issuer.token()))
    issuer.seconds = 2
    forget(function)
    function(rest(issuer.token()))


@pytest.mark.parametrize(
    "answer", [b"not JSON", b"{}", b"[]", b'{"keys": []}', b'{"keys": [{"kty": "none"}]}', b'{"keys": 7}']
)
def test_what_are_no_keys_is_an_error(function: Function, issuer: FakeIssuer, answer: bytes) -> None:
    issuer.answer = answer
    with pytest.raises(TransientError):
        function(rest(issuer.token()))


def test_only_signature_keys_of_the_kind_that_is_used_count(function: Function, issuer: FakeIssuer) -> None:
    secret = base64.urlsafe_b64encode(b"a secret of the attacker's, long enough").decode()
    keys = [
        jwk(private_key(1), "for-encryption", use="enc"),
        {"kty": "oct", "k": secret, "kid": "symmetric", "alg": "HS256"},
        jwk(private_key(1), "key-1"),
    ]
    issuer.answer = json.dumps({"keys": keys}).encode()
    function(rest(issuer.token()))
    for key_id in ("for-encryption", "symmetric"):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            function(rest(issuer.token(headers={"kid": key_id})))


def without(key: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name not in names}


@pytest.mark.parametrize("missing", [("alg",), ("kid",), ("use",), ("alg", "kid", "use")], ids=str)
def test_keys_may_lack_what_the_standard_lets_them_lack(
    function: Function, issuer: FakeIssuer, missing: tuple[str, ...]
) -> None:
    keys = [without(jwk(private_key(number), f"key-{number}"), *missing) for number in (2, 1)]
    issuer.answer = json.dumps({"keys": keys}).encode()
    assert caller(function, issuer.token()).user == "mary@example.com"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        function(rest(issuer.token(private_key(NEVER_SEEN))))


def test_a_token_without_a_key_id_may_be_signed_by_any_of_the_issuers_keys(
    function: Function, issuer: FakeIssuer
) -> None:
    issuer.rotate()

    def nameless(key: Any) -> str:
        return jwt.encode(issuer.claims(), key, algorithm="RS256")

    for number in (1, 2):
        assert caller(function, nameless(private_key(number))).user == "mary@example.com"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        function(rest(nameless(private_key(NEVER_SEEN))))


def test_a_new_key_without_an_id_is_found(function: Function, issuer: FakeIssuer) -> None:
    now = 1000.0
    function.app.signing_keys.cache_clear()
    keys = SigningKeys(lambda: fetch_keys(JWKS_URL), lambda: now)
    issuer.answer = json.dumps({"keys": [without(jwk(private_key(1), ""), "kid")]}).encode()
    assert verify(issuer.token(), keys, function.app.token_rules()).user == "mary@example.com"
    issuer.answer = json.dumps({"keys": [without(jwk(private_key(2), ""), "kid")]}).encode()
    token = issuer.token(private_key(2))
    with pytest.raises(UnauthorizedError):
        verify(token, keys, function.app.token_rules())
    now += REFETCH_SECONDS
    assert verify(token, keys, function.app.token_rules()).user == "mary@example.com"


@pytest.mark.parametrize("change", [{"alg": None}, {"alg": None, "kid": None, "use": None}], ids=str)
@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS384", "PS256", "RS512"])
def test_the_algorithm_is_the_keys_and_ours_to_choose_and_never_the_tokens(
    function: Function, issuer: FakeIssuer, change: dict[str, None], algorithm: str
) -> None:
    key = {name: value for name, value in (jwk(private_key(1), "key-1") | change).items() if value is not None}
    issuer.answer = json.dumps({"keys": [key]}).encode()
    if algorithm in ("none", "HS256", "HS384"):
        signed = raw_token({"alg": algorithm, "kid": "key-1"}, issuer.claims()).rstrip(".")
        digest = "sha384" if algorithm == "HS384" else "sha256"
        for secret in (public_pem(private_key(1)), json.dumps(key).encode()):
            signature = hmac.new(secret, signed.encode(), digest).digest()
            with pytest.raises(Exception, match=r"^Unauthorized$"):
                function(rest(raw_token({"alg": algorithm, "kid": "key-1"}, issuer.claims(), signature)))
    else:
        token = jwt.encode(issuer.claims(), private_key(1), algorithm=algorithm, headers={"kid": "key-1"})
        refused(function, rest(token), "The token is signed by another algorithm.")


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "RSA", "alg": "none", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "alg": ["RS256"], "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "kid": 7, "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": "*", "e": 3},
        {"kty": ["RSA"]},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": {}, "x": "", "y": ""},
        {"kty": "OKP", "crv": "Ed25519", "x": ""},
        "not a key",
        None,
    ],
    ids=str,
)
def test_a_key_that_cannot_be_read_spoils_no_other(function: Function, issuer: FakeIssuer, odd: Any) -> None:
    issuer.answer = json.dumps({"keys": [odd, jwk(private_key(1), "key-1"), odd]}).encode()
    assert caller(function, issuer.token()).user == "mary@example.com"


class Issuer:
    """A JWK set and a clock, both in the test's hand."""

    def __init__(self) -> None:
        self.now, self.fetches, self.down, self.ids = 1000.0, 0, False, ["key-1"]
        self.keys = SigningKeys(self.fetch, lambda: self.now)

    def fetch(self) -> dict[str, Any]:
        self.fetches += 1
        if self.down:
            raise TransientError("down")
        return {"keys": [jwk(private_key(number), key_id) for number, key_id in enumerate(self.ids, start=1)]}


def found(issuer: Issuer, key_id: str) -> bool:
    return [key.key_id for key in issuer.keys.find(key_id)] == [key_id]


def test_a_new_key_is_found_after_a_minute_at_most() -> None:
    issuer = Issuer()
    issuer.keys.find("key-1")
    issuer.ids.append("key-2")
    with pytest.raises(UnauthorizedError):
        issuer.keys.find("key-2")
    issuer.now += REFETCH_SECONDS
    assert found(issuer, "key-2")
    assert found(issuer, "key-1")


def test_made_up_keys_make_nobody_hammer_the_issuer() -> None:
    issuer = Issuer()
    for number in range(1200):  # two minutes of ten a second
        issuer.now += 0.1
        with pytest.raises(UnauthorizedError):
            issuer.keys.find(f"made-up-{number}")
    assert issuer.fetches <= 3


def test_a_key_that_is_gone_is_gone_with_the_next_fetch() -> None:
    issuer = Issuer()
    issuer.keys.find("key-1")
    issuer.ids = ["key-2"]
    issuer.now += REFETCH_SECONDS
    issuer.keys.find("key-2")
    with pytest.raises(UnauthorizedError):
        issuer.keys.find("key-1")


def test_known_keys_outlive_an_issuer_that_is_down() -> None:
    issuer = Issuer()
    issuer.keys.find("key-1")
    issuer.down = True
    issuer.now += 10 * REFETCH_SECONDS
    with pytest.raises(TransientError):
        issuer.keys.find("key-2")
    assert found(issuer, "key-1")


def test_a_withdrawn_key_is_refused_within_an_hour_without_any_new_key_coming() -> None:
    issuer = Issuer()
    issuer.ids = ["key-1", "key-2"]
    assert found(issuer, "key-1")
    issuer.ids = ["key-2"]
    for _ in range(60):
        issuer.now += 60
        issuer.keys.find("key-2")
    with pytest.raises(UnauthorizedError):
        issuer.keys.find("key-1")
    assert issuer.fetches <= 3


def test_no_key_is_believed_longer_than_an_hour_even_while_the_issuer_is_down() -> None:
    issuer = Issuer()
    issuer.keys.find("key-1")
    issuer.down = True
    for _ in range(59):
        issuer.now += 60
        assert found(issuer, "key-1")
    issuer.now += 60
    with pytest.raises(TransientError):
        issuer.keys.find("key-1")
    assert issuer.fetches <= 35, "once a minute at most"
    issuer.down = False
    issuer.now += RETRY_SECONDS
    assert found(issuer, "key-1")


def test_an_issuer_that_is_down_is_left_alone_for_a_moment_and_then_tried_again() -> None:
    issuer = Issuer()
    issuer.down = True
    for _ in range(20):
        with pytest.raises(TransientError):
            issuer.keys.find("key-1")
    assert issuer.fetches == 1
    issuer.down = False
    issuer.now += RETRY_SECONDS
    assert found(issuer, "key-1")


# What is told.


def test_no_log_line_holds_a_token_or_a_claim(function: Function, issuer: FakeIssuer) -> None:
    names = {"email": f"{CANARY}@example.com", "cognito:groups": [CANARY]}
    good = issuer.token(**names)
    function(rest(good))
    bad = [
        issuer.token(**names, exp=1),
        issuer.token(**names, aud=CANARY),
        issuer.token(**names, iss=CANARY),
        issuer.token(private_key(NEVER_SEEN), **names),
        issuer.token(**names, headers={"kid": CANARY}),
        issuer.token(**names, email_verified=CANARY),
        CANARY,
        f"{CANARY}.{CANARY}.{CANARY}",
    ]
    for token in bad:
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            function(rest(token))
    issuer.down = True
    forget(function)
    with pytest.raises(TransientError):
        function(rest(good))
    assert function.logged.count("request refused") == len(bad)
    for token in (good, *bad):
        assert token not in function.logged
        assert token.split(".")[-1] not in function.logged
