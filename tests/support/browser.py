"""A real browser, headless Chromium, and pages for it to open."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

# How long a page takes says how busy the machine is, and five seconds can be too few. In milliseconds.
expect.set_options(timeout=60_000)
# The first draws no windows, and takes two thirds of the processor's time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def running_chromium(more: Sequence[str] = ()) -> Iterator[Browser]:
    """`more` are words for its command line."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: `apt-get install chromium-headless-shell` brings one")
    with sync_playwright() as playwright:
        # Its sandbox does not work for root, who runs continuous integration; it opens our own pages only.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *more])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium(["--autoplay-policy=no-user-gesture-required"]) as browser:
        yield browser


def pytest_itemcollected(item: pytest.Item) -> None:
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


def tick(field: Locator) -> None:
    """A radio button or a check box, by keyboard: a click misses what moves while the page is drawn."""
    field.press("Space")
    expect(field).to_be_checked()


def check_width(page: Page, width: int) -> None:
    """Nothing is wider than the screen, once the page is drawn for it: after a change of its size, not at once."""
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)


@contextmanager
def serving(page: str, port: int) -> Iterator[None]:
    """The page, whatever is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as http:
        thread = Thread(target=partial(http.serve_forever, 0.05))
        thread.start()
        try:
            yield
        finally:
            http.shutdown()
            thread.join()
