"""Snapshots of all services on disk. A snapshot becomes current as a whole or not at all."""

import asyncio
import copy
import gc
import hashlib
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from ministack import app
from ministack.core import persistence
from ministack.services import (
    lambda_svc,
    stepfunctions,
)

from local.seams.histories import forget_what_aws_forgets

CHILD_SECONDS = 60
CHECK_SECONDS = 0.1
LARGE = 1_000_000  # bytes

logger = logging.getLogger("docent.local")


def keep_snapshots() -> None:
    """Make the services' files current together, before MiniStack loads them.

    MiniStack replaces one after the other. Killed in between, it would have a document's row but not the execution
    that the row waits for.
    """
    folder = Path(persistence.STATE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    current = folder / "current"
    if not current.is_symlink():
        current.symlink_to(".")
    persistence.STATE_DIR = str(current)
    app.save_all = lambda services: _make_current(_written(services))
    _keep_packages_apart()


def _keep_packages_apart() -> None:
    """Keep large values in separate files, which later snapshots share.

    Layer packages are nine tenths of all state and took half of the time; SAM keeps every layer it deployed.
    """
    of_ministack = SimpleNamespace(write=persistence._json_default, read=persistence._json_object_hook)

    def write(value: Any) -> Any:
        if not isinstance(value, bytes) or len(value) < LARGE:
            return of_ministack.write(value)
        file = Path(persistence.STATE_DIR, f"{hashlib.sha256(value).hexdigest()}.bin")
        if not file.exists():
            _write(file, value)
        return {"__file__": file.name}

    def read(value: dict[str, Any]) -> Any:
        if "__file__" not in value:
            return of_ministack.read(value)
        return Path(persistence.STATE_DIR, value["__file__"]).read_bytes()

    persistence._json_default, persistence._json_object_hook = write, read


def _written(services: dict[str, Callable[[], Any]]) -> Path:
    """The folder of a new snapshot."""
    current = Path(persistence.STATE_DIR)
    for other in current.parent.glob("snapshot-*"):  # the previous snapshot, and an unfinished one
        if other != current.resolve():
            shutil.rmtree(other, ignore_errors=True)
    snapshot = current.parent / f"snapshot-{time.time_ns()}"
    snapshot.mkdir()
    for file in current.iterdir():  # for a service without state, MiniStack keeps the last file
        if file.suffix in (".json", ".bin"):
            (snapshot / file.name).hardlink_to(file)
    persistence.STATE_DIR = str(snapshot)
    try:
        for name, state_of in services.items():
            if (state := state_of()) is not None:
                _write(snapshot / f"{name}.json", _as_ministack_writes(name, state))
    except BaseException:
        shutil.rmtree(snapshot, ignore_errors=True)  # the disk can be full
        raise
    finally:
        persistence.STATE_DIR = str(current)
    return snapshot


def _as_ministack_writes(service: str, state: Any) -> bytes:
    versioned = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
    return json.dumps(versioned, default=persistence._json_default).encode()


def _write(file: Path, content: bytes) -> None:
    """Write a new file, as the one of that name can belong to the last snapshot too.

    MiniStack logs an error and goes on without the service's state; here the error ends the snapshot. The content is
    on disk before the snapshot becomes current, or a power failure could leave files without content.
    """
    file.unlink(missing_ok=True)
    with file.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _make_current(snapshot: Path) -> None:
    link = snapshot / "link"
    link.symlink_to(snapshot.name)
    link.replace(persistence.STATE_DIR)


def saved_at() -> datetime | None:
    """The time of the state on disk; None if there is no snapshot."""
    _, _, nanoseconds = Path(persistence.STATE_DIR).resolve().name.rpartition("snapshot-")
    return datetime.fromtimestamp(int(nanoseconds) / 1e9, UTC) if nanoseconds.isdigit() else None


def activity() -> tuple[int, int]:
    """`(number of executions, number running)`. A change means that there is something to save."""
    executions = list(stepfunctions._executions._data.values())
    return len(executions), sum(execution["status"] == "RUNNING" for execution in executions)


def save_state() -> None:
    """Save all services' state now, except what AWS would have deleted by now. No request is answered meanwhile.

    MiniStack itself skips a service whose state is changed by an execution's thread during the copy.
    """
    forget_what_aws_forgets(datetime.now(UTC))
    with _threads_wait():
        app.save_all(app._build_persistence_save_dict())


@contextmanager
def _threads_wait() -> Iterator[None]:
    """Python switches to another thread only when this one waits for the disk, not while it copies."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


async def save_state_meanwhile() -> bool:
    """The same in a child process with a copy of all memory, as Redis does it. Returns whether the state is saved.

    Only the forking thread exists in the child, and locks of other threads stay locked there: hence the time limit.
    Cancelling this ends the child.
    """
    forget_what_aws_forgets(datetime.now(UTC))
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError as error:
        logger.warning("state is not saved: %s", error)
        return False
    if child == 0:
        _save_as_child_of(parent)
    try:
        while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
            await asyncio.sleep(CHECK_SECONDS)
    except asyncio.CancelledError:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    if ended[1]:
        logger.warning("state is not saved: the child ended with %d", os.waitstatus_to_exitcode(ended[1]))
    return ended[1] == 0


def _save_as_child_of(parent: int) -> NoReturn:
    """Leaves only a snapshot behind. Everything it inherited belongs to the parent, which cleans it up."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(CHILD_SECONDS)
        gc.disable()
        persistence.logger.setLevel(logging.WARNING)  # it logs each service that it saved
        # Workers, which end with the parent's pipes, and the next start, which needs its port, must not wait for us.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        # While the last snapshot is current, it needs packages that this one does not.
        lambda_svc._prune_orphan_code_blobs = lambda _referenced: None
        copy.deepcopy = lambda value, _memo=None: value  # of what is a copy already; it took most of the time
        snapshot = _written(app._build_persistence_save_dict())
        if os.getppid() == parent:  # if not, another stack may have started from the last snapshot
            _make_current(snapshot)
        status = 0
    except Exception:
        logger.exception("state is not saved")
    finally:
        os._exit(status)
