"""A disk that takes nothing more: S3 refuses a write, and no half a snapshot becomes current."""

import errno
import json
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from ministack import app
from ministack.core import persistence
from ministack.services import s3

from cli.machine import start, stop
from local.seams import full_disks, state
from local.settings import LocalSettings
from tests.support.deployments import settings_for
from tests.support.machine import Machine

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
LIMIT = 4_000_000
SMALL, LARGE = b"s" * 1000, b"l" * (LIMIT + 1000)


@contextmanager
def small_files() -> Iterator[None]:
    """Nothing that this process or one that it starts writes becomes longer than the limit."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LocalSettings]:
    found = settings_for(tmp_path)
    yield found
    stop(found, print)


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_what_the_disk_does_not_take_is_refused_and_what_was_there_stays(settings: LocalSettings) -> None:
    with small_files():
        start(settings, print)
    client = Machine(settings).client("s3")
    client.create_bucket(Bucket="papers")
    client.put_bucket_versioning(Bucket="papers", VersioningConfiguration={"Status": "Enabled"})
    kept = client.put_object(Bucket="papers", Key="kept.pdf", Body=SMALL)["VersionId"]
    upload = client.create_multipart_upload(Bucket="papers", Key="parts.pdf")["UploadId"]
    part = client.upload_part(Bucket="papers", Key="parts.pdf", UploadId=upload, PartNumber=1, Body=LARGE)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    writes: list[Callable[[], Any]] = [
        lambda: client.put_object(Bucket="papers", Key="new.pdf", Body=LARGE),
        lambda: client.put_object(Bucket="papers", Key="kept.pdf", Body=LARGE),
        lambda: client.complete_multipart_upload(
            Bucket="papers", Key="parts.pdf", UploadId=upload, MultipartUpload=parts
        ),
    ]
    for write in writes:
        with pytest.raises(ClientError, match="File too large") as refused:
            write()
        assert code_of(refused) == "ServiceUnavailable"
    form = client.generate_presigned_post("papers", "form.pdf")
    reply = httpx.post(form["url"], data=form["fields"], files={"file": LARGE}, timeout=60)
    assert (reply.status_code, "<Code>ServiceUnavailable</Code>" in reply.text) == (503, True)
    assert_as_before(client, kept)
    stop(settings, print)
    start(settings, print)  # without the limit
    assert_as_before(client, kept)
    client.put_object(Bucket="papers", Key="new.pdf", Body=LARGE)


def assert_as_before(client: Any, kept: str) -> None:
    found = client.list_object_versions(Bucket="papers")
    assert [(each["Key"], each["VersionId"], each["IsLatest"]) for each in found["Versions"]] == [
        ("kept.pdf", kept, True)
    ]
    read = client.get_object(Bucket="papers", Key="kept.pdf")
    assert (read["VersionId"], read["Body"].read()) == (kept, SMALL)


# ─── Each step that can fail ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """The events of a bucket on disk with the seam."""
    monkeypatch.setattr(s3, "S3_PERSIST", True)
    monkeypatch.setattr(s3, "DATA_DIR", str(tmp_path / "s3"))
    changed = (*full_disks._WRITES, "_record_object_version", "_record_delete_marker", "_fire_s3_event_async")
    for name in changed:
        monkeypatch.setattr(s3, name, getattr(s3, name))
    sent: list[str] = []
    s3._fire_s3_event_async = lambda _bucket, key, event, **_: sent.append(f"{event} {key}")
    (tmp_path / "scratch").mkdir()
    full_disks.refuse_what_the_disk_does_not_take(tmp_path / "scratch")
    s3._create_bucket("papers", b"")
    s3._bucket_versioning["papers"] = "Enabled"
    yield sent
    s3.logger.removeFilter(full_disks._notice)
    s3.reset()


def on_disk(tmp_path: Path) -> dict[str, bytes]:
    return {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def failing_at(step: int, write: Callable[..., None]) -> Callable[..., None]:
    def atomic_write(*file: Any, **more: Any) -> None:
        nonlocal step
        step -= 1
        if step == 0:
            raise FULL
        write(*file, **more)

    return atomic_write


@pytest.mark.parametrize("step", [1, 2, 3])  # the version before, the content, what is known about it
def test_a_write_that_fails_at_any_step_changes_nothing_and_tells_nobody(
    events: list[str], step: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    s3._put_object("papers", "a.pdf", b"1", {})
    before, told = on_disk(tmp_path), [*events]
    versions = [dict(each) for each in s3._object_versions[("papers", "a.pdf")]]
    with monkeypatch.context() as failing:
        failing.setattr(s3, "_atomic_write", failing_at(step, s3._atomic_write))
        status, _, body = s3._put_object("papers", "a.pdf", b"2", {})
    assert (status, b"No space left on device" in body) == (503, True)
    assert (on_disk(tmp_path), events) == (before, told)
    assert s3._object_versions[("papers", "a.pdf")] == versions
    assert s3._put_object("papers", "a.pdf", b"2", {})[0] == 200
    assert events == [*told, "s3:ObjectCreated:Put a.pdf"]


def test_a_removal_that_fails_changes_nothing(
    events: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for key in ("a.pdf", "b.pdf"):
        s3._put_object("papers", key, b"1", {})
    before, told = on_disk(tmp_path), [*events]
    both = b"<Delete><Object><Key>a.pdf</Key></Object><Object><Key>b.pdf</Key></Object></Delete>"
    with monkeypatch.context() as failing:
        failing.setattr(s3, "_atomic_write", failing_at(2, s3._atomic_write))
        assert s3._delete_object("papers", "a.pdf", {}, {})[0] == 503
    with monkeypatch.context() as failing:
        failing.setattr(s3, "_atomic_write", failing_at(4, s3._atomic_write))
        assert s3._delete_objects("papers", both, {})[0] == 503
    assert (on_disk(tmp_path), events) == (before, told)
    assert {*s3._buckets["papers"]["objects"]} == {"a.pdf", "b.pdf"}
    assert s3._delete_objects("papers", both, {})[0] == 200
    assert {*s3._buckets["papers"]["objects"]} == set()


# ─── Snapshots ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("second", [{"text": "x" * LIMIT * 2}, {"layer": b"x" * LIMIT * 2}], ids=["json", "bin"])
def test_a_snapshot_that_does_not_fit_does_not_become_current(
    second: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    for module, name in ((app, "save_all"), (persistence, "_json_default"), (persistence, "_json_object_hook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    state.keep_snapshots()
    app.save_all({"a": lambda: {"count": 1}, "b": lambda: {"count": 1}})
    with small_files(), pytest.raises(OSError, match="File too large"):
        app.save_all({"a": lambda: {"count": 2}, "b": lambda: second})
    saved = [json.loads((tmp_path / "current" / f"{name}.json").read_text())["payload"] for name in ("a", "b")]
    assert saved == [{"count": 1}, {"count": 1}]
    assert len([*tmp_path.glob("snapshot-*")]) == 1, "what was written of the other is deleted"
    app.save_all({"a": lambda: {"count": 2}, "b": lambda: second})
    assert persistence.load_state("b") == second
