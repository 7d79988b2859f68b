"""A child process for engines that compute, so that they never block the gateway's event loop.

`python -m local.bedrock.worker` answers pickled calls from stdin until stdin ends because its parent has ended. It
does not use `multiprocessing`, whose children import the main module of a script again.
"""

import asyncio
import os
import pickle
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, BinaryIO, cast

from local.bedrock.time_limits import SIGHT_PATIENCE

_SIZE = struct.Struct("!Q")


class WorkerDiedError(Exception):
    """The child process ended during a call, for example for lack of memory. The next call starts another."""


class WorkerBusyError(Exception):
    """The call waited too long for its turn and was not started."""


class Worker:
    """Runs importable functions in one child process, one at a time, each for at most `seconds`.

    A call that takes longer raises TimeoutError and ends the child; the next call starts another. A call that does
    not start within `patience` seconds raises WorkerBusyError. Its caller may have given up and called again, and
    working for abandoned calls would make all callers wait for ever.
    """

    def __init__(self, seconds: float, patience: float = SIGHT_PATIENCE) -> None:
        self.seconds, self.patience = seconds, patience
        self._turn = ThreadPoolExecutor(max_workers=1)
        self._child: subprocess.Popen[bytes] | None = None

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        call = pickle.dumps((function, args, kwargs))
        raised, value = await asyncio.get_running_loop().run_in_executor(
            self._turn, self._exchange, call, time.monotonic()
        )
        if raised:
            raise value
        return cast("R", value)

    def close(self) -> None:
        """Ends the child. A running call raises WorkerDiedError, waiting calls are cancelled."""
        self._turn.shutdown(wait=False, cancel_futures=True)
        if self._child:
            self._child.kill()
        self._turn.shutdown(wait=True)
        if self._child:
            self._forget(self._child)

    def _exchange(self, call: bytes, asked: float) -> tuple[bool, Any]:
        if time.monotonic() - asked > self.patience:
            raise WorkerBusyError(f"no turn within {self.patience:.0f} s")
        child = self._started()
        assert child.stdin
        assert child.stdout
        over = threading.Event()
        limit = threading.Timer(self.seconds, lambda: (over.set(), child.kill()))
        limit.start()
        try:
            child.stdin.write(_SIZE.pack(len(call)) + call)
            child.stdin.flush()
            return pickle.loads(_message(child.stdout))  # noqa: S301 (from our own child)
        except (EOFError, OSError) as error:
            self._forget(child)
            if over.is_set():
                raise TimeoutError(f"not done within {self.seconds} s") from error
            raise WorkerDiedError("the engine's process ended") from error
        finally:
            limit.cancel()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                (sys.executable, "-m", "local.bedrock.worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        return self._child

    def _forget(self, child: subprocess.Popen[bytes]) -> None:
        self._child = None
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            assert pipe
            with suppress(OSError):  # unwritten data is lost
                pipe.close()


def _message(pipe: BinaryIO | Any) -> bytes:
    """One message: its size in eight bytes, then its bytes. Raises EOFError at the end of the pipe."""
    header = pipe.read(_SIZE.size)
    if len(header) < _SIZE.size:
        raise EOFError
    (size,) = _SIZE.unpack(header)
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return body


def _serve(calls: BinaryIO, answers: BinaryIO) -> None:
    while True:
        try:
            function, args, kwargs = pickle.loads(_message(calls))  # noqa: S301 (from our own parent)
        except EOFError:
            return
        try:
            answer = pickle.dumps((False, function(*args, **kwargs)))
        except Exception as error:
            answer = pickle.dumps((True, error))
        answers.write(_SIZE.pack(len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # an engine's output must not be mixed with the answers
    _serve(sys.stdin.buffer, answers)
