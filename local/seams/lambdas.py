"""Lambda: errors named by their class, and packages unpacked once."""

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from errno import EPIPE
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import (
    lambda_svc,
)

_RAISED = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_RAISED_BY_NAME = """{"status": "ok", "result": {"__raised__": {
                "errorType": type(e).__name__, "errorMessage": str(e),
                "stackTrace": traceback.format_tb(e.__traceback__)}}}"""
# What MiniStack says when a worker's process ends before it replies, or before it is asked.
_DIED = ("Worker process died", "Worker returned no response", str(BrokenPipeError(EPIPE, os.strerror(EPIPE))))


def name_errors_as_lambda_does() -> None:
    """Use an exception's class name as the error type, and keep the worker warm after it.

    MiniStack names every exception Runtime.HandlerError and starts a new worker after it.
    """
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_RAISED) != 1:
        raise RuntimeError("MiniStack's Python worker has changed; name_errors_as_lambda_does must too.")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_RAISED, _RAISED_BY_NAME)
    of_ministack = lambda_svc._execute_function_warm

    def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result = of_ministack(func, event, request_id)
        body = result.get("body")
        if isinstance(body, dict) and "__raised__" in body:
            raised = body["__raised__"]
            trace = "".join(raised["stackTrace"])
            line = (
                f"[ERROR] {raised['errorType']}: {raised['errorMessage']}\nTraceback (most recent call last):\n{trace}"
            )
            return {"body": raised, "error": True, "log": "\n".join(filter(None, [result.get("log"), line]))}
        if isinstance(body, dict) and body.get("errorMessage") in _DIED:
            return result | {"body": body | {"errorType": "Runtime.ExitError"}}
        return result

    lambda_svc._execute_function_warm = execute


def unpack_packages_once(folder: Path) -> None:
    """Unpack each function's and layer's package once into `folder`, and link every worker to it.

    MiniStack writes and unpacks tens of megabytes in its own process for every worker it starts, and every worker
    compiles all of it again. This takes a second of processor time, and a burst of documents needs it a hundred times.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, bytes] = {}  # by the name of the file that MiniStack would write
    unpacked: dict[tuple[int, int], Path] = {}  # by length and hash, which Python computes once for each package

    @contextlib.contextmanager
    def open_file(file: str, mode: str) -> Iterator[Any]:
        if mode == "wb":
            yield SimpleNamespace(write=lambda package: written.update({file: package}))
            return
        with Path(file).open(mode) as opened:
            yield opened

    class Unpacked(contextlib.nullcontext[Any]):
        def __init__(self, file: str) -> None:
            super().__init__(self)
            package = written.pop(file)
            key = len(package), hash(package)
            if key not in unpacked:
                unpacked[key] = _unpacked(package, folder)
            self._folder = unpacked[key]

        def namelist(self) -> list[str]:
            return []  # used only to check that no path leads outside; SAM built these packages

        def extractall(self, path: str) -> None:
            Path(path).rmdir()
            Path(path).symlink_to(self._folder)

    lambda_runtime.open = open_file  # pyright: ignore[reportAttributeAccessIssue] - hides the built-in one
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Unpacked})


def _unpacked(package: bytes, folder: Path) -> Path:
    """Where the package is unpacked: in a folder that is named after its content."""
    with zipfile.ZipFile(io.BytesIO(package)) as read:
        content = repr([(entry.filename, entry.CRC) for entry in read.infolist()]).encode()
        target = folder / hashlib.sha256(content).hexdigest()[:16]
        if not target.exists():
            partial = Path(tempfile.mkdtemp(dir=folder))
            read.extractall(partial)
            try:
                partial.rename(target)
            except OSError:  # another worker was faster
                shutil.rmtree(partial)
        return target


def read_streams_from_their_start() -> None:
    """Of a table. Its stream is empty when the machine starts, and is counted from 0 again."""
    of_ministack = lambda_svc._restore_esm_positions

    def restore(store: Any, positions: Any) -> None:
        of_ministack(store, positions)
        if store is lambda_svc._dynamodb_stream_positions:
            store._data.update(dict.fromkeys(store._data, 0))

    lambda_svc._restore_esm_positions = restore


def stop_workers() -> None:
    """End all workers of all functions, and delete their folders."""
    lambda_runtime.reset()
