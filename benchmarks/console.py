"""The console on a deployed stack with 10,000 documents, in Chromium: pages, sorting, filters, frames; and Lighthouse.

Lighthouse is no package of the project. Where the command `lighthouse` is not found, its scores are left out.
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import batched, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.support.browser import CHROMIUM
from tests.support.ports import free_ports

if TYPE_CHECKING:
    from cli.target import Target

ERIKA, GROUP, OTHERS = "erika@example.com", "library", "somebody-else"
STATUSES = ("INGESTED", "INGESTED", "INGESTED", "INGESTED_WITH_GAPS", "FAILED")
CATEGORIES = ("performance", "accessibility", "best-practices")
PRESETS = {"desktop": ["--preset=desktop"], "mobile": []}
MEASURES = {"first": "first-contentful-paint", "largest": "largest-contentful-paint", "blocked": "total-blocking-time"}
# What is written into the page before it begins: its long tasks, and its frames while they are asked for.
WATCH = """
    window.tasks_ = []; window.frames_ = [];
    new PerformanceObserver((list) => window.tasks_.push(...list.getEntries().map((each) => each.duration)))
        .observe({ type: "longtask" });
"""
FRAMES = """() => {
    window.frames_ = [];
    const tell = (now) => { window.frames_.push(now); window.frame_ = requestAnimationFrame(tell); };
    window.frame_ = requestAnimationFrame(tell);
}"""


def run(_corpus: Path, _samples: Path, *, quick: bool) -> dict[str, Any]:
    from cli import machine
    from cli.target import Target
    from local.settings import LocalSettings

    with tempfile.TemporaryDirectory() as home:
        settings = LocalSettings(Path(home), port=4579, faults="", llm_url=None, wait_scale="1")
        os.environ["DOCENT_PORT"] = str(settings.port)
        try:
            machine.start(settings, lambda _: None)
            machine.keep_parameters(settings, {"RequestsPerMinute": "100000"})
            machine.deploy(settings, lambda _: None)
            return measured(Target(local=settings), quick)
        finally:
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"]


def measured(target: "Target", quick: bool) -> dict[str, Any]:
    from cli import people
    from tests.support.people import PASSWORD

    people.add_user(target, ERIKA, [GROUP], PASSWORD)
    count = 1_000 if quick else 10_000
    fill(target, count)
    console = target.outputs["ConsoleUrl"]
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        port = free_ports()
        # Lighthouse sees the pages of a profile, and there the cookie of the sign-in page.
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=["--no-sandbox", f"--remote-debugging-port={port}"],
            viewport={"width": 1280, "height": 800},
        )
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{console}/documents")
        page.get_by_label("Username").fill(ERIKA)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("row").nth(50).wait_for(timeout=60_000)
        first = os.sched_getscheduler(0) != os.SCHED_OTHER
        found = {"documents": count, "load": round(os.getloadavg()[0], 1), "first": first}
        found |= _used(page, 3 if quick else 20)
        page.close()
        of = shutil.which("lighthouse") and {
            preset: _lighthouse(f"{console}/documents", port, preset, 1 if quick else 3) for preset in PRESETS
        }
        context.close()
    return found | {"lighthouse": of or None}


def fill(target: "Target", count: int) -> None:
    """Rows of documents that a group can read, and as many that it cannot, with their entries in the reading lists."""
    from boto3.dynamodb.types import TypeSerializer

    from docent.clock import now_text
    from docent.documents import document_id_of
    from docent.reading_lists import upload_place, uploads_of

    serialize = TypeSerializer().serialize
    bucket = target.outputs["SourceBucketName"]
    begun = time.time() - 60 * 2 * count
    rows, entries = [], []
    for number in range(2 * count):
        key = f"archive/{number * 7919 % (2 * count):05} report.pdf"
        document_id, uploaded_at = document_id_of(bucket, key), now_text(begun + 60 * number)
        told = {"document_id": document_id, "uploaded_at": uploaded_at}
        readers = json.dumps({"users": [], "groups": [OTHERS if number % 2 else GROUP]})
        of_file = {"generation": "1" * 32, "bucket": bucket, "key": key, "size_bytes": 1_000_000, "readers": readers}
        status = {"status": STATUSES[number % len(STATUSES)], "updated_at": uploaded_at}
        counts = {"page_count": number % 90, "image_count": number % 7, "gap_count": 0}
        rows.append(told | of_file | status | counts)
        # Entries of what the group may not read any more cost a look-up.
        if number % 2 == 0 or number % 20 == 1:
            name, place = f"group:{GROUP}", upload_place(uploaded_at, document_id)
            entries.append(told | {"reader": name, "document_key": key})
            entries.append(told | {"reader": uploads_of(name), "document_key": place})
    for table, items in (("Documents", rows), ("Readers", entries)):
        for batch in batched(items, 25, strict=False):
            puts = [
                {"PutRequest": {"Item": {name: serialize(value) for name, value in item.items()}}} for item in batch
            ]
            target.dynamodb.batch_write_item(RequestItems={target.outputs[f"{table}TableName"]: puts})


def _used(page: Page, pages: int) -> dict[str, Any]:
    """Milliseconds until the new rows are shown, frames while scrolling, and long tasks of all that."""
    page.evaluate("window.tasks_ = []")
    turned = [_until_changed(page, page.get_by_label("Next page").click) for _ in range(pages)]
    # What is seen of the header is a copy that sticks to the top.
    header = page.get_by_role("columnheader", name="File").get_by_role("button")
    sorted_ = [_until_changed(page, lambda: header.dispatch_event("click")) for _ in range(4)]
    search = page.get_by_role("searchbox")
    named = [_until_changed(page, lambda text=text: search.fill(text)) for text in ("0000", "0001", "0002")]
    search.fill("")
    _until_changed(page, lambda: None)
    page.mouse.move(700, 500)
    page.evaluate(FRAMES)
    for _ in range(60):
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(16)
    times = page.evaluate("() => { cancelAnimationFrame(window.frame_); return window.frames_; }")
    frames = sorted(later - sooner for sooner, later in pairwise(times))
    tasks = page.evaluate("window.tasks_")
    return {
        "page_ms": round(statistics.median(turned)),
        "sort_ms": round(statistics.median(sorted_)),
        "filter_ms": round(statistics.median(named)),
        "frame_ms_p50": round(statistics.median(frames), 1),
        "frame_ms_p95": round(frames[int(len(frames) * 0.95)], 1),
        "changes": pages + 4 + 4,
        "long_tasks": len(tasks),
        "longest_task_ms": round(max(tasks, default=0)),
    }


def _until_changed(page: Page, change: Callable[[], object]) -> float:
    """Milliseconds until other rows are shown."""
    row = page.get_by_role("row").nth(1)
    before = row.inner_text()
    begun = time.perf_counter()
    change()
    expect(row).not_to_have_text(before, timeout=60_000, use_inner_text=True)
    expect(page.get_by_text("Loading documents")).to_have_count(0, timeout=60_000)
    return 1000 * (time.perf_counter() - begun)


def _lighthouse(address: str, port: int, preset: str, runs: int) -> dict[str, Any]:
    """The scores of the run with the median performance, of a browser that is signed in, and what it measured."""
    command = ["lighthouse", address, f"--port={port}", "--quiet", "--output=json", *PRESETS[preset]]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    reports = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
    reports.sort(key=lambda report: report["categories"]["performance"]["score"])
    told = reports[len(reports) // 2]
    scores = {name: round(100 * told["categories"][name]["score"]) for name in CATEGORIES}
    measures = {name: round(told["audits"][audit]["numericValue"]) for name, audit in MEASURES.items()}
    performances = [round(100 * each["categories"]["performance"]["score"]) for each in reports]
    return scores | measures | {"runs": performances}


def table(found: dict[str, Any]) -> str:
    told = (
        f"{found['documents']:,} documents that the user can read, among as many others, in headless Chromium on the"
        f" local stack. Load of the machine: {found['load']}"
        f"{', but the browser and the stack ran before all others (`chrt`)' if found['first'] else ''}.\n\n"
        "| | |\n|---|---|\n"
        f"| the next page of 50, until its rows are shown | {found['page_ms']} ms |\n"
        f"| sorted by name or from the end | {found['sort_ms']} ms |\n"
        f"| filtered by a part of the name, with the pause of typing | {found['filter_ms']} ms |\n"
        f"| frame while scrolling, median | {found['frame_ms_p50']} ms |\n"
        f"| frame while scrolling, p95 | {found['frame_ms_p95']} ms |\n"
        f"| tasks over 50 ms, of {found['changes']} changes of the rows | {found['long_tasks']} |\n"
        f"| longest task | {found['longest_task_ms']} ms |\n"
    )
    if not found["lighthouse"]:
        return told
    told += "\nLighthouse with simulated throttling, the run with the median performance:\n\n"
    told += "| preset | performance | accessibility | best practices | first paint | largest paint | blocked |\n"
    told += "|---|---|---|---|---|---|---|\n"
    for preset, of in found["lighthouse"].items():
        scores = " | ".join(str(of[name]) for name in CATEGORIES)
        times = " | ".join(f"{of[name]} ms" for name in MEASURES)
        told += f"| {preset} | {scores} | {times} |\n"
    return told
