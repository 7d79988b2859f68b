"""Signing in, as a person at a terminal and as a caller of the API, on the deployed local stack."""

import asyncio
import contextlib
import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from cli import people
from cli.browser import CALLBACK, by_browser
from cli.events import prepare_events
from cli.session import Session
from cli.signing_in import Tokens
from cli.target import CommandError, Target
from tests.support.fake_issuer import private_key, raw_token
from tests.support.fake_provider import FakeProvider
from tests.support.http import http
from tests.support.people import PASSWORD, Browser, People
from tests.support.project import ROOT
from tests.support.stack import Stack

MARY = "mary@example.com"


@pytest.fixture
def target(running_stack: Stack, tmp_path: Path) -> Target:
    """The stack, with nobody signed in."""
    return Target(local=replace(running_stack.target.local, home=tmp_path))


def docent(target: Target, *words: str, typed: str = "") -> tuple[int, str, str]:
    """`(exit code, output, messages)` of one command."""
    environment = os.environ | {"DOCENT_HOME": str(target.local.home), "DOCENT_PORT": str(target.local.port)}
    command = [str(Path(sys.executable).parent / "docent"), *words]
    done = subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def status(target: Target, authorization: str | None) -> int:
    """What the API answers to a list of documents: 401, or whatever the function behind the authorizer says."""
    headers = {} if authorization is None else {"Authorization": authorization}
    reply = http.get(f"{target.outputs['ApiUrl']}/documents", headers=headers)
    if reply.status_code == 401:
        assert reply.json()["type"] == "urn:docent:problem:UnauthorizedError"
    return reply.status_code


def websocket_status(target: Target, *protocols: Any) -> int:
    async def attempt() -> int:
        try:
            async with connect(target.outputs["StreamUrl"], subprotocols=protocols or None) as connection:
                return connection.response.status_code if connection.response else 0
        except InvalidStatus as refused:
            return refused.response.status_code

    return asyncio.run(attempt())


# The API.


def bad_tokens(tokens: Tokens, access_token: str) -> dict[str, str]:
    header, claims, signature = tokens.id_token.split(".")
    own = raw_token({"alg": "RS256", "kid": "key-1"}, tokens.claims, b"made up")
    return {
        "forged": f"{header}.{claims}.{'A' * len(signature)}",
        "another's": own,
        "unsigned": raw_token({"alg": "none"}, tokens.claims, b"-"),
        "access": access_token,
        "refresh": tokens.refresh_token,
        "garbage": "not.a.token",
    }


