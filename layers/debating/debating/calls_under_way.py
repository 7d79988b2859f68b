"""Marks of calls that are being paid for, so that an execution that resumes a run does not pay for them once more.

A function goes on when its execution is stopped. Until it ends, its mark beside what it is about to write keeps the
next execution from asking as well. A mark holds no longer than its function can live.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.errors import MisconfiguredError, from_aws
from docent.errors.debates import CallUnderWayError

# Codes by which S3 says that somebody else wrote or deleted the mark meanwhile.
_OVERTAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404"})


@contextmanager
def marked(bucket: str, key: str, execution: str, now: float, seconds: float) -> Iterator[None]:
    """Holds the mark of `key`. Raises CallUnderWayError while another execution holds it.

    Within one execution, what is tried again has died, so the next attempt takes the mark over.
    """
    mark = f"{key}.asked"
    _take(bucket, mark, execution, now, now + seconds)
    try:
        yield
    finally:
        _call("delete_object", bucket, mark)


def _take(bucket: str, mark: str, execution: str, now: float, until: float) -> None:
    body = json.dumps({"execution": execution, "until": until}).encode()
    if _put(bucket, mark, body, IfNoneMatch="*"):
        return
    if (there := _read(bucket, mark)) is not None:
        held, version = there
        if held["execution"] != execution and held["until"] > now:
            raise CallUnderWayError(f"Another execution asks for s3://{bucket}/{mark.removesuffix('.asked')}.")
        if _put(bucket, mark, body, IfMatch=version):
            return
    raise CallUnderWayError(f"Another execution began to ask for s3://{bucket}/{mark.removesuffix('.asked')}.")


def _put(bucket: str, mark: str, body: bytes, **condition: str) -> bool:
    return _call("put_object", bucket, mark, Body=body, **condition) is not None


def _read(bucket: str, mark: str) -> tuple[dict[str, Any], str] | None:
    reply = _call("get_object", bucket, mark)
    return (json.loads(reply["Body"].read()), reply["ETag"]) if reply else None


def _call(name: str, bucket: str, mark: str, **arguments: Any) -> Any:
    """None where somebody else was faster."""
    try:
        return getattr(s3(), name)(Bucket=bucket, Key=mark, **arguments)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _OVERTAKEN:
            return None
        raise from_aws(error, f"the mark s3://{bucket}/{mark} was changed", MisconfiguredError) from error
    except BotoCoreError as error:
        raise from_aws(error, f"the mark s3://{bucket}/{mark} was changed", MisconfiguredError) from error
