"""Anchors of the audit log: empty objects in a bucket with Object Lock, whose keys hold the values."""

import re
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3, s3_as
from docent.errors import MisconfiguredError, from_aws

from .audit_chain import Anchor

PREFIX = "anchors/"
_KEY = re.compile(rf"{PREFIX}(?P<day>\d{{4}}-\d\d-\d\d)/(?P<sequence>\d+)-(?P<digest>[0-9a-f]{{64}})")


def put_anchor(bucket: str, anchor: Anchor, role_arn: str = "") -> None:
    """With `role_arn`, the bucket is in another account, whose role this is."""
    key = f"{PREFIX}{anchor.day}/{anchor.sequence}-{anchor.digest}"
    client = s3_as(role_arn) if role_arn else s3()
    try:
        client.put_object(Bucket=bucket, Key=key, Body=b"", ChecksumAlgorithm="SHA256")
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the audit log was anchored", MisconfiguredError) from error


def read_anchors(bucket: str) -> Iterator[Anchor]:
    """The oldest first."""
    try:
        for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
            for found in page.get("Contents", []):
                if match := _KEY.fullmatch(found.get("Key", "")):
                    yield Anchor(match["day"], int(match["sequence"]), match["digest"])
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "anchors of the audit log were listed", MisconfiguredError) from error
