"""One process for work that computes or can hang, with a time limit on each call.

A hostile PDF can keep MuPDF busy for ever inside C, where exceptions do not arrive. Only ending the process helps; the
next call starts a new one.
"""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

_MEMORY = 4 << 30  # bytes of address space for a worker: a decompression bomb ends the worker, not the host


class WorkerStoppedError(Exception):
    """The call exceeded its time or memory limit, and its process was ended."""


class Worker:
    """Runs module-level functions one at a time. Several threads can call it."""

    def __init__(self, niceness: int = 0) -> None:
        self._niceness = niceness
        self._turn = threading.Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def call[**P, R](self, seconds: float, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._turn:
            connection = self._connection or self._start()
            try:
                connection.send((seconds, function, args, kwargs))
                # The process ends itself at the limit; the margin covers loading the model.
                if not connection.poll(seconds + 30):
                    raise EOFError
                result, error = connection.recv()
            except (EOFError, OSError) as stopped:
                self._stop()
                raise WorkerStoppedError(f"It took more than {seconds:.0f} seconds or too much memory.") from stopped
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """Ends the process, even in the middle of a call."""
        process = self._process
        if process is not None:
            process.kill()
        with self._turn:
            self._stop()

    def _start(self) -> Connection:
        # One thread each: threads of several processes spin while they wait for each other, and 13 s of work took
        # 178 s. numpy reads this when it is imported, so it is set before the process starts.
        for threads in ("OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
            os.environ.setdefault(threads, "1")
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._niceness), daemon=True)
        process.start()
        theirs.close()
        self._process, self._connection = process, ours
        return ours

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None


def _serve(connection: Connection, niceness: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    while True:
        try:
            seconds, function, args, kwargs = connection.recv()
        except EOFError:  # the service is gone
            return
        # The alarm's default action ends the process, even inside C and even after the service was killed.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            reply = (function(*args, **kwargs), None)
        except MemoryError:
            return
        except Exception as error:
            reply = (None, error)
        signal.setitimer(signal.ITIMER_REAL, 0)
        with suppress(BrokenPipeError):
            connection.send(reply)
