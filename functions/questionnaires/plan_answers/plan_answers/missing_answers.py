"""What a run has to answer: each question without an answer, once, even if it is asked more than once."""

from collections.abc import Iterable, Mapping
from typing import Any

# Documents may hold by now what was not found before.
MISSING = ("pending", "failed", "unanswered")


def missing(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """The questions, as JSON. One that a person answered meanwhile is not missing; nor is one asked in the same words
    as another that is answered or planned: check_consistency gives it that answer."""
    known: set[str] = set()
    planned: dict[str, str] = {}
    for item in items:
        digest = item["digest"]
        if item["status"] not in MISSING:
            known.add(digest)
        elif item.get("review", "open") == "open":
            planned.setdefault(digest, item["question"])
    return [question for digest, question in planned.items() if digest not in known]
