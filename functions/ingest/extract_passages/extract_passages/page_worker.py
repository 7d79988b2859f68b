"""Works on one page after the other in a process of its own, which can hang, crash or use up all memory.

The process is forked, so it starts in milliseconds and gets its input without a copy. It sends what it makes of each
page through a pipe. One that hangs or crashes on a page is replaced by one that goes on with the next page.
"""

import contextlib
import multiprocessing
import resource
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from docent.errors import DocentError

from .extraction_limits import Limits

_FORK = multiprocessing.get_context("fork")

type Clock = Callable[[], float]
# `work(first)` yields what it makes of each page from number `first` on.
type Work[T] = Callable[[int], Iterator[T]]


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing came of a page, or, at the `end`, of this page and all after it."""

    reason: str
    end: bool = False


class _EndedError(Exception):
    """The message tells how a worker ended."""


def in_worker[T](work: Work[T], limits: Limits, deadline: float, clock: Clock = time.monotonic) -> Iterator[T | Lost]:
    """What `work` makes of each page, in order. Raises what `work` raises, if it is a DocentError."""
    page = 0
    for _ in range(limits.max_restarts + 1):
        with _worker(work, limits, page) as (worker, pipe):
            while True:
                left = deadline - clock()
                if left <= 0:
                    yield Lost(f"took more than {limits.seconds:g} seconds", end=True)
                    return
                try:
                    told = _next(worker, pipe, min(limits.page_seconds, left))
                except _EndedError as ended:
                    reason = str(ended)
                    break
                if told is None:
                    return
                yield told[0]
                page += 1
        if deadline - clock() > 0:
            yield Lost(reason)
            page += 1
    yield Lost(f"made the PDF reader fail on {limits.max_restarts + 1} pages", end=True)


def _next(worker: BaseProcess, pipe: Connection, seconds: float) -> tuple | None:
    """What the worker made of a page, in a tuple; None at the end."""
    if not wait([pipe, worker.sentinel], seconds):
        raise _EndedError(f"kept the PDF reader busy for {seconds:.0f} seconds")
    try:
        told = pipe.recv() if pipe.poll() else ""
    except (EOFError, OSError):  # it ended before or while it sent
        told = ""
    if told == "":
        worker.join()
        raise _EndedError(f"broke the PDF reader (exit code {worker.exitcode})")
    if isinstance(told, DocentError):
        raise told
    return told


@contextlib.contextmanager
def _worker(work: Work, limits: Limits, first: int) -> Iterator[tuple[BaseProcess, Connection]]:
    """A running worker, which is ended when the block ends for any reason."""
    ours, theirs = _FORK.Pipe(duplex=False)
    worker = _FORK.Process(target=_serve, args=(work, limits, first, theirs), daemon=True)
    with warnings.catch_warnings():
        # The child uses only its work and the pipe, never a lock that another thread of the parent may hold.
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


def _serve(work: Work, limits: Limits, first: int, pipe: Connection) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, mapped + limits.max_megabytes * 1_000_000)
    _lower(resource.RLIMIT_CPU, int(limits.seconds) + 10)  # so no orphan outlives a killed parent
    _lower(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(BrokenPipeError):  # the parent has enough, or is gone
        try:
            for made in work(first):
                pipe.send((made,))
            pipe.send(None)
        except DocentError as error:
            pipe.send(error)


def _lower(what: int, to: int) -> None:
    _, hard = resource.getrlimit(what)
    value = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(what, (value, value))
