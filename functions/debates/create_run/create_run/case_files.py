"""The file of cases of a run, and the form by which it can be uploaded.

Below `debates/`, the first folder says whose the file is: a caller's subject, or a group's name.
"""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docent.callers import Caller
from docent.clients import s3
from docent.debate_runs import cases_key, run_file
from docent.derived_keys import DEBATES
from docent.errors import InvalidRequestError, NotFoundError
from docent.names import unseen_in
from docent.upload_forms import LIFETIME, MAX_KEY_BYTES, PLACEHOLDER

MOST_BYTES = 500 * 1024 * 1024


def key_of(body: Mapping[str, str], caller: Caller, bucket: str) -> str:
    """The key of the file of a `NewRun` of openapi.yaml.

    Raises InvalidRequestError for what S3 cannot take or people cannot read, NotFoundError for the file of others.
    """
    if "name" in body:
        name = unicodedata.normalize("NFC", body["name"])
        key = run_file(caller.subject, name)
        if PLACEHOLDER in name or name in (".", ".."):
            raise _unusable("name", f"must not be or contain {PLACEHOLDER if PLACEHOLDER in name else name}")
        if unseen := unseen_in(name):
            raise _unusable("name", f"must not contain {unseen}, which cannot be seen or changes the writing direction")
    else:
        named, _, key = body["source"].removeprefix("s3://").partition("/")
        owner = key.removeprefix(DEBATES).partition("/")[0]
        if named != bucket:
            raise _unusable("source", f"must be in the bucket {bucket}")
        if owner != caller.subject and owner not in caller.groups:
            raise NotFoundError("There is no such file.")
    if len(key.encode()) > MAX_KEY_BYTES:
        raise _unusable("name" if "name" in body else "source", "is too long")
    return key


def upload_form(bucket: str, key: str, now: float) -> dict[str, Any]:
    """What is uploaded waits beside the run's file until the run is started."""
    form = s3().generate_presigned_post(
        bucket, cases_key(key), Conditions=[["content-length-range", 1, MOST_BYTES]], ExpiresIn=LIFETIME
    )
    expires_at = datetime.fromtimestamp(int(now) + LIFETIME, UTC).isoformat().replace("+00:00", "Z")
    return {"url": form["url"], "fields": form["fields"], "expires_at": expires_at}


def _unusable(field: str, why: str) -> InvalidRequestError:
    return InvalidRequestError(f"The {field} {why}.", ({"field": f"/{field}", "detail": why},))
