"""JSON lines on their way to S3: written to a file first, and uploaded whenever one is full.

So memory does not grow with a job. Limits of a batch job's input:
https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
"""

import json
import tempfile
from collections.abc import Mapping
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.errors import MisconfiguredError, from_aws

# A file may have 50,000 records and 1 GB. A function has 512 MB of disk unless it asks for more.
MOST_RECORDS = 50_000
MOST_BYTES = 100_000_000


class BatchFiles:
    """`keys` are those of the files that are uploaded: `name` with a number, `part` → `part-00001.jsonl`."""

    def __init__(self, bucket: str, name: str, most_records: int = MOST_RECORDS, most_bytes: int = MOST_BYTES) -> None:
        self._bucket = bucket
        self._name = name
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._records = self._bytes = 0
        self.count = 0
        self.keys: list[str] = []

    def __enter__(self) -> Self:
        self._file = tempfile.NamedTemporaryFile()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if kind is None and self._records:
                self._upload()

    def add(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the line's place, `{key, start, length}`, with which `read_range` reads it."""
        line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
        if self._records and (self._records == self._most_records or self._bytes + len(line) > self._most_bytes):
            self._upload()
        place = {"key": self._next_key, "start": self._bytes, "length": len(line)}
        self._file.write(line)
        self._records += 1
        self._bytes += len(line)
        self.count += 1
        return place

    @property
    def _next_key(self) -> str:
        return f"{self._name}-{len(self.keys) + 1:05d}.jsonl"

    def _upload(self) -> None:
        key = self._next_key
        self._file.seek(0)
        try:
            s3().put_object(Bucket=self._bucket, Key=key, Body=self._file, ContentType="application/jsonl")
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"writing s3://{self._bucket}/{key}", MisconfiguredError) from error
        self.keys.append(key)
        self._file.seek(0)
        self._file.truncate()
        self._records = self._bytes = 0
