"""S3: a write that the disk does not take is refused, and nothing of it stays."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ministack.services import s3

from local.seams.services import Reply

_WRITES = (
    "_put_object",
    "_post_object",
    "_copy_object",
    "_complete_multipart_upload",
    "_delete_object",
    "_delete_objects",
)


@dataclass
class _Write:
    """One request that writes. The last step is undone first."""

    undo: ExitStack = field(default_factory=ExitStack)
    kept: ExitStack = field(default_factory=ExitStack)
    events: list[Callable[[], None]] = field(default_factory=list)
    error: OSError | None = None


_write: ContextVar[_Write | None] = ContextVar("write", default=None)


def refuse_what_the_disk_does_not_take(scratch: Path) -> None:
    """Answer ServiceUnavailable, as S3 does when it cannot write; MiniStack logs a warning and acknowledges the write.

    The object would be in memory only and gone after a restart. `scratch` is a folder on the same disk.
    """
    for name in _WRITES:
        setattr(s3, name, _all_or_nothing(getattr(s3, name)))
    s3._record_object_version = _undoable(s3._record_object_version, scratch)
    s3._record_delete_marker = _undoable(s3._record_delete_marker, scratch)
    s3._fire_s3_event_async = _when_written(s3._fire_s3_event_async)
    s3.logger.addFilter(_notice)


def _notice(record: logging.LogRecord) -> bool:
    """MiniStack's warning is all that tells of a failed write."""
    write, arguments = _write.get(), record.args
    if write and isinstance(arguments, tuple) and arguments and isinstance(arguments[-1], OSError):
        write.error = arguments[-1]
    return True


def _all_or_nothing(of_ministack: Callable[..., Reply]) -> Callable[..., Reply]:
    def change(*request: Any, **more: Any) -> Reply:
        write, uploads = _Write(), dict(s3._multipart_uploads._data)
        token = _write.set(write)
        try:
            reply = of_ministack(*request, **more)
        except OSError as error:
            write.error, reply = error, (500, {}, b"")
        finally:
            _write.reset(token)
        with write.kept:
            if write.error:
                write.undo.close()
                for upload in uploads.keys() - s3._multipart_uploads._data.keys():  # completed, so it can be again
                    s3._multipart_uploads._data[upload] = uploads[upload]
                    s3._completed_multipart_uploads._data.pop(upload, None)
                message = f"This machine's disk did not take it: {write.error.strerror}. Nothing was changed."
                return s3._error("ServiceUnavailable", message, 503)
        for send in write.events:
            send()
        return reply

    return change


def _undoable(of_ministack: Callable[..., Any], scratch: Path) -> Callable[..., Any]:
    """Before an object gets a new version, remember how to take it back, in memory and on disk."""

    def record(bucket: str, key: str, prior: dict[str, Any] | None, *rest: Any) -> Any:
        if write := _write.get():
            versions = s3._object_versions.get((bucket, key))
            earlier = [dict(version) for version in versions] if versions is not None else None
            write.undo.callback(_restore, bucket, key, prior, earlier)
            path = s3._object_disk_path(bucket, key)
            for file in (path, f"{path}.meta.json") if path else ():
                _keep(Path(file), write, scratch)
        return of_ministack(bucket, key, prior, *rest)

    return record


def _restore(bucket: str, key: str, prior: dict[str, Any] | None, earlier: list[dict[str, Any]] | None) -> None:
    for place, name, value in (
        (s3._buckets[bucket]["objects"], key, prior),
        (s3._object_versions, (bucket, key), earlier),
    ):
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    if prior and s3._bucket_versioning.get(bucket) == "Enabled":
        s3._delete_version_file(bucket, key, prior.get("version_id") or "null")


def _keep(file: Path, write: _Write, scratch: Path) -> None:
    if not file.exists():
        write.undo.callback(file.unlink, missing_ok=True)
        return
    folder = Path(tempfile.mkdtemp(dir=scratch))
    write.kept.callback(shutil.rmtree, folder)
    os.link(file, folder / "kept")
    write.undo.callback(os.replace, folder / "kept", file)


def _when_written(of_ministack: Callable[..., None]) -> Callable[..., None]:
    """Send an event when its write is on disk."""

    def fire(*event: Any, **more: Any) -> None:
        if write := _write.get():
            write.events.append(lambda: of_ministack(*event, **more))
        else:
            of_ministack(*event, **more)

    return fire
