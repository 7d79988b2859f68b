"""Uploads of large files in parts, which go on where they were broken off.

S3 accepts only parts with the announced sizes and checksums, because both are signed. Nothing is kept of an upload but
what S3 keeps: a rule of the bucket deletes the parts of uploads that are not completed within a day.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.errors import DocentError, InvalidRequestError, MisconfiguredError, NotFoundError, from_aws

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import PartTypeDef

# S3 takes no part that is smaller than 5 MiB, except for the last one.
PART_BYTES = 8 * 2**20
LIFETIME = 3600  # seconds


@dataclass(frozen=True, slots=True)
class PartsUpload:
    """An upload that S3 knows by `upload_id`."""

    bucket: str
    key: str
    upload_id: str

    @property
    def address(self) -> Any:
        return {"Bucket": self.bucket, "Key": self.key, "UploadId": self.upload_id}

    @property
    def goes_on(self) -> bool:
        """Whether it can be continued: it was begun, and neither completed nor deleted."""
        try:
            return bool(self.upload_id) and self.stored() is not None
        except NotFoundError:
            return False

    def stored(self) -> "list[PartTypeDef]":
        """The parts that S3 has, at most 1,000. Raises NotFoundError if the upload was completed, or deleted."""
        try:
            return s3().list_parts(**self.address).get("Parts", [])
        except (ClientError, BotoCoreError) as error:
            raise _failed(error) from error

    def to_json(self, size_bytes: int, checksums: Sequence[str], now: float) -> dict[str, Any]:
        """Addresses for the parts that are missing, or that are not those of this file."""
        stored = {part.get("PartNumber"): part.get("ChecksumSHA256") for part in self.stored()}
        parts = [
            {"number": number, "url": self._signed(number, checksum, _part_size(number, size_bytes))}
            for number, checksum in enumerate(checksums, 1)
            if stored.get(number) != checksum
        ]
        expires_at = datetime.fromtimestamp(int(now) + LIFETIME, UTC).isoformat().replace("+00:00", "Z")
        return {"upload_id": self.upload_id, "part_bytes": PART_BYTES, "parts": parts, "expires_at": expires_at}

    def _signed(self, number: int, checksum: str, size: int) -> str:
        part = {"PartNumber": number, "ContentLength": size, "ChecksumSHA256": checksum}
        return s3().generate_presigned_url("upload_part", Params=self.address | part, ExpiresIn=LIFETIME)

    def complete(self, size_bytes: int) -> None:
        """Make the parts an object. Raises InvalidRequestError if they are not the whole file, NotFoundError as
        `stored`."""
        stored = self.stored()
        have = sum(part.get("Size", 0) for part in stored)
        if have != size_bytes:
            why = f"is {size_bytes}, and the parts that were uploaded have {have} bytes"
            raise InvalidRequestError("The upload is not complete.", ({"field": "/size_bytes", "detail": why},))
        named = ("PartNumber", "ETag", "ChecksumSHA256")
        parts: Any = [{name: value for name, value in part.items() if name in named} for part in stored]
        try:
            s3().complete_multipart_upload(**self.address, MultipartUpload={"Parts": parts})
        except (ClientError, BotoCoreError) as error:
            raise _failed(error) from error


def begin_upload(bucket: str, key: str, content_type: str, metadata: Mapping[str, str]) -> PartsUpload:
    try:
        begun = s3().create_multipart_upload(
            Bucket=bucket, Key=key, ContentType=content_type, Metadata=metadata, ChecksumAlgorithm="SHA256"
        )
    except (ClientError, BotoCoreError) as error:
        raise _failed(error) from error
    return PartsUpload(bucket, key, begun["UploadId"])


def check_parts(size_bytes: int, checksums: Sequence[str]) -> None:
    """Raises InvalidRequestError for another number of checksums than the file has parts."""
    if len(checksums) != math.ceil(size_bytes / PART_BYTES):
        why = f"must be one for each {PART_BYTES} bytes of the file, and for the rest"
        raise InvalidRequestError("The checksums are not those of the parts.", ({"field": "/parts", "detail": why},))


def _part_size(number: int, size_bytes: int) -> int:
    return min(PART_BYTES, size_bytes - PART_BYTES * (number - 1))


def _failed(error: Exception) -> DocentError:
    if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == "NoSuchUpload":
        return NotFoundError("There is no such upload.")
    return from_aws(error, "a document was uploaded in parts", MisconfiguredError)
