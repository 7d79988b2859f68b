"""The files of a job in S3, read and written with the credentials of its service role."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.bedrock.batch.jobs import JobFailedError
from local.bedrock.batch.records import LARGEST_FILE, LARGEST_JOB
from local.bedrock.batch.wire import Json


@dataclass(frozen=True, slots=True)
class InputFile:
    """`name` is the key without the prefix that the job names."""

    bucket: str
    key: str
    name: str
    size: int


class JobFiles:
    """Every method raises JobFailedError if S3 refuses the call."""

    def __init__(self, job: Json, s3: Callable[[str], Any]) -> None:
        self._s3 = s3(job["roleArn"])
        self._input = job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"]
        self.output_bucket, prefix = _parts(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
        self._folder = "/".join(filter(None, (prefix.strip("/"), job["jobArn"].rpartition("/")[2])))

    def inputs(self) -> list[InputFile]:
        """The file that the job names, or all .jsonl files below its prefix."""
        bucket, prefix = _parts(self._input)
        found: list[InputFile] = []
        with _told("read", self._input):
            for listed in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for entry in listed.get("Contents", []):
                    key = entry["Key"]
                    if key.endswith(".jsonl") and (key == prefix or key.startswith(_folder(prefix))):
                        name = key.rpartition("/")[2] if key == prefix else key.removeprefix(_folder(prefix))
                        found.append(InputFile(bucket, key, name, entry["Size"]))
        if not found:
            raise JobFailedError(f"There is no .jsonl file at {self._input}. Upload the input and submit a new job.")
        for file in found:
            if file.size > LARGEST_FILE:
                raise JobFailedError(f"s3://{bucket}/{file.key} is larger than 1 GB. Divide it and submit a new job.")
        if sum(file.size for file in found) > LARGEST_JOB:
            raise JobFailedError(f"The files at {self._input} are larger than 5 GB. Divide them into several jobs.")
        return found

    def download(self, file: InputFile, path: Path) -> None:
        with _told("read", f"s3://{file.bucket}/{file.key}"):
            answer = self._s3.get_object(Bucket=file.bucket, Key=file.key)
            with answer["Body"] as body, path.open("wb") as out:
                shutil.copyfileobj(body, out)

    def output_key(self, name: str) -> str:
        return f"{self._folder}/{name}.out"

    def upload(self, name: str, path: Path) -> None:
        key = self.output_key(name)
        with _told("write", f"s3://{self.output_bucket}/{key}"), path.open("rb") as content:
            self._s3.put_object(Bucket=self.output_bucket, Key=key, Body=content)


def _parts(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _folder(prefix: str) -> str:
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


@contextmanager
def _told(did: str, uri: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        raise JobFailedError(
            f"The service role could not {did} {uri} ({code}). Check the role's permissions and the bucket, and "
            "submit a new job."
        ) from error
