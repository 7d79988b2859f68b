"""Docent's page of Ground Truth in a browser: what a worker marks is what the form sends, to the millisecond.

Amazon's crowd-html-elements are on the network of AWS alone; tests/support/crowd_form.js stands in for them.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from compiler.console import SITE
from labeling.ground_truth import label_of
from labeling.items import Item
from labeling.task_rows import TaskRow
from labeling.task_schemas import schema_of
from prepare_annotation.prepared_items import prepared_input
from tests.support.api_calls import MARY
from tests.support.browser import tick
from tests.support.clips import sound, video, wav
from tests.support.console_site import ConsoleSite, console_site
from tests.support.label_peaks import LEVELS, peaks
from tests.support.worker_portal import WorkerPortal, worker_portal

HOSTILE = '<img src=x onerror="alert(1)">{{ task.input }}'
SECONDS = 8
SPOKEN = [(1.0, 1.75), (2.4, 3.123)]
MEDIA = {"kind": "audio", "offset_us": 0, "channels": 1, "sample_rate": 16_000}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        yield site


def served(site: ConsoleSite, schema: str, media: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    """A task as the portal gets it. Its files are at the site, which is of another origin."""
    site.files |= files
    options = {"label_attribute": "label"}
    row = TaskRow("7c1f0e", "OPEN", MARY, {"task_schema": schema_of(schema), "task_options": options})
    line = {"source-ref": "s3://media/call.mp3", "transcription": "Hello there", "call-id": HOSTILE}
    given = prepared_input("derived", row, Item("7c1f0e", 7, "OPEN", 1, {}, 0, {"media": media, "line": line}))
    addresses = [given["taskObject"], *(each["address"] for each in given["peaks"])]
    addresses += [given["suggestions"]] if "suggestions" in given else []
    links = {address: site.link(address.rpartition("/")[2])["url"] for address in addresses}
    page = (SITE / "ground-truth.html").read_text().replace('"/assets/', f'"{site.address}/assets/')
    return {"object": 6, "input": given, "template": page, "links": links}


@pytest.fixture
def portal(site: ConsoleSite) -> Iterator[WorkerPortal]:
    task: dict[str, Any] = {}
    with worker_portal(lambda: task, lambda *_: True) as portal:
        site.reader = portal.address
        portal.shown = task
        yield portal


def call_of(site: ConsoleSite, portal: WorkerPortal, seconds: int = SECONDS) -> None:
    samples = sound(seconds, SPOKEN)
    files = {"copy.wav": wav(samples), **{f"peaks-{level}.bin": peaks(samples, level) for level in LEVELS}}
    suggestion = {"id": "s1", "track": "speaker", "category": "Customer", "start_us": 6_000_001, "end_us": 6_500_002}
    files["suggestions.json"] = json.dumps([suggestion | {"fields": {"text": HOSTILE}}]).encode()
    levels = [{"per_second": level, "points": len(files[f"peaks-{level}.bin"]) // 2} for level in LEVELS]
    copy = {"type": "audio/wav", "bytes": len(files["copy.wav"])}
    media = MEDIA | {"duration_us": seconds * 1_000_000, "copy": copy, "peaks": levels, "suggestions": 1}
    portal.shown.update(served(site, "customer-call", media, files))


def opened(context: BrowserContext, portal: WorkerPortal) -> Page:
    page = context.new_page()
    page.goto(portal.address)
    expect(editor(page)).to_be_focused()
    return page


def editor(page: Page) -> Locator:
    return page.get_by_role("region", name="Segments of the clip")


def mark(page: Page, start: float, end: float) -> None:
    for time in (start, end):
        field = page.get_by_role("textbox", name="Go to time")
        field.fill(f"{time:.3f}")
        field.press("Enter")
        expect(editor(page)).to_be_focused()
        page.keyboard.press("b")


def test_a_worker_marks_a_call_and_the_form_sends_what_was_marked(
    context: BrowserContext, site: ConsoleSite, portal: WorkerPortal
) -> None:
    call_of(site, portal)
    page = opened(context, portal)
    for start, end in SPOKEN:
        mark(page, start, end)
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_text("Kept on this device until you submit")).to_be_visible()
    # It is there again after a crash or a reload.
    page.reload()
    expect(editor(page)).to_be_focused()
    assert page.locator("img").count() == 0
    tick(page.get_by_role("radio", name="4", exact=True))
    tick(page.get_by_role("checkbox", name="Music"))
    editor(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title("submitted")
    (answer,) = portal.answers
    schema = schema_of("customer-call")
    assert answer["rate"] == {"1": False, "2": False, "3": False, "4": True, "5": False}
    assert answer["backgroundNoise"] == {"traffic": False, "music": True, "ambient": False}
    assert answer["textTranslationFinal"] == "Hello there"
    annotations = json.loads(answer["annotations"])
    assert annotations["categories"]["speaker"] == ["Customer", "Representative"]
    assert annotations["elapsedTime"] == annotations["endTimestamp"] - annotations["startTimestamp"]
    stream = annotations["streams"]["speaker"]
    assert [(each["id"], each["start"], each["end"]) for each in stream] == [
        ("Customer", 1, 1.75), ("Customer", 2.4, 3.124), ("Customer", 6.000001, 6.500002),
    ]  # fmt: skip
    read = label_of(answer, schema)
    assert [each["origin"] for each in read["segments"]] == ["person", "person", "accepted"]
    assert read["clip"]["rate"] == 4
    # The next person at this device begins anew.
    page.goto(portal.address)
    expect(editor(page)).to_be_focused()
    expect(page.get_by_text("Kept on this device until you submit")).to_be_visible()
    expect(page.get_by_text("0:01.000 – 0:01.750", exact=False)).to_have_count(0)


def test_links_that_have_expired_are_told_and_the_work_is_kept(
    context: BrowserContext, site: ConsoleSite, portal: WorkerPortal
) -> None:
    call_of(site, portal, 60)
    page = opened(context, portal)
    mark(page, 1, 1.75)
    site.expire_links()
    # Of a minute the peaks are read; of a second the samples.
    page.keyboard.press("z")
    expect(page.get_by_text("load the page again and go on", exact=False).first).to_be_visible()
    for address in portal.shown["links"]:
        portal.shown["links"][address] = site.link(address.rpartition("/")[2])["url"]
    page.reload()
    expect(page.get_by_text("0:01.000 – 0:01.750", exact=False).first).to_be_visible()


def test_a_video_is_sent_with_its_frames(context: BrowserContext, site: ConsoleSite, portal: WorkerPortal) -> None:
    files = {"copy.mp4": video(4)}
    copy = {"type": "video/mp4", "bytes": len(files["copy.mp4"])}
    rate = {"frame_rate": {"numerator": 25, "denominator": 1}, "width": 64, "height": 48}
    media = {
        "kind": "video",
        "duration_us": 4_000_000,
        "offset_us": 0,
        "channels": 0,
        "copy": copy,
        "peaks": [],
        **rate,
    }
    portal.shown.update(served(site, "dogs-video", media, files))
    page = opened(context, portal)
    mark(page, 1, 2)
    page.keyboard.press(".")
    tick(page.get_by_role("radio", name="5", exact=True))
    editor(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title("submitted")
    ((segment,),) = json.loads(portal.answers[0]["annotations"])["streams"].values()
    assert (segment["start"], segment["end"]) == (1, 2.04)
    assert (segment["startFrame"], segment["endFrame"]) == (25, 51)
