"""One answer beside what was expected: whether the right page is cited, how alike the answers are, and so on."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from cli.evaluation.question_fields import Place, Question
from cli.evaluation.similarity import covered, numbers, similarity


class Outcome(StrEnum):
    """What became of a question; the best first."""

    RIGHT = "right"
    RIGHTLY_UNKNOWN = "rightly-unknown"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    WRONG_PAGE = "wrong-page"
    WRONGLY_UNKNOWN = "wrongly-unknown"
    WRONG_DOCUMENT = "wrong-document"
    WRONGLY_ANSWERED = "wrongly-answered"
    NO_REPLY = "no-reply"


OUTCOMES = {
    Outcome.RIGHT: "right source cited",
    Outcome.RIGHTLY_UNKNOWN: "rightly “I don't know”",
    Outcome.ANSWERED: "answered, no source expected",
    Outcome.UNKNOWN: "“I don't know”, nothing expected",
    Outcome.WRONG_PAGE: "another page cited",
    Outcome.WRONGLY_UNKNOWN: "wrongly “I don't know”",
    Outcome.WRONG_DOCUMENT: "another document cited",
    Outcome.WRONGLY_ANSWERED: "answered instead of “I don't know”",
    Outcome.NO_REPLY: "no reply",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question. `reply` is an Answer of openapi.yaml; without one, `error` tells why."""

    question: str
    asked_at: str
    seconds: float
    reply: Mapping[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """`measures` are between 0 and 1, by the names in measures.py; one that does not apply is missing."""

    question: Question
    asked: Asked
    outcome: Outcome
    measures: Mapping[str, float]


def judge(question: Question, asked: Asked) -> Judged:
    reply = asked.reply or {"answer": "", "citations": []}
    outcome = _outcome(question, asked)
    measures: dict[str, float | None] = {}
    if question.answerable is False:
        measures["declined"] = outcome is Outcome.RIGHTLY_UNKNOWN
    elif question.answerable:
        measures["answered"] = bool(reply["citations"])
        if any(place.page for place in question.places):
            measures["page"] = any(_cites(reply, place) for place in question.places if place.page)
        if question.places:
            measures["document"] = any(_cites(reply, Place(place.document)) for place in question.places)
        if question.answers and asked.reply:
            told = reply["answer"] if reply["citations"] else ""
            measures["similarity"] = max(similarity(told, each) for each in question.answers)
            measures["covered"] = max(covered(told, each) for each in question.answers)
            found = [share for each in question.answers if (share := numbers(told, each)) is not None]
            measures["numbers"] = max(found) if found else None
    if question.answerable is not None:
        measures["known"] = measures.get("declined", measures.get("answered"))
    if written := sum(reply.get("sentences", {}).values()):
        measures["shown"] = reply["sentences"]["shown"] / written
    return Judged(question, asked, outcome, {name: float(each) for name, each in measures.items() if each is not None})


def _outcome(question: Question, asked: Asked) -> Outcome:
    if asked.reply is None:
        return Outcome.NO_REPLY
    if not asked.reply["citations"]:
        return {True: Outcome.WRONGLY_UNKNOWN, False: Outcome.RIGHTLY_UNKNOWN, None: Outcome.UNKNOWN}[
            question.answerable
        ]
    if question.answerable is False:
        return Outcome.WRONGLY_ANSWERED
    if not question.places:
        return Outcome.ANSWERED
    if any(_cites(asked.reply, place) for place in question.places):
        return Outcome.RIGHT
    right_document = any(_cites(asked.reply, Place(place.document)) for place in question.places)
    return Outcome.WRONG_PAGE if right_document else Outcome.WRONG_DOCUMENT


def _cites(reply: Mapping[str, Any], place: Place) -> bool:
    return any(is_at(citation, place) for citation in reply["citations"])


def is_at(citation: Mapping[str, Any], place: Place) -> bool:
    """Whether a citation is of this page, or of this document if the place names no page."""
    if place.page and citation.get("page") != place.page:
        return False
    return _is_document(_names(citation["file_name"]), _names(place.document))


def _is_document(cited: set[str], expected: set[str]) -> bool:
    """The names are equal, or one is the end of the other's path: questions often name a file without its folder."""
    return any(
        fnmatchcase(one, _pattern(other)) or one.endswith(f"/{other}") or other.endswith(f"/{one}")
        for one in cited
        for other in expected
    )


def _names(name: str) -> set[str]:
    """The ways to write a name that are the same: %20 or a blank, with .pdf or without, upper case or lower."""
    plain = {unicodedata.normalize("NFC", each).strip().casefold() for each in (name, unquote(name))}
    return {each.removesuffix(".pdf") for each in plain}


def _pattern(name: str) -> str:
    """Only `*` stands for other characters; brackets are part of a name."""
    return re.sub(r"[\[?]", lambda found: f"[{found[0]}]", name)
