"""Sign in to chat as a user of this machine's identity provider, following redirects and forms as a browser does."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from lxml import html

from cli.target import CommandError

STEPS = 12
SECONDS = 60


@dataclass
class Browser:
    """Keeps cookies itself: those of chat are Secure, and only browsers send such cookies to loopback without TLS."""

    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=SECONDS))
    cookies: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, address: str, **what: Any) -> httpx.Response:
        if self.cookies:
            what["headers"] = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        reply = self.client.request(method, address, **what)
        for cookie in reply.headers.get_list("set-cookie"):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        # Otherwise the client would send some of them twice.
        self.client.cookies.clear()
        return reply

    def follow(self, address: str, person: str, until: str) -> httpx.Response:
        """Follow redirects and submit forms, choosing `person` where a form asks for one.

        Returns the redirect to an address that begins with `until`, without following it. Raises CommandError with
        the page's text if it leads nowhere.
        """
        reply = self.send("GET", address)
        for _ in range(STEPS):
            following = urljoin(str(reply.url), reply.headers.get("location", ""))
            if reply.is_redirect and following.startswith(until):
                return reply
            if reply.is_redirect:
                reply = self.send("GET", following)
            elif reply.is_success and (step := _next_step(reply, person)):
                method, place, fields = step
                reply = self.send(method, place, **{"data" if method == "POST" else "params": fields})
            else:
                break
        raise CommandError(f"Signing in as {person} ended at {reply.url}, which answered: {reply.text[:300]}")


def session_cookie(api_url: str, kind: str, person: str, page: str) -> dict[str, str]:
    """The session cookies of `person`, signed in with `kind` (oidc or saml); `page` is an allowed origin."""
    browser = Browser()
    with browser.client:
        browser.follow(f"{api_url}/{kind}/login", person, page)
    return browser.cookies


def ended_session(api_url: str, browser: Browser) -> str:
    """Sign out of chat; returns the id token of the session, which the identity provider is given as a hint."""
    location = browser.send("GET", f"{api_url}/oidc/logout").headers["location"]
    return parse_qs(urlsplit(location).query)["id_token_hint"][0]


def _next_step(reply: httpx.Response, person: str) -> tuple[str, str, dict[str, str]] | None:
    """`(method, address, fields)` of the page's form."""
    page: Any = html.fromstring(reply.text, base_url=str(reply.url))
    page.make_links_absolute()
    for form in page.forms:
        fields = {each.name: each.value or "" for each in form.inputs if each.name and each.get("type") == "hidden"}
        if form.xpath(f'.//button[@name="person"][@value="{person}"]'):
            fields["person"] = person
        return form.method.upper(), form.action, fields
    return None
