"""The form by which a manifest is uploaded."""

from typing import Any

from docent.clients import s3
from docent.clock import now_text
from docent.upload_forms import LIFETIME

MOST_BYTES = 5 * 1024**3


def upload_form(bucket: str, key: str, now: float) -> dict[str, Any]:
    form = s3().generate_presigned_post(
        bucket, key, Conditions=[["content-length-range", 1, MOST_BYTES]], ExpiresIn=LIFETIME
    )
    return {"url": form["url"], "fields": form["fields"], "expires_at": now_text(int(now) + LIFETIME)}
