"""Users with groups in the running stack's user pool, their tokens, and the browsers they sign in with."""

import re
import threading
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
import pytest

from cli import people
from cli.signing_in import Tokens, by_password
from cli.target import Target
from tests.support.stack import Stack

PASSWORD = "Sommer-2026-Regen"


class People:
    def __init__(self, target: Target) -> None:
        self.target = target
        self._tokens: dict[tuple[str, tuple[str, ...]], Tokens] = {}
        self._groups: dict[str, tuple[str, ...]] = {}

    def token(self, email: str, groups: Sequence[str] = ()) -> str:
        """An id token of a user in exactly these groups. The user and the groups are created if missing."""
        return self.sign_in(email, groups).id_token

    def sign_in(self, email: str, groups: Sequence[str] = ()) -> Tokens:
        key = email, tuple(sorted(groups))
        if self._groups.get(email) != key[1]:  # another test may have changed the groups
            self._in_groups(email, groups)
            self._groups[email] = key[1]
        if key not in self._tokens:
            self._tokens[key] = by_password(self.target, email, PASSWORD, lambda: PASSWORD)
        return self._tokens[key]

    def _in_groups(self, email: str, groups: Sequence[str]) -> None:
        people.add_user(self.target, email, groups, PASSWORD)
        client, pool = self.target.client("cognito-idp"), self.target.outputs["UserPoolId"]
        for group in client.admin_list_groups_for_user(UserPoolId=pool, Username=email)["Groups"]:
            if group["GroupName"] not in groups:
                client.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=group["GroupName"])


@pytest.fixture(scope="session")
def everybody(running_stack: Stack) -> People:
    """Any user a test needs: `everybody.token("mary@example.com", groups=["lab"])`."""
    return People(running_stack.target)


class _Form(HTMLParser):
    """The fields of a page's form and their values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields = "", dict[str, str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = values.get("action", "")
        if tag == "input" and "name" in values:
            self.fields[values["name"]] = values.get("value", "")


class Browser:
    """Opens the sign-in page, enters an address and a password, and follows redirects. `pages` are the pages it got."""

    def __init__(self, email: str = "", password: str = PASSWORD, more: str = "") -> None:
        self.email, self.password, self.more = email, password, more
        self.pages: list[str] = []
        self._thread: threading.Thread | None = None

    def open(self, address: str) -> None:
        """In the background, as when a browser is opened."""
        self._thread = threading.Thread(target=self._sign_in, args=(address + self.more,))
        self._thread.start()

    def close(self) -> None:
        assert self._thread is not None
        self._thread.join(timeout=30)

    def _sign_in(self, address: str) -> None:
        page = self._send("GET", address)
        if 'name="password"' in page:
            form = _Form(page)
            typed = form.fields | {"username": self.email, "password": self.password}
            self._send("POST", urljoin(address, form.action), typed)

    def _send(self, method: str, address: str, form: dict[str, str] | None = None) -> str:
        page = httpx.request(method, address, data=form, follow_redirects=True, timeout=30).text
        self.pages.append(re.sub(r"\s+", " ", page))
        return page
