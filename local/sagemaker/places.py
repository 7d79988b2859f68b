"""The files of a labeling job in S3, read and written with the credentials of its role, and its functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker.jobs import JobFailedError
from local.sagemaker.wire import Json

MOST_LINE_BYTES = 102_400
LINK_SECONDS = 3600


class JobFiles:
    """Every method raises JobFailedError if S3 refuses the call."""

    def __init__(self, job: Json, s3: Callable[[str], Any]) -> None:
        self._s3, self._job = s3(job["RoleArn"]), job
        self._output = f"{job['OutputConfig']['S3OutputPath'].rstrip('/')}/{job['LabelingJobName']}"

    def manifest(self) -> list[Json]:
        """The lines of the input. Raises JobFailedError that names the first line that is wrong."""
        address = self._job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]
        lines = self.read(address).removeprefix(b"\xef\xbb\xbf").splitlines()
        found = [_line(raw, number) for number, raw in enumerate(lines, 1) if raw.strip()]
        if not found:
            raise JobFailedError("ClientError: The manifest file has no data object.")
        return found

    def template(self) -> str:
        return self.read(self._job["HumanTaskConfig"]["UiConfig"]["UiTemplateS3Uri"]).decode()

    def link(self, address: str) -> str:
        """What `grant_read_access` makes of an address in a template."""
        bucket, key = _parts(address)
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=LINK_SECONDS
        )

    def read(self, address: str) -> bytes:
        bucket, key = _parts(address)
        with _told("read", address):
            return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def write(self, name: str, content: str, kind: str = "application/json") -> str:
        """Below the job's own folder; the address."""
        address = f"{self._output}/{name}"
        bucket, key = _parts(address)
        with _told("write", address):
            self._s3.put_object(Bucket=bucket, Key=key, Body=content.encode(), ContentType=kind)
        return address


class FunctionError(Exception):
    """A function of a job failed, or could not be called."""


def call(functions: Callable[[str], Any], job: Json, arn: str, event: Json) -> Any:
    """Call a function as the job's role. Raises FunctionError."""
    try:
        reply = functions(job["RoleArn"]).invoke(FunctionName=arn, Payload=json.dumps(event))
        answer = json.loads(reply["Payload"].read())
    except (ClientError, BotoCoreError, ValueError) as error:
        raise FunctionError(str(error)) from error
    if "FunctionError" in reply:
        raise FunctionError(answer.get("errorType", "") if isinstance(answer, dict) else "")
    return answer


def _line(raw: bytes, number: int) -> Json:
    if len(raw) > MOST_LINE_BYTES:
        raise JobFailedError(f"ClientError: Line {number} of the manifest is longer than {MOST_LINE_BYTES} bytes.")
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise JobFailedError(f"ClientError: Line {number} of the manifest is not valid JSON.") from error
    if not isinstance(line, dict) or ("source" in line) == ("source-ref" in line):
        raise JobFailedError(f"ClientError: Line {number} of the manifest needs one of source and source-ref.")
    return line


def _parts(address: str) -> tuple[str, str]:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key


@contextmanager
def _told(did: str, address: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        raise JobFailedError(f"ClientError: The role could not {did} {address} ({code}).") from error
