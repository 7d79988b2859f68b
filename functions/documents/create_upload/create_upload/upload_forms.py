"""The form by which one announced file, and no other, can be uploaded.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docent.callers import Caller
from docent.document_rows import upload_key
from docent.documents import document_id_of
from docent.errors import InvalidRequestError
from docent.names import unseen_in
from docent.ownership import readers_named_by
from docent.readers import METADATA

LIFETIME = 900  # seconds
# S3's limit of a key, in UTF-8.
MAX_KEY_BYTES = 1024
# S3 replaces it in every field of a form by the name that the file has where it comes from.
PLACEHOLDER = "${filename}"


@dataclass(frozen=True, slots=True)
class PlannedUpload:
    """`fields` are to be sent as they are, before the file; `size_bytes` is the file's size to the byte."""

    bucket: str
    key: str
    size_bytes: int
    fields: Mapping[str, str]

    @property
    def document_id(self) -> str:
        return document_id_of(self.bucket, self.key)

    @property
    def conditions(self) -> list[Any]:
        """What S3 is to check: every field has the value given here, and the file the announced size."""
        size = ["content-length-range", self.size_bytes, self.size_bytes]
        return [*({name: value} for name, value in self.fields.items()), size]

    def to_json(self, url: str, fields: Mapping[str, str], now: float) -> dict[str, Any]:
        """An `Upload` of openapi.yaml, of a form that was signed at `now` (seconds since 1970)."""
        expires_at = datetime.fromtimestamp(int(now) + LIFETIME, UTC).isoformat().replace("+00:00", "Z")
        return {
            "document_id": self.document_id,
            "upload": {"url": url, "fields": dict(fields), "expires_at": expires_at},
        }


def plan_upload(caller: Caller, announced: Mapping[str, Any], bucket: str) -> PlannedUpload:
    """The upload of what the caller announced, as `NewDocument` of openapi.yaml.

    Raises InvalidRequestError for a name that S3 cannot take or that people cannot read, InvalidReadersError for
    readers that nobody can be.
    """
    # macOS decomposes umlauts: the same name typed there and elsewhere is to be the same document.
    file_name = unicodedata.normalize("NFC", announced["file_name"])
    key = upload_key(caller, file_name)
    if unseen := unseen_in(file_name):
        raise _unusable(f"must not contain {unseen}, which cannot be seen or changes the writing direction")
    if PLACEHOLDER in file_name:
        raise _unusable(f"must not contain {PLACEHOLDER}")
    if len(key.encode()) > MAX_KEY_BYTES:
        raise _unusable("is too long")
    fields = {
        "Content-Type": "application/pdf",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": announced["sha256"],
        f"x-amz-meta-{METADATA}": readers_named_by(caller, announced.get("readers", {})).to_text(),
    }
    # JSON may write a whole number as 1e2 or 100.0, which S3 would not read in a policy.
    return PlannedUpload(bucket, key, int(announced["size_bytes"]), fields)


def _unusable(why: str) -> InvalidRequestError:
    return InvalidRequestError(f"The file's name {why}.", ({"field": "/file_name", "detail": why},))
