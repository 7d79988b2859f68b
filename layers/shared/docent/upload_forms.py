"""The form by which one announced file, and no other, can be uploaded.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docent.clients import s3
from docent.documents import document_id_of
from docent.errors import InvalidRequestError
from docent.names import unseen_in

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
    file_name: str
    size_bytes: int
    fields: Mapping[str, str]

    @property
    def own_id(self) -> str:
        """The id of the document or questionnaire that the upload becomes."""
        return document_id_of(self.bucket, self.key)

    @property
    def conditions(self) -> list[Any]:
        """What S3 is to check: every field has the value given here, and the file the announced size."""
        size = ["content-length-range", self.size_bytes, self.size_bytes]
        return [*({name: value} for name, value in self.fields.items()), size]

    def signed(self, now: float) -> dict[str, Any]:
        """The `upload` of openapi.yaml. It is signed with the function's own permissions; S3 is not called."""
        form = s3().generate_presigned_post(
            self.bucket, self.key, Fields=dict(self.fields), Conditions=self.conditions, ExpiresIn=LIFETIME
        )
        expires_at = datetime.fromtimestamp(int(now) + LIFETIME, UTC).isoformat().replace("+00:00", "Z")
        return {"url": form["url"], "fields": form["fields"], "expires_at": expires_at}


def plan_upload(
    announced: Mapping[str, Any],
    bucket: str,
    key_of: Callable[[str], str],
    content_type: str,
    metadata: Mapping[str, str] | None = None,
) -> PlannedUpload:
    """The upload of what a caller announced: `file_name`, `size_bytes` and `sha256` of openapi.yaml.

    Raises InvalidRequestError for a name that S3 cannot take or that people cannot read.
    """
    file_name, key = named_upload(announced["file_name"], key_of)
    fields = {
        "Content-Type": content_type,
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": announced["sha256"],
    }
    # JSON may write a whole number as 1e2 or 100.0, which S3 would not read in a policy.
    return PlannedUpload(bucket, key, file_name, int(announced["size_bytes"]), fields | dict(metadata or {}))


def named_upload(file_name: str, key_of: Callable[[str], str]) -> tuple[str, str]:
    """`(file_name, key)` of what is uploaded by this name. Raises InvalidRequestError as `plan_upload`."""
    # macOS decomposes umlauts: the same name typed there and elsewhere is to be the same document.
    file_name = unicodedata.normalize("NFC", file_name)
    key = key_of(file_name)
    if unseen := unseen_in(file_name):
        raise _unusable(f"must not contain {unseen}, which cannot be seen or changes the writing direction")
    if PLACEHOLDER in file_name:
        raise _unusable(f"must not contain {PLACEHOLDER}")
    if len(key.encode()) > MAX_KEY_BYTES:
        raise _unusable("is too long")
    return file_name, key


def _unusable(why: str) -> InvalidRequestError:
    return InvalidRequestError(f"The file's name {why}.", ({"field": "/file_name", "detail": why},))
