"""The console in a browser, on the deployed template: sign in, upload, watch, change readers, remove."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import running_chromium
from tests.support.pdfs import pdf
from tests.support.people import PASSWORD, People
from tests.support.project import ROOT
from tests.support.stack import Stack

MARY, ERIKA = "mary@example.com", "erika@example.com"
HOSTILE = "<img src=x onerror=alert(1)> #1 100% „ü“.pdf"
MINUTES = 60_000
AXE = ROOT / "console/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("DOCENT_SCREENSHOTS")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield context


class Visit:
    """A page, and what must not happen on it."""

    def __init__(self, stack: Stack, context: BrowserContext) -> None:
        self.console = stack.target.outputs["ConsoleUrl"]
        self.own = (self.console, stack.target.outputs["SignInUrl"])
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", lambda request: self._look_at(request.url))
        self.page.on("console", lambda said: self._read(said.text))

    def _look_at(self, address: str) -> None:
        if not address.startswith((*self.own, "blob:")):
            self.wrong.append(address)

    def _read(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.wrong.append(text)

    def sign_in(self, email: str, path: str = "/") -> Page:
        self.page.goto(self.console + path)
        self.page.get_by_label("Username").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Documents")).to_be_visible(timeout=MINUTES)
        return self.page

    def shot(self, name: str) -> None:
        if SHOTS:
            for width, height in ((360, 740), (1280, 800), (2560, 1440)):
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png")
            self.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def visit(stack: Stack, context: BrowserContext, everybody: People) -> Iterator[Visit]:
    for email in (MARY, ERIKA):
        everybody.token(email)
    visit = Visit(stack, context)
    yield visit
    assert visit.wrong == []


def choose(page: Page, name: str) -> None:
    """An entry of the menu for the selected documents."""
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name=name).click()


def test_a_document_is_uploaded_watched_shared_and_removed(
    visit: Visit, stack: Stack, browser: Browser, tmp_path: Path
) -> None:
    page = visit.sign_in(MARY, "/documents?status=INGESTING")
    assert page.url == f"{visit.console}/documents?status=INGESTING", "the deep link is where it was"
    page.goto(f"{visit.console}/documents")
    expect(page.get_by_text("No documents yet")).to_be_visible(timeout=MINUTES)
    visit.shot("empty")

    (tmp_path / HOSTILE).write_bytes(pdf(["The heat pump needs 3 kW."]))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    page.get_by_label("Upload PDFs").set_input_files([tmp_path / HOSTILE, tmp_path / "broken.pdf"])
    expect(page.get_by_text("Uploaded", exact=True)).to_have_count(2, timeout=MINUTES)
    good, broken = (page.get_by_role("row").filter(has_text=name) for name in (HOSTILE, "broken.pdf"))
    expect(good.get_by_text("Searchable")).to_be_visible(timeout=4 * MINUTES)
    expect(broken.get_by_text("Failed")).to_be_visible(timeout=MINUTES)
    visit.shot("documents")

    good.get_by_role("checkbox").check()
    choose(page, "Change readers")
    page.get_by_placeholder("E-mail address").first.fill(ERIKA)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Who can read it then")).to_contain_text(ERIKA)
    visit.shot("readers")
    page.get_by_role("button", name="Save readers").click()
    expect(page.get_by_text("have changed")).to_be_visible(timeout=MINUTES)

    with browser.new_context() as other:
        reader = Visit(stack, other).sign_in(ERIKA)
        expect(reader.get_by_text(HOSTILE)).to_be_visible(timeout=4 * MINUTES)

    expect(good.get_by_text("Searchable")).to_be_visible(timeout=4 * MINUTES)
    good.get_by_role("checkbox").check()
    choose(page, "Remove")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(good).to_have_count(0, timeout=4 * MINUTES)
    expect(broken).to_be_visible()


def test_a_page_that_is_loaded_again_is_signed_in_and_at_the_same_place(visit: Visit) -> None:
    page = visit.sign_in(MARY)
    page.goto(f"{visit.console}/documents?name=heat")
    expect(page.get_by_label("Part of a file name")).to_have_value("heat", timeout=MINUTES)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "eyJ" not in kept, "no token is stored"
    page.get_by_role("button", name=MARY).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible(timeout=MINUTES)


@pytest.mark.skipif(not AXE.exists(), reason="`make console` installs axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, scheme: str) -> None:
    page = visit.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visit.sign_in(MARY, "/documents")
    expect(page.get_by_text("Loading documents")).to_have_count(0, timeout=MINUTES)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []


def test_a_browser_without_a_network_is_told(visit: Visit, context: BrowserContext) -> None:
    page = visit.sign_in(MARY)
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible(timeout=MINUTES)
    context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_have_count(0, timeout=MINUTES)
