"""S3 objects by pointer, which is what states pass to each other."""

import errno
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.clock import now_text
from docent.documents import ObjectPointer
from docent.errors import DocentError, MisconfiguredError, TransientError, from_aws
from docent.errors.ingest import MissingDocumentError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# S3 deletes at most this many keys a call.
DELETE_LIMIT = 1000
PART_BYTES = 1 << 20
# An upload has 10,000 parts at most.
STREAM_PART_BYTES = 32 << 20
# 404 is a HEAD's, whose answer has no body to name a code in. NoSuchBucket is not one of them: nobody deletes a
# document by deleting its bucket, so the deployment is at fault.
MISSING_CODES = frozenset({"404", "NoSuchKey", "NoSuchVersion"})
# The name in a copy's metadata for when its original was uploaded.
UPLOADED_AT = "docent-uploaded-at"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def read_bytes(pointer: ObjectPointer) -> bytes:
    """The object's bytes. Raises MissingDocumentError when S3 says that there is no such object, and only then;
    TransientError when S3 is unavailable, MisconfiguredError for everything else."""
    version: Any = {"VersionId": pointer.version_id} if pointer.version_id else {}
    try:
        return s3().get_object(Bucket=pointer.bucket, Key=pointer.key, **version)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise _unread(error, pointer) from error


def download(pointer: ObjectPointer, path: str, check_size: Callable[[int], None]) -> None:
    """The object as a file, a part at a time, so that memory does not grow with it. Raises as `read_bytes`.

    `check_size` gets the bytes of the object, and can refuse it before any of them is read.
    """
    version: Any = {"VersionId": pointer.version_id} if pointer.version_id else {}
    try:
        answer = s3().get_object(Bucket=pointer.bucket, Key=pointer.key, **version)
        with closing(answer["Body"]) as body:
            check_size(answer["ContentLength"])
            with Path(path).open("wb") as file:
                for part in body.iter_chunks(PART_BYTES):
                    file.write(part)
    except (ClientError, BotoCoreError) as error:
        raise _unread(error, pointer) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise TransientError(f"The disk was full while s3://{pointer.bucket}/{pointer.key} was read.") from error


def read_lines(pointer: ObjectPointer) -> Iterator[bytes]:
    """The object's lines, a part of it in memory at a time. Raises as `read_bytes`."""
    version: Any = {"VersionId": pointer.version_id} if pointer.version_id else {}
    try:
        yield from s3().get_object(Bucket=pointer.bucket, Key=pointer.key, **version)["Body"].iter_lines(PART_BYTES)
    except (ClientError, BotoCoreError) as error:
        raise _unread(error, pointer) from error


def read_parts(pointer: ObjectPointer, start: int = 0) -> Iterator[bytes]:
    """The object's bytes from `start` on, each part by a request of its own: reading may pause for long between two.

    Raises as `read_bytes`.
    """
    version: Any = {"VersionId": pointer.version_id} if pointer.version_id else {}
    while True:
        part = f"bytes={start}-{start + PART_BYTES - 1}"
        try:
            body = s3().get_object(Bucket=pointer.bucket, Key=pointer.key, Range=part, **version)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == "InvalidRange":
                return  # nothing is left
            raise _unread(error, pointer) from error
        yield body
        if len(body) < PART_BYTES:
            return
        start += len(body)


def read_metadata(pointer: ObjectPointer) -> dict[str, str]:
    """What the uploader said about the object (`x-amz-meta-…`). Raises as `read_bytes`."""
    return read_upload(pointer)[0]


def read_upload(pointer: ObjectPointer) -> tuple[dict[str, str], str]:
    """What the uploader said about the object, and when its content was uploaded (docent.clock). Raises as
    `read_bytes`."""
    version: Any = {"VersionId": pointer.version_id} if pointer.version_id else {}
    try:
        head = s3().head_object(Bucket=pointer.bucket, Key=pointer.key, **version)
    except (ClientError, BotoCoreError) as error:
        raise _unread(error, pointer) from error
    return head["Metadata"], _uploaded_at(head["Metadata"], head["LastModified"])


def read_range(pointer: ObjectPointer, start: int, length: int) -> bytes:
    """A part of the object's bytes. Raises as `read_bytes`."""
    part = f"bytes={start}-{start + length - 1}"
    try:
        return s3().get_object(Bucket=pointer.bucket, Key=pointer.key, Range=part)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise _unread(error, pointer) from error


def copy_onto_itself(client: "S3Client", bucket: str, key: str, metadata: Mapping[str, str] | None = None) -> None:
    """A new version of an object, with the same content: an upload that is ingested again. Raises what the SDK raises.

    `metadata` are the names that change. Replacing one name of an object's metadata replaces all, so what else it has
    is given again. When its content was uploaded stays known.
    """
    now = client.head_object(Bucket=bucket, Key=key)
    uploaded = {UPLOADED_AT: _uploaded_at(now["Metadata"], now["LastModified"])}
    client.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key},
        MetadataDirective="REPLACE",
        Metadata=now["Metadata"] | uploaded | dict(metadata or {}),
        ContentType=now.get("ContentType", "application/octet-stream"),
        ChecksumAlgorithm="SHA256",
    )


