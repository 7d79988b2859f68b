"""Programs that continue after the command that started them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

from cli.target import CommandError

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30
ANSWER_SECONDS = 2


def answer(address: str) -> str | None:
    """The reply of a program on this machine; None if it does not answer."""
    try:
        reply = _client().get(address)
    except httpx.HTTPError:
        return None
    return reply.text if reply.is_success else None


@cache
def _client() -> httpx.Client:
    """One for all calls: creating a client reads every certificate, too much for ten calls a second."""
    return httpx.Client(timeout=ANSWER_SECONDS, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True, slots=True)
class Background:
    """`name` is the beginning of a sentence, such as "AWS on this machine"."""

    name: str
    pid_file: Path
    log: Path

    @property
    def is_running(self) -> bool:
        pid = self._pid()
        return pid is not None and _is_running(pid)

    def start(self, words: Sequence[str], answers: Callable[[], bool], environment: Mapping[str, str]) -> None:
        """Start the program and wait until it answers. Raises CommandError with the end of its log."""
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                list(words),
                cwd=PROJECT,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=dict(environment),
            )
        self.pid_file.write_text(str(process.pid))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if answers():
                process.returncode = 0  # it outlives this command, which does not wait for it
                return
            time.sleep(0.1)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise CommandError(f"{self.name} did not start. The end of {self.log}:\n{tail}")

    def stop(self) -> bool:
        """Stop the program; true if it was running."""
        pid = self._pid()
        found = pid is not None and _is_running(pid)
        if pid is not None and found:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while _is_running(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            if _is_running(pid):
                os.killpg(pid, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)
        return found

    def _pid(self) -> int | None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(self.pid_file.read_text())
        return None


def _is_running(pid: int) -> bool:
    try:
        # A child that has ended stays a zombie until its parent waits for it.
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
