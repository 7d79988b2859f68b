"""The annotation page with a recording of an hour, in Chromium: how soon it can be used, and frames while dragging."""

import json
import statistics
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
from playwright.sync_api import Page

from tests.support.browser import running_chromium
from tests.support.clips import sound, wav
from tests.support.label_peaks import LEVELS, peaks
from tests.support.project import ROOT

sys.path.append(str(ROOT / "functions/console/publish_console"))

MINUTE = 60_000_000
SEGMENTS_A_MINUTE = 4
DRAGS = 120
# HTMLMediaElement.HAVE_FUTURE_DATA
CAN_PLAY = 3


def run(_corpus: Path, _samples: Path, *, quick: bool) -> dict[str, Any]:
    from tests.support.console_site import console_site
    from tests.support.label_answers import LabelAnswers

    minutes = 5 if quick else 60
    part = sound(60, [(start, start + 3.5) for start in range(0, 60, 5)])
    with console_site() as site:
        site.capabilities = ["labeling"]
        site.files["call.wav"] = wav(numpy.tile(part, (minutes, 1)))
        levels = []
        for level in LEVELS:
            site.files[f"{level}.peaks"] = peaks(part, level) * minutes
            levels.append({"per_second": level, "points": 60 * minutes * level, "name": f"{level}.peaks"})
        copy = {"type": "audio/wav", "bytes": len(site.files["call.wav"]), "name": "call.wav"}
        media = {"kind": "audio", "duration_us": minutes * MINUTE, "offset_us": 0, "channels": 1, "sample_rate": 16_000}
        item = {"number": 1, "status": "OPEN", "input": {}, "media": media | {"copy": copy, "peaks": levels}}
        schema = json.loads((ROOT / "layers/labeling/labeling/schemas/customer-call.json").read_text())
        segments = [_segment(number) for number in range(SEGMENTS_A_MINUTE * minutes)]
        answers = LabelAnswers(site, schema, item, version=1, label={"segments": segments, "clip": {}})
        with running_chromium() as browser, browser.new_context(viewport={"width": 1600, "height": 1000}) as context:
            page = context.new_page()
            opened = [_opened(page, answers.page) for _ in range(3)]
            frames = _frames(page)
            page.keyboard.press("Control+s")
            page.get_by_text("Saved", exact=True).wait_for()
            edges = [each["end_us"] for each in (answers.label or {})["segments"]]
            assert [each["end_us"] for each in segments] != edges, "no edge was dragged"
            assert len(edges) == len(segments), "a segment was drawn"
            memory = page.evaluate("performance.memory.usedJSHeapSize") / 2**20
    frames.sort()
    return {
        "minutes": minutes,
        "segments": len(segments),
        "copy_mb": round(copy["bytes"] / 2**20),
        "interactive_s": round(statistics.median(opened), 2),
        "frames": len(frames),
        "frame_ms_p50": round(statistics.median(frames), 1),
        "frame_ms_p95": round(frames[int(len(frames) * 0.95)], 1),
        "heap_mb": round(memory),
    }


def _segment(number: int) -> dict[str, Any]:
    start = number * MINUTE // SEGMENTS_A_MINUTE
    common = {"track": "speaker", "category": "Customer", "fields": {"text": "Good morning"}, "origin": "person"}
    return common | {"id": f"s{number}", "start_us": start, "end_us": start + 3_500_000}


def _opened(page: Page, address: str) -> float:
    """Seconds until the waveform is there and keys count."""
    page.goto(address)
    page.locator("[role=region]:focus").wait_for()
    page.get_by_text("0:00.000", exact=False).first.wait_for()
    while page.evaluate("document.querySelector('audio').readyState") < CAN_PLAY:
        page.wait_for_timeout(20)
    return page.evaluate("performance.now()") / 1000


def _frames(page: Page) -> list[float]:
    """Milliseconds between frames while an edge is dragged."""
    # Not the first, before which there is no room.
    for key in "nnz":
        page.keyboard.press(key)
    page.wait_for_timeout(1500)
    box = page.get_by_role("group", name="Waveform and spectrogram").locator("> div").nth(1).bounding_box()
    assert box is not None
    # The segment has a quarter of its length as room on both sides.
    x, y = box["x"] + box["width"] * (1.25 / 1.5) - 2, box["y"] + 30
    page.evaluate(
        """() => {
            window.frames_ = [];
            const tell = (now) => { window.frames_.push(now); window.frame_ = requestAnimationFrame(tell); };
            window.frame_ = requestAnimationFrame(tell);
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(DRAGS):
        page.mouse.move(x - step * 3, y)
    page.mouse.up()
    times = page.evaluate("() => { cancelAnimationFrame(window.frame_); return window.frames_; }")
    return [later - sooner for sooner, later in pairwise(times)]


def table(found: dict[str, Any]) -> str:
    return (
        f"A recording of {found['minutes']} minutes ({found['copy_mb']} MB) with {found['segments']} segments, in"
        " headless Chromium.\n\n"
        "| | |\n|---|---|\n"
        f"| from the address to the first key that counts | {found['interactive_s']} s |\n"
        f"| frame while an edge is dragged, median | {found['frame_ms_p50']} ms |\n"
        f"| frame while an edge is dragged, p95 of {found['frames']} | {found['frame_ms_p95']} ms |\n"
        f"| memory of the page's scripts | {found['heap_mb']} MB |\n"
    )
