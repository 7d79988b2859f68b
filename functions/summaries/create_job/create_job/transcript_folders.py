"""The folder of a job's transcripts, and the form by which files can be uploaded to it."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docent.callers import Caller
from docent.clients import s3
from docent.errors import InvalidRequestError, NotFoundError
from docent.names import unseen_in
from docent.summary_jobs import TRANSCRIPTS, may_read_folder
from docent.upload_forms import MAX_KEY_BYTES, PLACEHOLDER

# A folder of many files takes longer than one file. The same request gives another form.
LIFETIME = 3600  # seconds
MOST_BYTES = 100 * 1024 * 1024
# What is left of a key for the name of a file.
LONGEST_NAME = 300


def folder_of(body: Mapping[str, str], caller: Caller, bucket: str) -> str:
    """The prefix, with a slash at its end, of `NewJob` of openapi.yaml.

    Raises InvalidRequestError for what S3 cannot take or people cannot read, NotFoundError for the folder of others.
    """
    if "name" in body:
        name = unicodedata.normalize("NFC", body["name"])
        prefix = f"{TRANSCRIPTS}{caller.subject}/{name}/"
        if PLACEHOLDER in name or name in (".", ".."):
            raise _unusable("name", f"must not be or contain {PLACEHOLDER if PLACEHOLDER in name else name}")
        if unseen := unseen_in(name):
            raise _unusable("name", f"must not contain {unseen}, which cannot be seen or changes the writing direction")
    else:
        named, _, key = body["source"].removeprefix("s3://").partition("/")
        prefix = f"{key.rstrip('/')}/"
        if named != bucket:
            raise _unusable("source", f"must be in the bucket {bucket}")
        if not may_read_folder(prefix, caller):
            raise NotFoundError("There is no such folder.")
    if len(prefix.encode()) > MAX_KEY_BYTES - LONGEST_NAME:
        raise _unusable("name" if "name" in body else "source", "is too long")
    return prefix


def upload_form(bucket: str, prefix: str, now: float) -> dict[str, Any]:
    """One form for all files below the prefix. S3 checks where they go and how large they are."""
    form = s3().generate_presigned_post(
        bucket,
        f"{prefix}{PLACEHOLDER}",
        Conditions=[["content-length-range", 0, MOST_BYTES]],
        ExpiresIn=LIFETIME,
    )
    expires_at = datetime.fromtimestamp(int(now) + LIFETIME, UTC).isoformat().replace("+00:00", "Z")
    fields = {name: value for name, value in form["fields"].items() if name != "key"}
    return {"url": form["url"], "fields": fields, "key_prefix": prefix, "expires_at": expires_at}


def _unusable(field: str, why: str) -> InvalidRequestError:
    return InvalidRequestError(f"The {field} {why}.", ({"field": f"/{field}", "detail": why},))
