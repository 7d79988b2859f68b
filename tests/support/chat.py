"""The deployed template with chat through Amazon Q Business, and users who sign in and chat.

One machine for the session. It has one identity provider at a time, as with `docent up --idp`. Tests select theirs by
`@through("oidc")`, and pytest runs all tests of one kind before those of the other, across modules.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
import pytest

from cli import identity_providers, machine
from cli.chat_samples import QUESTION
from cli.chat_setup import connect_chat
from cli.chatting import PAGE
from cli.identity_providers import Kind
from cli.local_sign_in import Browser, ended_session
from cli.logs import follow_logs
from cli.target import CommandError, Target
from identity.chat_sessions import SESSION
from local.idp.people import Person
from local.idp.saml_responses import SigningKey, Statement
from tests.support.deployments import copy_built, running, settings_for
from tests.support.ports import free_ports
from tests.support.sign_in import with_installed_provider
from tests.support.waiting import wait_until

__all__ = ["QUESTION", "ChatStack", "Chatter", "through"]


@dataclass
class Chatter:
    """A user who has signed in by browser."""

    api: str
    browser: Browser

    @property
    def session(self) -> str:
        return self.browser.cookies[SESSION]

    def say(self, message: str, **more: Any) -> httpx.Response:
        return self.browser.send("POST", f"{self.api}/chat", json={"message": message} | more)

    def told(self, message: str, **more: Any) -> dict[str, Any]:
        """The answer to a message that must succeed."""
        reply = self.say(message, **more)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def get(self, address: str) -> httpx.Response:
        return self.browser.send("GET", address)


@dataclass
class ChatStack:
    """`page` is an origin whose pages can call the API. `secrets` must not appear in any log."""

    target: Target
    page: str
    client: httpx.Client
    secrets: set[str] = field(default_factory=set)

    @property
    def api(self) -> str:
        return self.target.outputs["ApiUrl"]

    @property
    def kind(self) -> Kind:
        kind = identity_providers.chosen(self.target.local)
        assert kind
        return kind

    def sign_in_by(self, kind: Kind) -> None:
        """Switch to a kind of provider, as `docent up --idp` does; sign-ins with another kind end."""
        settings = self.target.local
        if identity_providers.chosen(settings) == kind:
            return
        parameters = connect_chat(self.target, identity_providers.start(settings, kind, print))
        machine.keep_parameters(settings, parameters | {"AllowedOrigins": f"{PAGE},{self.page}"})
        machine.deploy(settings, print)
        identity_providers.send_people_to(settings, kind, self.api, self.target.outputs["ConsoleUrl"])

    def browser(self, cookies: dict[str, str] | None = None) -> Browser:
        return Browser(self.client, cookies or {})

    def person(self, name: str) -> Chatter:
        """`mary` or `mateo`, with a separate browser."""
        browser = self.browser()
        browser.follow(f"{self.api}/{self.kind}/login", name, PAGE)
        self.secrets.update(filter(None, browser.cookies.values()))
        return Chatter(self.api, browser)

    def id_token(self, name: str) -> str:
        """An id token of `mary` or `mateo`, from a session of its own that is ended."""
        token = ended_session(self.api, self.person(name).browser)
        self.secrets.add(token)
        return token

    def say(self, token: str) -> int:
        """The status of the reply to a message with a token."""
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.post(f"{self.api}/chat", json={"message": QUESTION}, headers=headers).status_code

    # Administration

    @property
    def library(self) -> Any:
        return self.target.client("qbusiness")

    @property
    def place(self) -> dict[str, str]:
        """The ids of the application and its index."""
        kept = machine.kept_parameters(self.target.local)
        return {"applicationId": kept["QBusinessApplicationId"], "indexId": kept["QBusinessIndexId"]}

    def group(self, name: str, *people: Person) -> None:
        members = [{"userId": person.email} for person in people]
        self.library.put_group(**self.place, groupName=name, type="INDEX", groupMembers={"memberUsers": members})
        wait_until(lambda: self.library.get_group(**self.place, groupName=name)["status"]["status"] == "SUCCEEDED")

    def put(self, document: dict[str, Any]) -> None:
        assert self.library.batch_put_document(**self.place, documents=[document])["failedDocuments"] == []
        wait_until(lambda: self._statuses().get(document["id"]) in ("INDEXED", "UPDATED"))

    def _statuses(self) -> dict[str, str]:
        details = self.library.list_documents(**self.place)["documentDetailList"]
        return {each["documentId"]: each["status"] for each in details}

    def faults(self, rules: str) -> None:
        """Set the faults of the engines (local/faults.py)."""
        httpx.put(f"{self.target.local.url}/_docent/faults", content=rules, timeout=60).raise_for_status()

    # The identity provider's responses, and those of an attacker

    @property
    def provider(self) -> dict[str, Any]:
        """The provider's configuration."""
        file = self.target.local.home / "idp" / self.kind / "configuration.json"
        return json.loads(file.read_text())

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.provider['port']}"

    def openid_key(self) -> jwt.PyJWK:
        keys = json.loads((self.target.local.home / "idp" / "oidc" / "keys.json").read_text())
        return jwt.PyJWK(keys["signing"][0])

    def saml_key(self) -> SigningKey:
        return SigningKey.kept_in(self.target.local.home / "idp" / "saml")

    def statement(self, person: Person, **changes: Any) -> Statement:
        """A SAML response as the provider creates it. It answers a request only if one is given."""
        told = self.provider
        said = {"issuer": told["entity_id"], "role_arn": told["role_arn"], "provider_arn": told["provider_arn"]}
        return Statement(**({"person": person, "destination": f"{self.api}/saml/acs"} | said | changes))

    def asked_for(self, browser: Browser) -> str:
        """The URL at the provider for a sign-in that `browser` has begun."""
        return browser.send("GET", f"{self.api}/{self.kind}/login", params={"return_to": self.page}).headers["location"]

    def saml_response(self, address: str, person: str) -> str:
        """The response that the provider lets a browser post after `person` is chosen."""
        page = httpx.get(f"{address}&{urlencode({'person': person})}", timeout=60).text
        found = re.search(r'name="SAMLResponse" value="([^"]*)"', page)
        assert found, page
        self.secrets.add(found[1])
        return found[1]

    def post(self, browser: Browser, response: str, **more: str) -> httpx.Response:
        return browser.send("POST", f"{self.api}/saml/acs", data={"SAMLResponse": response} | more)

    def leave_environments(self) -> None:
        """The next message is answered by an execution environment of its own."""
        client = self.target.client("lambda")
        (name,) = (
            each["FunctionName"]
            for page in client.get_paginator("list_functions").paginate()
            for each in page["Functions"]
            if each.get("Environment", {}).get("Variables", {}).get("POWERTOOLS_SERVICE_NAME") == "chat_sync"
        )
        size = client.get_function_configuration(FunctionName=name)["MemorySize"]
        client.update_function_configuration(FunctionName=name, MemorySize=size + 1)
        wait_until(lambda: client.get_function_configuration(FunctionName=name).get("LastUpdateStatus") != "InProgress")

    # Logs

    def logged(self) -> str:
        """Everything that the functions, the machine and the provider have logged."""
        home = self.target.local.home
        files = [self.target.local.log, *(home / "idp").glob("*/provider.log")]
        entries = follow_logs(self.target, datetime.fromtimestamp(0, UTC), follow=False)
        return "\n".join([*map(json.dumps, entries), *(file.read_text(errors="replace") for file in files)])


def through(*kinds: Kind) -> pytest.MarkDecorator:
    """For a test that uses `chat`: the kinds of provider to run it with, once for each."""
    return pytest.mark.parametrize("chat", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def chat_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatStack]:
    try:
        identity_providers.node_and_npm()
    except CommandError as missing:
        pytest.skip(str(missing))
    settings = settings_for(tmp_path_factory.mktemp("chat"))
    copy_built(tmp_path_factory, settings)
    with_installed_provider(settings)
    try:
        with running(settings), httpx.Client(timeout=60) as client:
            yield ChatStack(Target(local=settings), f"http://localhost:{free_ports()}", client)
    finally:
        identity_providers.stop(settings, print)


@pytest.fixture(scope="session")
def chat(chat_stack: ChatStack, request: pytest.FixtureRequest) -> ChatStack:
    chat_stack.sign_in_by(request.param)
    return chat_stack
