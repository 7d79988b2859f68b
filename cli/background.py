"""Programs that continue after the command that started them."""

import contextlib
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import psutil

from cli.target import CommandError

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30
ANSWER_SECONDS = 2
FREE_SECONDS = 2  # for a program that was killed a moment ago


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
    # Without the environment, because a proxy cannot reach this machine.
    return httpx.Client(trust_env=False, timeout=ANSWER_SECONDS, limits=httpx.Limits(max_keepalive_connections=0))


def refuse_taken(port: int) -> None:
    """Raise CommandError if a program listens at the port."""
    deadline = time.monotonic() + FREE_SECONDS
    while True:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise CommandError(
                f"Port {port} is in use{_by_whom(port)}. Stop that program, or choose other ports with DOCENT_PORT."
            ) from error
        return


def _by_whom(port: int) -> str:
    """The program that listens at the port, as far as this user can see it."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp4"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr and connection.laddr.port == port and connection.pid:
                return f" by process {connection.pid} ({shlex.join(psutil.Process(connection.pid).cmdline())})"
    return ""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass(frozen=True, slots=True)
class Background:
    """`name` is the beginning of a sentence, such as "AWS on this machine".

    `words` are the end of its command line. A process that has its number but other words is another program, which got
    the number after ours had ended.
    """

    name: str
    words: tuple[str, ...]
    pid_file: Path
    log: Path

    @property
    def process(self) -> psutil.Process | None:
        """The running program."""
        try:
            process = psutil.Process(int(self.pid_file.read_text()))
            return process if tuple(process.cmdline()[-len(self.words) :]) == self.words else None
        except (FileNotFoundError, ValueError, psutil.Error):
            return None

    def start(self, interpreter: str, answers: Callable[[], bool], environment: Mapping[str, str]) -> None:
        """Start the program, unless it is running, and wait until it answers.

        Raises CommandError with the end of its log, or if it runs without answering.
        """
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            started: subprocess.Popen[bytes] | None = None
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline and (started is None or started.poll() is None):
                if answers():
                    if started:
                        started.returncode = 0  # it outlives this command, which does not wait for it
                    return
                if self.process is None and started is None:
                    started = self._started(interpreter, environment)
                time.sleep(0.1)
        if started is None:
            raise CommandError(
                f"{self.name} is running but does not answer. "
                "Wait until it has less to do, or run `docent down` and try again."
            )
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise CommandError(f"{self.name} did not start. The end of {self.log}:\n{tail}")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once start one program."""
        with open(self.pid_file.with_suffix(".lock"), "w", opener=_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _started(self, interpreter: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        with open(self.log, "ab", opener=_private) as log:
            process = subprocess.Popen(
                [interpreter, *self.words],
                cwd=PROJECT,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=dict(environment),
                umask=0o077,
            )
        with open(self.pid_file, "w", opener=_private) as file:
            file.write(str(process.pid))
        return process

    def stop(self) -> bool:
        """Stop the program; true if it was running."""
        process = self.process
        if process:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except psutil.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)
        return process is not None
