"""The built page of operations in a browser: for operators, by keyboard, in both themes and on a phone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.accessibility import found_by_axe
from tests.support.browser import check_width
from tests.support.console_site import ConsoleSite, console_site

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


def workflow(name: str, *counts: int, **more: str) -> dict[str, Any]:
    return {"workflow": name, "counts": dict(zip(STATUSES, counts, strict=True)), **more}


def execution(number: int, name: str, error: str, message: str) -> dict[str, Any]:
    return {
        "workflow": "ingest_document",
        "name": f"e{number}",
        "status": "FAILED",
        "subject": {"kind": "document", "id": f"{number}" * 32, "name": name},
        "redrives": number - 1,
        "can_be_redriven": True,
        "started_at": f"2026-11-29T08:{number:02}:00Z",
        "ended_at": f"2026-11-29T08:{number + 3:02}:20Z",
        "error": {"name": error, "message": message},
    }


OPERATIONS = {
    "workflows": [
        workflow("answer_questionnaire", 1, 42, 0, 0, 1),
        workflow("ingest_document", 3, 995, 2, 0, 0, since="2026-11-20T06:00:00Z"),
        workflow("read_questionnaire", 0, 44, 0, 0, 0),
        workflow("record_failure", 0, 2, 0, 0, 0),
        workflow("remove_document", 0, 17, 0, 1, 0),
        workflow("run_debates", 0, 3, 0, 0, 0),
        workflow("summarize_transcripts", 1, 8, 0, 0, 0),
        workflow("withdraw_generations", 0, 130, 0, 0, 0),
    ],
    "alarms": [
        {
            "name": "BudgetAlarm",
            "description": "80 percent of the month's budget for models is used up.",
            "state": "OK",
            "since": "2026-11-01T00:00:00Z",
        },
        {
            "name": "IngestFailuresAlarm",
            "description": "Documents could not be ingested. See docs/operations.md.",
            "state": "ALARM",
            "since": "2026-11-29T08:05:00Z",
        },
        {
            "name": "GroupFailuresAlarm",
            "description": "Q Business did not accept some groups. See docs/operations.md.",
            "state": "INSUFFICIENT_DATA",
            "since": "2026-11-01T00:00:00Z",
        },
    ],
    "queues": [
        {"name": "FailedBudgetWatches", "depth": 0, "replayed": False},
        {"name": "UndeliveredEvents", "depth": 3, "oldest_seconds": 7300, "replayed": True},
    ],
}
FAILED = {
    "executions": [
        execution(
            2,
            "<img src=x onerror=alert(1)> a very long name of a data sheet without an end " * 2 + ".pdf",
            "ThrottledError",
            "The model was busy for two days. Run `docent redrive` when less is going on, or have the quota raised.",
        ),
        execution(1, "pump.pdf", "EncryptedPdfError", "pump.pdf needs a password. Remove the password and upload it."),
    ],
    "next": "older",
}


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        site.capabilities = ["documents", "operations"]
        site.groups = ["operators"]
        site.replies |= {
            ("GET", "/documents"): {"documents": []},
            ("GET", "/operations"): OPERATIONS,
            ("GET", "/operations/executions"): FAILED,
            ("POST", "/operations/redrive"): {"workflow": "ingest_document", "name": "e1", "status": "RUNNING"},
            ("POST", "/operations/reingest"): {"document_id": "1" * 32, "status": "FAILED"},
            ("POST", "/operations/replay"): {"count": 3, "more": False},
        }
        yield site


@pytest.fixture
def page(browser: Browser, site: ConsoleSite) -> Iterator[Page]:
    """Nothing is asked of another origin, no dialog opens, no script fails, the policy is never broken."""
    wrong: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(site.address) else None)
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        yield page
    assert wrong == []


def opened(site: ConsoleSite, page: Page, more: str = "") -> None:
    page.goto(f"{site.address}/operations{more}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("ThrottledError")).to_be_visible()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        for width, height in ((360, 740), (1280, 800), (2560, 1440)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(500)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})


def test_what_failed_is_seen_with_its_reason_and_redriven_by_keyboard(site: ConsoleSite, page: Page) -> None:
    opened(site, page)
    expect(page.get_by_text("pump.pdf needs a password.")).to_be_visible()
    expect(page.get_by_role("heading", name="Ingest documents: Failed")).to_be_visible()
    page.get_by_role("button", name="Redrive: pump.pdf").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("One execution continues")).to_be_visible()
    page.get_by_role("button", name="Ingest again: pump.pdf").click()
    expect(page.get_by_text("The document is ingested again")).to_be_visible()
    page.get_by_role("button", name="Redrive all 2 shown").click()
    expect(page.get_by_text("2 executions continue")).to_be_visible()
    assert site.asked.count(("POST", "/operations/redrive")) == 3


def test_dead_letters_are_replayed(site: ConsoleSite, page: Page) -> None:
    opened(site, page)
    row = page.get_by_role("row").filter(has_text="Events that reached no workflow")
    expect(row).to_contain_text("2 hr")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("3 events were replayed")).to_be_visible()
    assert ("POST", "/operations/replay") in site.asked


def test_a_number_leads_to_its_executions_by_an_address_of_its_own(site: ConsoleSite, page: Page) -> None:
    opened(site, page)
    page.get_by_role("link", name="17 of Remove documents: Succeeded").click()
    expect(page.get_by_role("heading", name="Remove documents: Succeeded")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Remove documents: Succeeded")).to_be_visible()
    page.get_by_role("link", name="Older ones").click()
    expect(page.get_by_role("link", name="Newest ones")).to_be_visible()


def test_others_do_not_see_the_view(site: ConsoleSite, page: Page) -> None:
    site.groups = ["energy"]
    page.goto(f"{site.address}/operations")
    expect(page.get_by_text("There is no such page")).to_be_visible()
    expect(page.get_by_role("link", name="Documents", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Operations")).to_have_count(0)
    assert ("GET", "/operations") not in site.asked


def test_in_german_on_a_phone_nothing_is_wider_than_the_screen(site: ConsoleSite, browser: Browser) -> None:
    with browser.new_context(locale="de-DE", viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        opened(site, page)
        expect(page.get_by_role("heading", name="Betrieb")).to_be_visible()
        expect(page.get_by_text("Ein Alarm ist ausgelöst")).to_be_visible()
        check_width(page, 360)
        shot(page, "operations-german")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: ConsoleSite, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    opened(site, page)
    assert found_by_axe(page) == []
    shot(page, f"operations-{scheme}")
