"""What is kept of an answer besides its turn: that it is written, and why it is as it is."""

from collections.abc import Mapping
from typing import Any

from answering.answer_course import Course
from answering.retrieved_passages import Passage

# Confidences of passages, as those of answers: by Passage.score.
CONFIDENCES = {1: "low", 2: "medium", 3: "high"}
# What of an answer is kept with its progress; its text and citations are kept with its turn.
TOLD = ("confidence", "support", "sentences", "usage", "note")


def kept_of(body: Mapping[str, Any], course: Course) -> dict[str, Any]:
    """`told` of docent.turn_progress."""
    return {name: body[name] for name in TOLD if name in body} | {"why": why(course)}


def why(course: Course) -> dict[str, Any]:
    """`Why` of openapi.yaml, with each passage's key in place of its file's name. Only what is cited has a text: that
    of others was not checked."""
    return {
        "passages": [_passage(number, passage, course) for number, passage in enumerate(course.found, 1)],
        "withheld": [sentence.to_json() for sentence in course.withheld_sentences],
    }


def _passage(number: int, passage: Passage, course: Course) -> dict[str, Any]:
    told: dict[str, Any] = {
        "document_id": passage.document_id,
        "key": passage.key,
        "page": passage.page,
        "box": list(passage.box) if passage.box else None,
        "confidence": CONFIDENCES[passage.score],
    }
    if number in course.cited:
        citation = list(course.cited).index(number)
        told |= {"citation": citation + 1, "excerpt": course.citations[citation].excerpt}
    return {name: value for name, value in told.items() if value is not None}
