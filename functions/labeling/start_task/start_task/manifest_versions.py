"""The manifest that was uploaded last."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.objects import MISSING_CODES
from labeling.task_rows import TaskRow


def newest_version(row: TaskRow) -> ObjectPointer:
    """Raises NotFoundError if it was not uploaded."""
    source: Any = row.values["source"]
    try:
        found = s3().head_object(Bucket=source["bucket"], Key=source["key"])
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in MISSING_CODES:
            raise NotFoundError(f"The manifest of {row.name} was not uploaded.") from error
        raise from_aws(error, "a manifest was looked up", MisconfiguredError) from error
    version = found.get("VersionId")
    return ObjectPointer(source["bucket"], source["key"], version if version != "null" else None)
