"""The answers of a questionnaire, counted by their status and confidence."""

from collections.abc import Iterable, Mapping
from typing import Any

STATUSES = ("answered", "unanswered", "failed", "already_answered", "pending")
CONFIDENCES = ("high", "medium", "low", "none")


def count(items: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Every status, every confidence of what was answered, `needs_review`, and `total`."""
    counts: dict[str, int] = dict.fromkeys((*STATUSES, *CONFIDENCES, "needs_review", "total"), 0)
    for item in items:
        counts["total"] += 1
        counts[item["status"]] += 1
        counts["needs_review"] += bool(item.get("needs_review"))
        if item["status"] in ("answered", "unanswered"):
            counts[item.get("confidence") or "none"] += 1
    return counts
