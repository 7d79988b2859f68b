"""Chat in a real browser, headless Chromium: redirects, cookies and origins as browsers have them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from identity.chat_sessions import SESSION
from tests.support.browser import serving
from tests.support.chat import QUESTION, ChatStack, through
from tests.support.people import PASSWORD, People
from tests.support.ports import free_ports

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
ACME, ANY_ORG_APP = "open a ticket with the ACME desk", "sign up for the onboarding day in Leipzig"
# What a page of an organisation's own would do, no more.
PAGE = """<!doctype html><meta charset="utf-8"><title>Chat</title>
<form><input name="message" aria-label="Message"><button>Ask</button></form>
<p role="status"></p>
<script>
  document.forms[0].onsubmit = async (event) => {
    event.preventDefault();
    const shown = document.querySelector('p');
    shown.textContent = '…';
    try {
      const reply = await fetch('API/chat', {
        method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ message: document.forms[0].message.value }),
      });
      const told = await reply.json();
      shown.textContent = `${reply.status}: ${told.message ?? told.detail}`;
    } catch {
      shown.textContent = 'The browser does not let this page see an answer.';
    }
  };
</script>"""

FORM = """(api) => {
  const form = document.body.appendChild(document.createElement('form'));
  Object.assign(form, { method: 'post', action: `${api}/chat`, enctype: 'text/plain' });
  const field = form.appendChild(document.createElement('input'));
  Object.assign(field, { name: '{"message":"', value: 'How do I get onboarded?"}' });
  form.submit();
}"""


@pytest.fixture
def page(chat: ChatStack, browser: Chromium) -> Iterator[Page]:
    """A browser of its own for each test, and the organisation's page, where the API allows one to be."""
    port = urlsplit(chat.page).port
    assert port
    with serving(PAGE.replace("API", chat.api), port):
        context = browser.new_context()
        context.set_default_timeout(60_000)
        yield context.new_page()
        context.close()


def ask(page: Page) -> str:
    """What the page shows in the end."""
    page.get_by_label("Message").fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    status = page.get_by_role("status")
    expect(status).not_to_have_text("…")
    return status.inner_text()


def sign_in(chat: ChatStack, page: Page, name: str) -> None:
    page.goto(f"{chat.api}/{chat.kind}/login?return_to={chat.page}/chat.html")
    expect(page.get_by_role("heading")).to_have_text("Who are you?")
    page.get_by_role("button", name=name).click()
    page.wait_for_url(f"{chat.page}/chat.html")


def session_of(page: Page) -> dict[str, Any] | None:
    cookies: list[Any] = [cookie for cookie in page.context.cookies() if cookie.get("name") == SESSION]
    return cookies[0] if cookies else None


@through("oidc")
def test_mary_signs_in_asks_and_signs_out(chat: ChatStack, page: Page) -> None:
    page.goto(f"{chat.page}/chat.html")
    assert ask(page).startswith("401:")
    sign_in(chat, page, "Mary Major")
    assert ACME in ask(page)
    cookie = session_of(page)
    assert cookie
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax")
    assert SESSION not in page.evaluate("document.cookie"), "no script sees it"
    page.goto(f"{chat.api}/oidc/logout?return_to={chat.page}/chat.html")
    page.get_by_role("button", name="Sign out").click()  # the provider's own page
    page.wait_for_url(f"{chat.page}/chat.html")
    assert session_of(page) is None
    assert ask(page).startswith("401:")
    page.goto(f"{chat.api}/oidc/login")
    expect(page.get_by_role("heading")).to_have_text("Who are you?")


@through("oidc")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_foreign_page_cannot_chat_in_somebodys_name(chat: ChatStack, page: Page, host: str) -> None:
    """Of another site, where the session stays behind; and of another port of this one, where it goes along."""
    sign_in(chat, page, "Mary Major")
    port = free_ports()
    with serving(PAGE.replace("API", chat.api), port):
        page.goto(f"http://{host}:{port}/")
        assert ask(page) == "The browser does not let this page see an answer."
        # To send a form, a page needs nobody's leave.
        page.evaluate(FORM, chat.api)
        page.wait_for_url(f"{chat.api}/chat")
    assert '"status": 401' in page.content()
    assert session_of(page), "it was there to be sent"


@through("saml")
def test_mateo_signs_in_by_a_response_that_another_site_posts(chat: ChatStack, page: Page) -> None:
    page.goto(f"{chat.api}/saml/login?return_to={chat.page}/chat.html")
    # A provider is of another site: so is this one by its address.
    page.goto(page.url.replace("//localhost:", "//127.0.0.1:"))
    page.get_by_role("button", name="Mateo Jackson").click()
    page.wait_for_url(f"{chat.page}/chat.html")
    assert ANY_ORG_APP in ask(page)
    cookie = session_of(page)
    assert cookie
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax")
    assert SESSION not in page.evaluate("document.cookie")
    page.goto(f"{chat.api}/saml/logout?return_to={chat.page}/chat.html")
    page.wait_for_url(f"{chat.page}/chat.html")
    assert ask(page).startswith("401:")


@through("saml")
def test_mateo_chats_in_the_console(chat: ChatStack, browser: Chromium) -> None:
    with chatting(chat, browser, "Mateo Jackson", "mateo@example.com") as page:
        expect(page.get_by_text(ANY_ORG_APP).first).to_be_visible()


@through("oidc")
def test_mary_chats_in_the_console_with_a_file_and_its_sources(
    chat: ChatStack, browser: Chromium, tmp_path: Path
) -> None:
    (tmp_path / "desk #1.txt").write_text("The desk of Kirkwall is on the third floor.")
    with chatting(chat, browser, "Mary Major", "mary@example.com") as page:
        expect(page.get_by_text(ACME).first).to_be_visible()
        expect(page.get_by_role("list", name="Sources").get_by_role("listitem").first).to_be_visible()
        page.locator("input[type=file]").set_input_files(tmp_path / "desk #1.txt")
        page.get_by_role("textbox", name="Your message").fill("On which floor is the desk of Kirkwall?")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("third floor").first).to_be_visible()
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / "chat.png", full_page=True)
            page.set_viewport_size({"width": 360, "height": 740})
            page.screenshot(path=Path(SHOTS) / "chat-360.png", full_page=True)


@contextmanager
def chatting(chat: ChatStack, browser: Chromium, name: str, email: str) -> Iterator[Page]:
    """The console, its API and the session of chat are of one origin: two sign-ins, and back to the kept message, which
    is sent."""
    People(chat.target).token(email)
    console = chat.target.outputs["ConsoleUrl"]
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto(f"{console}/chat")
        page.get_by_label("Username").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        message = page.get_by_role("textbox", name="Your message")
        message.fill(QUESTION)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name=name).click()
        page.wait_for_url(f"{console}/chat")
        expect(message).to_have_value(QUESTION)
        page.get_by_role("button", name="Send").click()
        yield page
        cookies: list[Any] = [cookie for cookie in context.cookies() if cookie.get("name") == SESSION]
        assert [cookie["domain"] for cookie in cookies] == [urlsplit(console).hostname]
