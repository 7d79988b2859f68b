"""Upload documents and follow their workflows, with a progress bar for each document."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from cli.found_files import Upload
from cli.library import DONE, Library, document_json
from cli.plain_text import one_line
from cli.target import CommandError
from docent.documents import document_id_of

# For each state: what the progress bar says, and how full it is when the state is reached (of 100).
STAGES = {
    "ReadEvent": ("waiting", 5),
    "ClaimDocument": ("claiming", 8),
    "ExtractImages": ("finding images", 10),
    "ExtractPassages": ("reading the text", 15),
    "CaptionImages": ("reading images", 20),
    "SyncIndex": ("indexing", 80),
    "ConfirmIndexed": ("waiting for the index", 85),
    "IsEverythingIndexed": ("waiting for the index", 85),
    "WaitForIndex": ("waiting for the index", 85),
    "WithdrawEarlierGenerations": ("removing the earlier upload", 92),
    "RecordIngested": ("recording", 96),
}
# A screen shows no more; asking about more would only slow the upload down.
WATCHED = 20
POLL_SECONDS = 0.5


def upload(
    library: Library, uploads: list[Upload], wait: bool, timeout: float, console: Console | None
) -> list[dict[str, Any]]:
    """Upload every file; with `wait`, wait until each workflow has ended. One failure does not stop the others.

    Returns the documents as JSON. A document that could not be uploaded is FAILED with the error UploadError. One that
    has not ended after `timeout` seconds keeps its status, with the error StillProcessingError.
    """
    ids = {document_id_of(library.bucket, each.key): each for each in uploads}
    before = {row["document_id"]: row.get("generation", "") for row in library.rows(list(ids))}
    failed: dict[str, dict[str, Any]] = {}
    view = _Progress(console, ids)
    with view:
        for document_id, each in ids.items():
            try:
                library.put(each)
                view.show(document_id, "uploaded", 5)
            except CommandError as error:
                failed[document_id] = _not_put(document_id, each, str(error))
                view.show(document_id, "[red]could not be uploaded[/]", 100)
        waiting = [document_id for document_id in ids if document_id not in failed]
        rows = _wait(library, waiting, before, timeout, view) if wait else {}
    return [failed.get(each) or _result(rows.get(each), each, ids[each], wait, timeout) for each in ids]


def _wait(
    library: Library, ids: list[str], before: dict[str, str], timeout: float, view: "_Progress"
) -> dict[str, dict[str, Any]]:
    """The rows of these uploads, as soon as all have ended or the time is up."""
    rows: dict[str, dict[str, Any]] = {}
    pending, deadline = list(ids), time.monotonic() + timeout
    while pending and time.monotonic() < deadline:
        for row in library.rows(pending):
            if row.get("generation", "") > before.get(row["document_id"], ""):
                rows[row["document_id"]] = row
        ended = [each for each in pending if rows.get(each, {}).get("status") in DONE]
        for document_id in ended:
            view.done(document_id, rows[document_id])
        pending = [each for each in pending if each not in ended]
        view.follow(pending, rows, library.progress)
        if pending:
            time.sleep(POLL_SECONDS)
    return rows


def _result(row: dict[str, Any] | None, document_id: str, upload: Upload, wait: bool, timeout: float) -> dict[str, Any]:
    if row and row["status"] in DONE:
        return document_json(row)
    found = document_json(row or {"document_id": document_id, "key": upload.key, "status": "UPLOADED"})
    if wait:
        message = f"{upload.key} had not ended after {timeout:.0f} s. `docent show {document_id}` shows the progress."
        if row is None:
            message = f"No workflow started for {upload.key} in {timeout:.0f} s. If none starts, run `docent replay`."
        found["error"] = {"name": "StillProcessingError", "message": message}
    return found


def _not_put(document_id: str, upload: Upload, message: str) -> dict[str, Any]:
    row = {"document_id": document_id, "key": upload.key, "status": "FAILED"}
    return document_json(row | {"error": {"name": "UploadError", "message": message}})


class _Progress:
    """A progress bar for each document; nothing without a console."""

    def __init__(self, console: Console | None, uploads: dict[str, Upload]) -> None:
        self._bars = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[stage]}"),
            TimeElapsedColumn(),
            console=console or Console(quiet=True),
            disable=console is None,
        )
        self._tasks: dict[str, TaskID] = {
            document_id: self._bars.add_task("", total=100, name=_short(one_line(each.key)), stage="uploading")
            for document_id, each in uploads.items()
        }

    def __enter__(self) -> "_Progress":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, document_id: str, stage: str, completed: float) -> None:
        self._bars.update(self._tasks[document_id], stage=stage, completed=completed)

    def done(self, document_id: str, row: dict[str, Any]) -> None:
        images = f"{int(row.get('captioned_count', 0))} of {int(row.get('image_count', 0))} images"
        stage = {
            "INGESTED": f"[green]ingested[/], {images}",
            "INGESTED_WITH_GAPS": f"[yellow]ingested with gaps[/], {images}",
            "REMOVED": "removed",
        }.get(row["status"], f"[red]failed[/] {(row.get('error') or {}).get('name', '')}")
        self.show(document_id, stage, 100)

    def follow(
        self,
        pending: list[str],
        rows: dict[str, dict[str, Any]],
        progress: Callable[[dict[str, Any]], tuple[str, int, int]],
    ) -> None:
        if self._bars.disable:
            return
        for document_id in [each for each in pending if each in rows][:WATCHED]:
            state, done, total = progress(rows[document_id])
            stage, reached = STAGES.get(state, (state, 50))
            if state == "CaptionImages" and total:
                stage, reached = f"reading images {done}/{total}", reached + 60 * done / total
            self.show(document_id, stage, reached)


def _short(key: str, width: int = 36) -> str:
    return key if len(key) <= width else "…" + key[1 - width :]
