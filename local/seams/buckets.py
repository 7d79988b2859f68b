"""S3: the checksums of uploads by form, and no bytes of objects in memory."""

from typing import Any

from ministack.services import (
    s3,
)

from local.seams.services import Reply


def check_checksums_of_forms() -> None:
    """A form's `x-amz-checksum-…` is compared with its file; MiniStack only compares it with the form's policy."""
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


def keep_versions_on_disk() -> None:
    """A versioned object's bytes lie on disk alone, as an unversioned one's do.

    MiniStack keeps those of every version in memory as well, for ever, though it reads them back from disk after a
    restart: a document takes its own size in memory with each upload.
    """
    of_ministack = s3._version_entry_from_record

    def entry(record: dict[str, Any], version_id: str, _data: bytes | None) -> dict[str, Any]:
        return of_ministack(record, version_id, None)

    s3._version_entry_from_record = entry