def _uploaded_at(metadata: Mapping[str, str], last_modified: datetime) -> str:
    """Of a copy, when its original was. Uploaders can write anything there, so only an earlier time counts."""
    written, changed = metadata.get(UPLOADED_AT, ""), now_text(last_modified.timestamp())
    return written if _TIME.fullmatch(written) and written < changed else changed


def read_json(pointer: ObjectPointer) -> Any:
    return json.loads(read_bytes(pointer))


def _unread(error: Exception, pointer: ObjectPointer) -> DocentError:
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    address = f"s3://{pointer.bucket}/{pointer.key}"
    if code in MISSING_CODES:
        return MissingDocumentError(f"AWS answered {code} while reading {address}.")
    if code == "InvalidObjectState":
        return MisconfiguredError(f"{address} is archived ({code}). Restore it, then redrive the execution.")
    return from_aws(error, f"reading {address}", MisconfiguredError)


def write_bytes(pointer: ObjectPointer, body: bytes, content_type: str) -> None:
    try:
        s3().put_object(Bucket=pointer.bucket, Key=pointer.key, Body=body, ContentType=content_type)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"writing s3://{pointer.bucket}/{pointer.key}", MisconfiguredError) from error


def upload(path: str, pointer: ObjectPointer, content_type: str) -> None:
    """A file, a part at a time."""
    try:
        with Path(path).open("rb") as body:
            s3().put_object(Bucket=pointer.bucket, Key=pointer.key, Body=body, ContentType=content_type)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"writing s3://{pointer.bucket}/{pointer.key}", MisconfiguredError) from error


def upload_stream(body: BinaryIO, pointer: ObjectPointer, content_type: str) -> None:
    """What may be larger than the 5 GB that S3 takes at once: in parts, one of them in memory at a time."""
    from boto3.s3.transfer import TransferConfig

    parts = TransferConfig(multipart_chunksize=STREAM_PART_BYTES, use_threads=False)
    try:
        s3().upload_fileobj(body, pointer.bucket, pointer.key, {"ContentType": content_type}, Config=parts)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"writing s3://{pointer.bucket}/{pointer.key}", MisconfiguredError) from error


def write_json(pointer: ObjectPointer, value: Any) -> None:
    write_bytes(pointer, json.dumps(value, ensure_ascii=False).encode(), "application/json")


def list_keys(bucket: str, prefix: str) -> Iterator[str]:
    try:
        for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (found["Key"] for found in page.get("Contents", []) if "Key" in found)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"listing s3://{bucket}/{prefix}", MisconfiguredError) from error


def list_folders(bucket: str, prefix: str) -> Iterator[str]:
    """The names that follow the prefix, up to the next slash."""
    try:
        for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/"):
            yield from (
                found["Prefix"][len(prefix) : -1] for found in page.get("CommonPrefixes", []) if "Prefix" in found
            )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"listing s3://{bucket}/{prefix}", MisconfiguredError) from error


def list_some_keys(bucket: str, prefix: str, most: int, after: str = "") -> tuple[list[str], bool]:
    """The first keys that sort behind `after`, and whether there are more."""
    try:
        reply = s3().list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=most, StartAfter=after or prefix)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"listing s3://{bucket}/{prefix}", MisconfiguredError) from error
    return [found["Key"] for found in reply.get("Contents", []) if "Key" in found], reply["IsTruncated"]


def copy_with_metadata(bucket: str, source: str, target: str, metadata: Mapping[str, str]) -> None:
    """Raises MissingDocumentError if there is no such object."""
    try:
        s3().copy_object(
            Bucket=bucket,
            Key=target,
            CopySource={"Bucket": bucket, "Key": source},
            Metadata=metadata,
            MetadataDirective="REPLACE",
        )
    except (ClientError, BotoCoreError) as error:
        raise _unread(error, ObjectPointer(bucket, source)) from error


def delete_object(bucket: str, key: str) -> None:
    try:
        s3().delete_object(Bucket=bucket, Key=key)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"deleting s3://{bucket}/{key}", MisconfiguredError) from error


def delete_prefix(bucket: str, prefix: str) -> int:
    """Delete every object below `prefix`; returns how many there were."""
    keys = list(list_keys(bucket, prefix))
    for start in range(0, len(keys), DELETE_LIMIT):
        batch = keys[start : start + DELETE_LIMIT]
        try:
            reply = s3().delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
            )
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"deleting below s3://{bucket}/{prefix}", MisconfiguredError) from error
        for failure in reply.get("Errors", []):
            refused = ClientError({"Error": {"Code": failure.get("Code", "Unknown")}}, "DeleteObjects")
            raise from_aws(refused, f"deleting below s3://{bucket}/{prefix}", MisconfiguredError)
    return len(keys)
