"""Reads a PDF in a process of its own, as MuPDF can hang, crash or use up all memory on a hostile one.

The worker is forked, so it starts in milliseconds and needs neither /dev/shm nor an importable main
module. It sends what it finds through a pipe, one image at a time, so it waits while the parent uploads.
A worker that hangs or crashes on a page is replaced by one that goes on with the next page.
"""

import contextlib
import multiprocessing
import resource
import time
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from docent.errors import DocentError
from docent.errors.ingest import ExtractionStoppedError, UnreadablePageError

from .extraction_limits import Limits
from .image_files import ImageFile
from .pdf_images import Clock, Extraction, ImageCollector
from .pdf_scan import Event, gap_of, scan_pdf

_FORK = multiprocessing.get_context("fork")


def extract_in_worker(
    path: str,
    name: str,
    limits: Limits,
    save: Callable[[ImageFile], None],
    clock: Clock = time.monotonic,
) -> Extraction:
    """As read_images, and raises ExtractionStoppedError if the document cannot even be opened in time."""
    collector = ImageCollector(name, limits, save, clock)
    first_page = 1
    for _ in range(limits.max_restarts + 1):
        with _worker(path, name, limits, first_page) as (worker, pipe):
            ended = _follow(worker, pipe, collector, limits)
        if ended is None:
            return collector.extraction()
        if collector.page == 0:
            raise ExtractionStoppedError(f"{name} could not be opened: the PDF reader {ended}.")
        if collector.seconds_left <= 0:
            collector.stop(f"It took more than {limits.seconds:g} seconds")
            return collector.extraction()
        reason = f"On page {collector.page} of {name} the PDF reader {ended}; its later images are missing."
        collector.add(gap_of(collector.page, UnreadablePageError(reason)))
        if collector.page == collector.page_count:
            return collector.extraction()
        first_page = collector.page + 1
    collector.stop(f"The PDF reader failed on {limits.max_restarts + 1} pages")
    return collector.extraction()


def _follow(worker: BaseProcess, pipe: Connection, collector: ImageCollector, limits: Limits) -> str | None:
    """Adds everything that the worker sends. Returns how it failed, or None when everything is there."""
    while True:
        patience = min(limits.page_seconds, collector.seconds_left)
        if not wait([pipe, worker.sentinel], max(0.0, patience)):
            return f"did not come back within {max(0.0, patience):.0f} seconds"
        try:
            told: Event | DocentError | str | None = pipe.recv() if pipe.poll() else _died(worker)
        except (EOFError, OSError):  # it ended before an event, or within one
            told = _died(worker)
        if isinstance(told, str):
            return told
        if isinstance(told, DocentError):
            raise told
        if told is None or not collector.add(told):  # None is the end
            return None


def _died(worker: BaseProcess) -> str:
    worker.join()
    return f"broke down (exit code {worker.exitcode})"


@contextlib.contextmanager
def _worker(path: str, name: str, limits: Limits, first_page: int) -> Iterator[tuple[BaseProcess, Connection]]:
    """A running worker, which is ended when the block ends for any reason."""
    ours, theirs = _FORK.Pipe(duplex=False)
    worker = _FORK.Process(target=_work, args=(path, name, limits, first_page, theirs), daemon=True)
    with warnings.catch_warnings():
        # The child uses only MuPDF and the pipe, never a lock that another thread of the parent may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        worker.start()
    theirs.close()
    try:
        yield worker, ours
    finally:
        worker.kill()
        worker.join()
        worker.close()
        ours.close()


def _work(path: str, name: str, limits: Limits, first_page: int, pipe: Connection) -> None:
    _limit(limits)
    with contextlib.suppress(BrokenPipeError):  # the parent has enough, or is gone
        try:
            for event in scan_pdf(path, name, limits, first_page):
                pipe.send(event)
            pipe.send(None)
        except DocentError as error:
            pipe.send(error)


def _limit(limits: Limits) -> None:
    """Memory beyond what the parent had mapped; processor time, so no orphan outlives a killed parent."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, mapped + limits.max_megabytes * 1_000_000)
    _lower(resource.RLIMIT_CPU, int(limits.seconds) + 10)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, to: int) -> None:
    _, hard = resource.getrlimit(what)
    value = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(what, (value, value))
