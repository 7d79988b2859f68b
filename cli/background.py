"""Programs that go on after the command that started them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.target import CommandError

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Background:
    """`name` begins a sentence: AWS on this machine."""

    name: str
    pid_file: Path
    log: Path

    @property
    def is_running(self) -> bool:
        pid = self._pid()
        return pid is not None and _is_running(pid)

    def start(self, words: Sequence[str], answers: Callable[[], bool], environment: Mapping[str, str]) -> None:
        """Returns once it answers. Raises CommandError with the end of its log."""
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
                process.returncode = 0  # it outlives this command; nobody here will wait for it
                return
            time.sleep(0.1)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise CommandError(f"{self.name} did not start; {self.log} ends with:\n{tail}")

    def stop(self) -> bool:
        """Tells whether there was anything to stop."""
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
        # A child of ours that ended stays a zombie until it is waited for.
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