def test_the_api_lets_in_who_signed_in_and_nobody_else(target: Target, everybody: People) -> None:
    tokens = everybody.sign_in(MARY, ["lab"])
    access = target.client("cognito-idp").initiate_auth(
        ClientId=target.outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": MARY, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]
    assert status(target, f"Bearer {tokens.id_token}") not in (401, 403)
    assert status(target, None) == 401
    assert status(target, tokens.id_token) == 401, "without its scheme"
    for name, token in bad_tokens(tokens, access).items():
        assert status(target, f"Bearer {token}") == 401, name


def test_a_websocket_opens_to_who_signed_in_and_nobody_else(target: Target, everybody: People) -> None:
    tokens = everybody.sign_in(MARY, ["lab"])
    assert websocket_status(target, "docent", tokens.id_token) not in (401, 403)
    assert websocket_status(target) == 401
    for name, token in bad_tokens(tokens, tokens.refresh_token).items():
        assert websocket_status(target, "docent", token) == 401, name


def test_an_address_that_is_not_verified_opens_nothing(target: Target, everybody: People) -> None:
    client, pool = target.client("cognito-idp"), target.outputs["UserPoolId"]
    everybody.sign_in("eve@example.com")
    client.admin_update_user_attributes(
        UserPoolId=pool, Username="eve@example.com", UserAttributes=[{"Name": "email_verified", "Value": "false"}]
    )
    assert status(target, f"Bearer {People(target).token('eve@example.com')}") == 401


def test_nobody_can_take_anothers_address_or_groups_with_their_own_token(target: Target, everybody: People) -> None:
    everybody.sign_in("eve2@example.com")
    client = target.client("cognito-idp")
    access = client.initiate_auth(
        ClientId=target.outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "eve2@example.com", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]
    for name, value in (("email", "boss@example.com"), ("email_verified", "true"), ("custom:groups", "[board]")):
        with pytest.raises(client.exceptions.NotAuthorizedException):
            client.update_user_attributes(AccessToken=access, UserAttributes=[{"Name": name, "Value": value}])
    with pytest.raises(client.exceptions.NotAuthorizedException):
        client.sign_up(ClientId=target.outputs["UserPoolClientId"], Username="boss@example.com", Password=PASSWORD)


# At a terminal.


def test_a_person_signs_in_is_known_and_signs_out(target: Target, everybody: People) -> None:
    everybody.sign_in(MARY, ["lab"])
    code, output, _ = docent(target, "login", MARY, "--password-stdin", typed=f"{PASSWORD}\n")
    assert (code, output) == (0, f"You are signed in as {MARY}.\n")
    code, output, _ = docent(target, "whoami", "--json")
    assert json.loads(output) | {"expires_at": 0} == {
        "user": MARY,
        "groups": ["lab"],
        "provider_groups": None,
        "expires_at": 0,
    }
    kept = Session(target).tokens
    assert kept is not None
    assert docent(target, "token")[:2] == (0, f"{kept.id_token}\n")
    assert docent(target, "logout")[:2] == (0, "You are signed out.\n")
    assert not Session(target).path.exists()
    client = target.client("cognito-idp")
    with pytest.raises(client.exceptions.NotAuthorizedException):
        client.initiate_auth(
            ClientId=kept.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": kept.refresh_token},
        )
    assert docent(target, "whoami")[0] == 1


def test_a_wrong_password_says_so_and_nothing_is_kept(target: Target, everybody: People) -> None:
    everybody.sign_in(MARY, ["lab"])
    for who in (MARY, "stranger@example.com"):
        code, _, messages = docent(target, "login", who, "--password-stdin", typed="Winter-2026-Schnee\n")
        assert code == 1
        assert "The address or the password is wrong" in messages
    assert not Session(target).path.exists()


def test_what_is_kept_is_its_owners_alone(target: Target, everybody: People) -> None:
    session = Session(target)
    session.keep(everybody.sign_in(MARY, ["lab"]))
    people.sign_in_locally(target, print)
    for path in (session.path, session.local_password):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_operator_adds_a_person_who_chooses_a_password_and_removes_them(target: Target) -> None:
    code, once, messages = docent(target, "user", "add", "Tom@Example.com", "--group", "lab", "--group", "tea")
    assert code == 0
    assert "tom@example.com can sign in." in messages
    code, _, messages = docent(target, "login", "tom@example.com", "--password-stdin", typed=once)
    assert code == 1
    assert "Choose your own" in messages
    tokens = people.by_password(target, "tom@example.com", once.strip(), lambda: PASSWORD)
    assert tokens.claims["email_verified"] is True
    assert sorted(tokens.claims["cognito:groups"]) == ["lab", "tea"]
    assert docent(target, "user", "add", "tom@example.com", "--group", "more")[1] == "", "no password is made anew"
    assert docent(target, "user", "remove", "tom@example.com")[0] == 0
    assert docent(target, "user", "remove", "tom@example.com")[0] == 1
    assert docent(target, "login", "tom@example.com", "--password-stdin", typed=PASSWORD)[0] == 1


def test_this_machine_has_a_user_who_is_signed_in_unless_somebody_is(target: Target, everybody: People) -> None:
    people.sign_in_locally(target, print)
    session = Session(target)
    first = session.tokens
    assert first is not None
    assert (first.claims["email"], first.claims["cognito:groups"]) == ("you@example.com", ["everyone"])
    people.sign_in_locally(target, print)
    assert session.tokens == first
    session.keep(everybody.sign_in(MARY, ["lab"]))
    people.sign_in_locally(target, print)
    assert session.tokens.claims["email"] == MARY
    assert docent(target, "login")[1] == "You are signed in as you@example.com.\n"


def test_the_sample_events_carry_the_token_of_whoever_is_signed_in(target: Target, everybody: People) -> None:
    Session(target).keep(everybody.sign_in("ann@example.com"))
    files = {path.name: path for path in prepare_events(target, target.local.home)}
    event = files["authorize_request.rest.json"]
    assert status(target, json.loads(event.read_text())["authorizationToken"]) != 401
    assert stat.S_IMODE(event.stat().st_mode) == 0o600
    Session(target).end()
    prepare_events(target, target.local.home)
    assert "DOCENT_ID_TOKEN" in event.read_text()


# The session that other commands stand on.


def expired(tokens: Tokens) -> Tokens:
    return replace(tokens, id_token=raw_token({}, tokens.claims | {"exp": int(time.time()) + 30}, b"x"))


def test_a_token_about_to_expire_is_renewed_silently(target: Target, everybody: People) -> None:
    session, tokens = Session(target), everybody.sign_in(MARY, ["lab"])
    session.keep(expired(tokens))
    assert status(target, f"Bearer {session.token()}") != 401
    assert session.tokens.claims["exp"] > time.time() + 3000
    assert session.tokens.claims["cognito:groups"] == ["lab"]
    assert session.token() == session.token()


def test_a_person_whose_session_ended_must_sign_in_and_this_machines_user_need_not(
    target: Target, everybody: People
) -> None:
    session = Session(target)
    session.keep(replace(expired(everybody.sign_in(MARY, ["lab"])), refresh_token="revoked"))
    with pytest.raises(CommandError, match="not signed in any more"):
        session.token()
    session.end()
    people.sign_in_locally(target, print)
    session.keep(replace(expired(session.tokens), refresh_token="revoked"))
    assert status(target, f"Bearer {session.token()}") != 401


def test_a_session_of_another_user_pool_is_none(target: Target, everybody: People) -> None:
    session = Session(target)
    session.keep(replace(everybody.sign_in(MARY, ["lab"]), client_id="of-a-pool-that-is-gone"))
    with pytest.raises(CommandError, match="Nobody is signed in"):
        session.token()


def test_the_api_refusing_a_token_is_reason_to_renew_it_once(target: Target, everybody: People) -> None:
    session, tokens = Session(target), everybody.sign_in(MARY, ["lab"])
    forged = f"{tokens.id_token.rsplit('.', 1)[0]}.{'A' * 342}"
    session.keep(replace(tokens, id_token=forged))
    with contextlib.suppress(CommandError):  # whatever the function behind it says
        session.api("GET", "/documents")
    assert session.tokens.id_token != forged


def test_a_problem_is_told_in_its_own_words_with_the_requests_id(target: Target, everybody: People) -> None:
    session = Session(target)
    session.keep(everybody.sign_in(MARY, ["lab"]))
    with pytest.raises(CommandError, match=r"Not found.*Check the path.*\(request .+\)"):
        session.api("GET", "/nothing/here", query={"limit": 3})


# By browser.


def test_a_browser_signs_in_by_code(target: Target, everybody: People) -> None:
    everybody.sign_in(MARY, ["lab"])
    said: list[str] = []
    browser = Browser(MARY)
    tokens = by_browser(target, said.append, browser.open)
    browser.close()
    assert tokens.claims["email"] == MARY
    assert status(target, f"Bearer {tokens.id_token}") != 401
    assert "You are signed in." in browser.pages[-1]
    session = Session(target)
    session.keep(expired(tokens))
    assert status(target, f"Bearer {session.token()}") != 401, "renewed as well"
    asked = parse_qs(urlsplit(said[0].splitlines()[1]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_an_answer_that_was_not_asked_for_is_no_answer(target: Target, everybody: People) -> None:
    """Whoever else knocks at the listener learns nothing and stops nothing."""
    everybody.sign_in(MARY, ["lab"])
    browser = Browser(MARY)
    knocked: list[int] = []

    def knock_and_sign_in(page: str) -> None:
        for path in ("/callback?code=stolen&state=guessed", "/callback?code=stolen", "/favicon.ico"):
            knocked.append(http.get(CALLBACK.removesuffix("/callback") + path).status_code)
        browser.open(page)

    def open_page(page: str) -> None:
        threading.Thread(target=knock_and_sign_in, args=(page,)).start()

    tokens = by_browser(target, lambda _: None, open_page)
    browser.close()
    assert tokens.claims["email"] == MARY
    assert knocked == [404, 404, 404]


def test_a_refusal_of_the_sign_in_page_is_told(target: Target, everybody: People) -> None:
    browser = Browser(MARY)

    def open_page(page: str) -> None:
        state = parse_qs(urlsplit(page).query)["state"][0]
        browser.open(f"{CALLBACK}?error=access_denied&error_description=Not+today&state={state}")

    with pytest.raises(CommandError, match="Not today"):
        by_browser(target, lambda _: None, open_page)
    browser.close()


def test_a_code_that_was_not_made_for_this_is_not_accepted(target: Target, everybody: People) -> None:
    browser = Browser(MARY)

    def open_page(page: str) -> None:
        state = parse_qs(urlsplit(page).query)["state"][0]
        browser.open(f"{CALLBACK}?code=injected&state={state}")

    with pytest.raises(CommandError, match="not accepted"):
        by_browser(target, lambda _: None, open_page)
    browser.close()


# At a provider.


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    private_key(1)
    with FakeProvider().serving() as provider:
        yield provider


@pytest.fixture(scope="module")
def federated(running_stack: Stack, provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Target:
    """The same template again, with a provider."""
    local = running_stack.target.local
    parameters = {
        "SourceBucketName": "federated-documents",
        "DerivedBucketName": "federated-derived",
        "EndpointUrl": local.url,
        "SearchIndex": "kendra",
        "KendraEdition": "DEVELOPER_EDITION",
        "OidcIssuer": provider.url,
        "OidcClientId": "docent",
        "OidcClientSecret": "a-secret",
        "GroupsClaim": "custom:groups",
    }
    tools = Path(sys.executable).parent
    built = (local.home / "build/template.yaml").resolve()
    words = ["--config-file", str(ROOT / "samconfig.toml"), "--template-file", str(built)]
    words += ["--stack-name", "federated", "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides"]
    words += [f"{name}={value}" for name, value in parameters.items()]
    environment = os.environ | local.client_environment() | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([str(tools / "sam"), "deploy", *words], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return _Federated(local=replace(local, home=tmp_path_factory.mktemp("federated")))


class _Federated(Target):
    """On this machine, under another name."""

    @property
    def outputs(self) -> dict[str, str]:  # pyright: ignore[reportIncompatibleVariableOverride]
        stack = self.cloudformation.describe_stacks(StackName="federated")["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def sign_in_at(target: Target, provider: FakeProvider, **person: Any) -> Tokens:
    provider.person = {"sub": "4711", "email": "Mary@Example.com", "email_verified": True} | person
    browser = Browser(more="&identity_provider=Oidc")
    tokens = by_browser(target, lambda _: None, browser.open)
    browser.close()
    return tokens


def caller(target: Target, tokens: Tokens) -> dict[str, Any] | None:
    """What the deployed authorizer says of them; None when it refuses."""
    functions = target.client("cloudformation").describe_stack_resource(
        StackName="federated", LogicalResourceId="AuthorizeRequestFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    event = {
        "type": "TOKEN",
        "authorizationToken": f"Bearer {tokens.id_token}",
        "methodArn": "arn:x:y/v1/GET/documents",
    }
    reply = target.client("lambda").invoke(FunctionName=functions, Payload=json.dumps(event).encode())
    answer = json.loads(reply["Payload"].read())
    if "FunctionError" in reply:
        assert answer["errorMessage"] == "Unauthorized"
        return None
    return answer["context"]


def test_a_providers_people_come_with_its_groups(federated: Target, provider: FakeProvider) -> None:
    tokens = sign_in_at(federated, provider, groups=["lab", "R&D, Basel"])
    who = caller(federated, tokens)
    assert who is not None
    assert (who["user"], json.loads(who["groups"])) == ("mary@example.com", ["lab", "R&D, Basel"])
    assert status(federated, f"Bearer {tokens.id_token}") not in (401, 403)
    tokens = sign_in_at(federated, provider, groups=["lab"])
    assert json.loads((caller(federated, tokens) or {})["groups"]) == ["lab"], "as they are now"


@pytest.mark.parametrize("verified", [False, None])
def test_a_providers_address_that_it_did_not_verify_is_nobodys(
    federated: Target, provider: FakeProvider, verified: bool | None
) -> None:
    tokens = sign_in_at(federated, provider, sub="666", email="boss@example.com", email_verified=verified)
    assert caller(federated, tokens) is None


def test_a_providers_people_cannot_change_what_it_says_of_them(federated: Target, provider: FakeProvider) -> None:
    """Their client may write address and groups, but their tokens lack the scope to, renewed ones too."""
    tokens = sign_in_at(federated, provider, groups=["lab"])
    client = federated.client("cognito-idp")
    renewed = client.initiate_auth(
        ClientId=tokens.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens.refresh_token},
    )["AuthenticationResult"]
    attributes = [{"Name": "email", "Value": "boss@example.com"}]
    with pytest.raises(client.exceptions.NotAuthorizedException):
        client.update_user_attributes(AccessToken=renewed["AccessToken"], UserAttributes=attributes)


def test_no_password_gets_a_token_of_the_providers_client(federated: Target) -> None:
    people.add_user(federated, "native@example.com", [], PASSWORD)
    client = federated.client("cognito-idp")
    for flow in ("USER_PASSWORD_AUTH", "USER_SRP_AUTH"):
        with pytest.raises(client.exceptions.ClientError):
            client.initiate_auth(
                ClientId=federated.outputs["BrowserClientId"],
                AuthFlow=flow,
                AuthParameters={"USERNAME": "native@example.com", "PASSWORD": PASSWORD, "SRP_A": "1" * 64},
            )
