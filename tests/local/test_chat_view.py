"""The built page of chat in a browser: by keyboard, in both themes and on a phone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.accessibility import found_by_axe
from tests.support.browser import check_width
from tests.support.console_site import ConsoleSite, console_site

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
TEXT = "Open a ticket with the ACME desk. It is answered within a day."
ANSWER = {
    "message": TEXT,
    "conversation_id": "c" * 36,
    "message_id": "m" * 36,
    "user_message_id": "u" * 36,
    "citations": [
        {
            "number": 1,
            "title": "<b>Onboarding</b> at ACME.pdf",
            "excerpt": "Who begins at ACME opens a ticket with the desk.",
            "url": "https://acme.example/a-very-long-address-without-any-end/" * 3,
            "updated_at": "2026-11-20T08:00:00Z",
            "segments": [{"begin": 0, "end": 33}, {"begin": 34, "end": len(TEXT)}],
        }
    ],
    "failed_attachments": [{"name": "odd.pdf", "detail": "It could not be read."}],
}


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        site.capabilities = ["documents", "chat"]
        site.replies |= {("GET", "/documents"): {"documents": []}, ("POST", "/chat"): ANSWER}
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_is_led_by_keyboard_and_axe_finds_nothing(
    site: ConsoleSite, browser: Browser, scheme: str
) -> None:
    dark = scheme == "dark"
    with browser.new_context(color_scheme="dark" if dark else "light", reduced_motion="reduce") as context:
        page: Page = context.new_page()
        page.goto(f"{site.address}/chat")
        message = page.get_by_role("textbox", name="Your message")
        message.fill("How do I get onboarded?")
        message.press("Enter")
        expect(page.get_by_role("list", name="Sources")).to_contain_text("<b>Onboarding</b> at ACME.pdf")
        expect(page.get_by_role("link", name="Source 1")).to_have_count(2)
        assert found_by_axe(page) == []
        for width, height in ((1280, 800), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            check_width(page, width)
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"chat-{scheme}-{width}.png", full_page=True)
        page.reload()
        expect(page.get_by_role("list", name="Sources")).to_be_visible()
        page.get_by_role("button", name="New conversation").click()
        expect(page.get_by_text("No conversation yet")).to_be_visible()
