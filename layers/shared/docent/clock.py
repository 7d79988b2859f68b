"""Times and days as texts, which sort as text. All are UTC."""

import time
from datetime import UTC, datetime


def now_text(seconds: float | None = None) -> str:
    """Such as `2026-11-29T06:08:22.000Z`; of now, or of seconds since 1970."""
    at = datetime.fromtimestamp(time.time() if seconds is None else seconds, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(seconds: float) -> str:
    """Such as `2026-11-29`; of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
