"""S3: checksums of form uploads, no object content in memory, and events that a crash does not lose."""

import contextvars
import time
from datetime import UTC, datetime
from typing import Any

from ministack import app
from ministack.core.responses import set_request_account_id
from ministack.services import (
    s3,
)

from local.seams.services import Reply, add_service


def check_checksums_of_forms() -> None:
    """Compare a form's `x-amz-checksum-…` with its file; MiniStack only compares it with the form's policy."""
    of_ministack = s3._post_object

    def post_object(bucket: str, body: bytes, headers: dict[str, str]) -> Reply:
        parts = s3._parse_multipart_form(headers.get("content-type", ""), body)
        stated = {name.lower(): value for name, _, _, value in parts}
        checksums = {
            name: value.decode("latin-1")
            for name, value in stated.items()
            if name.startswith("x-amz-checksum-") and name != "x-amz-checksum-algorithm"
        }
        _, refused = s3._resolve_object_checksums(stated.get("file", b""), checksums)
        return refused or of_ministack(bucket, body, headers)

    s3._post_object = post_object


def tell_missing_from_forbidden() -> None:
    """Answer 403 for a missing object if the caller is not allowed to list the bucket; MiniStack always answers 404.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
    """
    of_ministack = s3.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], **more: Any
    ) -> Reply:
        reply = await of_ministack(method, path, headers, body, query, **more)
        bucket, _, key = path.lstrip("/").partition("/")
        # ListParts is no look-up of an object: what is missing is the upload.
        if (
            reply[0] != 404
            or method not in ("GET", "HEAD")
            or not key
            or "uploadId" in query
            or bucket not in s3._buckets
        ):
            return reply
        arn = f"arn:aws:s3:::{bucket}"
        refused: Reply | None = app._enforce_data_plane("s3", "s3:ListBucket", headers, query, "", resource_arn=arn)
        if refused is None:
            return reply
        return (refused[0], refused[1], b"") if method == "HEAD" else refused

    s3.handle_request = handle_request
    add_service("s3", handle_request)


def keep_versions_on_disk() -> None:
    """Keep the bytes of a versioned object on disk only, like those of an unversioned one.

    MiniStack also keeps the bytes of every version in memory for ever, although it reads them from disk after a
    restart. Each upload of a document takes its size in memory.
    """
    of_ministack = s3._version_entry_from_record

    def entry(record: dict[str, Any], version_id: str, _data: bytes | None) -> dict[str, Any]:
        return of_ministack(record, version_id, None)

    s3._version_entry_from_record = entry


def read_ranges_of_versions() -> None:
    """Answer with the asked range of a version; MiniStack answers with all of it, as if no range was asked for."""
    of_ministack = s3._get_object

    def get_object(bucket: str, key: str, headers: dict[str, str], query: dict[str, Any]) -> Reply:
        reply = of_ministack(bucket, key, headers, query)
        asked = headers.get("range", "")
        if reply[0] != 200 or not asked or not query.get("versionId"):
            return reply
        _, told, body = reply
        size = len(body)
        found = s3._parse_range(asked, size)
        if found is None:
            refused = s3._xml_body(s3._range_error_xml(bucket, key))
            return 416, {"Content-Type": "application/xml", "Content-Range": f"bytes */{size}"}, refused
        start, end = found
        part = body[start : end + 1]
        # A checksum of the whole object cannot be compared with a part of it.
        kept = {name: value for name, value in told.items() if not name.lower().startswith("x-amz-checksum-")}
        lengths = {"Content-Length": str(len(part)), "Content-Range": f"bytes {start}-{end}/{size}"}
        return 206, {**kept, **lengths}, part

    s3._get_object = get_object


# The bucket, key and version of the event being sent.
_about: contextvars.ContextVar[tuple[str, str, str | None]] = contextvars.ContextVar("about")


def number_events_by_version() -> None:
    """An event about a version always has the same sequencer, even if it is sent again.

    MiniStack counts up from its start time, in 18 digits. S3's sequencers begin with the time as well but differ in
    length: here the second version of an object has a shorter one than the first, and so on in turn.
    """
    send_of_ministack = s3._fire_s3_event_async

    def send(bucket: str, key: str, *arguments: Any, version_id: str | None = None, **more: Any) -> None:
        _about.set((bucket, key, version_id))
        send_of_ministack(bucket, key, *arguments, version_id=version_id, **more)

    def sequencer(event_name: str) -> str | None:
        if not event_name.startswith(s3._EVENT_SEQUENCED_FAMILIES):
            return None
        bucket, key, version_id = _about.get()
        position, microseconds = 0, time.time_ns() // 1000
        for number, version in enumerate(s3._object_versions.get((bucket, key), [])):
            if version["version_id"] == version_id:
                # S3's times are milliseconds; of two versions in one, the later has the higher position.
                position, microseconds = number, round(_modified(version).timestamp() * 1000) * 1000 + number % 1000
        seconds, fraction = divmod(microseconds, 1_000_000)
        return f"{seconds:010X}{fraction:05X}" + ("" if position % 2 else "3B8")

    s3._fire_s3_event_async, s3._next_event_sequencer = send, sequencer


def announce_again(since: datetime) -> int:
    """Send the events of objects created or removed since then again. Objects are on disk at once, but which events
    were delivered is not. Returns the number of events."""
    announced = 0
    for (account, (bucket, key)), versions in list(s3._object_versions._data.items()):
        if not versions or _modified(latest := versions[-1]) < since:
            continue
        set_request_account_id(account)
        gone = latest.get("is_delete_marker")
        s3._fire_s3_event_async(
            bucket,
            key,
            "s3:ObjectRemoved:DeleteMarkerCreated" if gone else "s3:ObjectCreated:Put",
            size=latest["size"],
            etag=latest["etag"],
            deletion_type="Delete Marker Created" if gone else None,
            version_id=latest["version_id"],
        )
        announced += bucket in s3._bucket_notifications
    return announced


def _modified(version: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(version["last_modified"]).astimezone(UTC)
