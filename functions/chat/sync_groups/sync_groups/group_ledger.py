"""The record of the groups that Docent put into an index, as an object in S3, and who is at work by it.

A run that changes groups first writes into the record what it is about to do, and until when that can take. The
write succeeds only if the record is still as the run has read it. So of two runs that start at once only one
continues, and the next run knows what a crash left unfinished.
"""

import json
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, TransientError, from_aws

from .group_changes import Kept, Record

# Codes by which S3 says that somebody else wrote meanwhile.
OVERTAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404"})


@dataclass(frozen=True, slots=True)
class Page:
    """The record as it was read; `version` is None where there is none yet. `busy_until` is in seconds since 1970."""

    groups: Record
    version: str | None = None
    busy_until: float = 0


class Ledger:
    def __init__(self, pointer: ObjectPointer) -> None:
        self._pointer = pointer

    def read(self) -> Page:
        try:
            reply = s3().get_object(Bucket=self._pointer.bucket, Key=self._pointer.key)
            value = json.loads(reply["Body"].read())
        except s3().exceptions.NoSuchKey:
            return Page({})
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the record of groups was read", MisconfiguredError) from error
        groups = {name: Kept(**kept) for name, kept in value["groups"].items()}
        return Page(groups, reply["ETag"], value["busy_until"])

    def claim(self, page: Page, groups: Record, now: float, until: float) -> Page:
        """Write what is about to be done. Raises TransientError when somebody else is at it."""
        if page.busy_until > now:
            raise TransientError("Another run is changing groups.")
        return self.write(page, groups, busy_until=until)

    def write(self, page: Page, groups: Record, busy_until: float = 0) -> Page:
        value = {"busy_until": busy_until, "groups": {name: kept.to_json() for name, kept in sorted(groups.items())}}
        unchanged = {"IfMatch": page.version} if page.version else {"IfNoneMatch": "*"}
        try:
            reply = s3().put_object(
                Bucket=self._pointer.bucket,
                Key=self._pointer.key,
                Body=json.dumps(value, ensure_ascii=False).encode(),
                ContentType="application/json",
                **unchanged,  # pyright: ignore[reportArgumentType]
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in OVERTAKEN:
                raise TransientError("Another run has changed groups meanwhile.") from error
            raise from_aws(error, "the record of groups was written", MisconfiguredError) from error
        except BotoCoreError as error:
            raise from_aws(error, "the record of groups was written", MisconfiguredError) from error
        return Page(groups, reply["ETag"], busy_until)
