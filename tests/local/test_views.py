"""The built views in a browser, without the stack: with texts of others, in both themes, at each width."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.accessibility import found_by_axe
from tests.support.browser import check_width
from tests.support.console_site import ConsoleSite, console_site
from tests.support.console_views import ID, VIEWS, fill
from tests.support.project import CORPUS

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
WIDTHS = {360: 740, 1280: 800, 3840: 2160}
# What axe looks at: the layouts of a phone and of a desk, and the colours of both themes.
LOOKED_AT = {"light": [360, 1280], "dark": [1280]}
ORDINARY = ["Manual of the heat pump.pdf", "Harbour regulations.pdf", "Übersicht 2026 – Grenzwerte.pdf"]
NAUGHTY = CORPUS / "console/minimaxir__big-list-of-naughty-strings__blns.json"
HOSTILE = [
    '<img src=x onerror="alert(1)">',
    '<img src="https://evil.example/pixel.png">',
    "<script>alert(1)</script><iframe src=https://evil.example></iframe>",
    "![a](https://evil.example/pixel.png) [a](javascript:alert(1)) [a](//evil.example)",
    "</span></div><style>* { display: none }</style><h1 style='position: fixed; inset: 0'>",
    "\u202egnp.exe\u0000\u001b[31m\ud800",
    "Z\u0351\u036b\u0343" * 200,
    "\ufdfd" * 60,
    "x" * 1024,
    *(json.loads(NAUGHTY.read_text()) if NAUGHTY.exists() else []),
]
# Where the page's own parts are: what others wrote must not move them.
FRAME = """() => {
  scrollTo(0, 0);
  return ['nav', '#content', 'header'].map(each => {
    const { left, top, width } = document.querySelector(each).getBoundingClientRect();
    return [each, left, top, width];
  });
}"""
ELEMENTS = """() => document.querySelectorAll('#content :is(script, iframe, object, embed, form, style),'
  + '#content img:not([src^="/"]):not([src^="data:"]), #content a[href]:not([href^="/"])').length"""


@pytest.fixture(scope="module")
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        yield site


@pytest.fixture(scope="module")
def wrong() -> list[str]:
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, site: ConsoleSite, wrong: list[str]) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(site.address) else None)
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        yield page


def open_view(page: Page, site: ConsoleSite, view: str, *, ordinary: bool) -> None:
    path, heading = VIEWS[view]
    page.goto(site.address + path)
    expect(page.get_by_role("heading", level=1, name=heading).first).to_be_visible()
    if ordinary:
        expect(page.get_by_text(ORDINARY[0]).first).to_be_visible()
    for name in ("Why this answer",) if view == "ask" else ():
        page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("view", VIEWS)
def test_what_others_wrote_is_shown_and_nothing_else_happens(
    site: ConsoleSite, page: Page, wrong: list[str], view: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    fill(site, ORDINARY)
    open_view(page, site, view, ordinary=True)
    frame = page.evaluate(FRAME)
    fill(site, HOSTILE)
    open_view(page, site, view, ordinary=False)
    expect(page.get_by_text(HOSTILE[0]).first).to_be_attached()
    page.wait_for_timeout(300)  # for what must not happen
    assert wrong == []
    assert page.evaluate(ELEMENTS) == 0
    assert page.evaluate(FRAME) == frame, "the layout is what it was"
    check_width(page, 1280)


def test_an_error_of_the_api_is_text(site: ConsoleSite, page: Page, wrong: list[str]) -> None:
    fill(site, ORDINARY)
    site.refusals["/documents"] = "\n".join(HOSTILE)
    page.goto(f"{site.address}/documents")
    expect(page.get_by_text(HOSTILE[0]).first).to_be_visible()
    site.refusals.clear()
    assert (wrong, page.evaluate(ELEMENTS)) == ([], 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_view_and_nothing_is_wider_than_the_screen(
    site: ConsoleSite, page: Page, wrong: list[str], scheme: str
) -> None:
    fill(site, ORDINARY)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    for view in VIEWS:
        open_view(page, site, view, ordinary=True)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            is_looked_at = width in LOOKED_AT[scheme]
            check_width(page, width)
            if is_looked_at and found_by_axe(page):
                page.wait_for_timeout(500)  # the page is not drawn for its new width at once
                assert found_by_axe(page) == [], f"{view} at {width}"
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{view}-{scheme}-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 800})
    assert wrong == []


def test_ten_thousand_documents_are_shown_page_by_page(site: ConsoleSite, page: Page) -> None:
    fill(site, [f"{number:05} report.pdf" for number in range(50)])
    site.replies["GET", "/documents"]["next"] = "more"
    open_view(page, site, "documents", ordinary=False)
    expect(page.get_by_role("row", name="report.pdf")).to_have_count(50)
    page.get_by_role("button", name="File").press("Enter")
    expect(page.get_by_role("columnheader", name="File")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="File").press("Enter")
    expect(page.get_by_role("columnheader", name="File")).to_have_attribute("aria-sort", "descending")
    page.wait_for_url("**/documents?sort=-name")
    for number in range(1, 4):
        page.get_by_role("button", name="Next page").click()
        expect(page.get_by_role("button", name=f"Page {number + 1}", exact=True)).to_have_attribute(
            "aria-current", "true"
        )


def test_a_conversation_is_renamed(site: ConsoleSite, page: Page) -> None:
    fill(site, ORDINARY)
    site.replies["PATCH", f"/conversations/{ID}"] = {}
    open_view(page, site, "ask", ordinary=True)
    page.get_by_role("button", name=f"Rename {ORDINARY[0]}").click()
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Pumps")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert ("PATCH", f"/conversations/{ID}") in site.asked
