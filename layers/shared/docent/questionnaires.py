"""Questionnaires: the questions found in a file, and what is kept of each while it is answered and reviewed.

The questionnaires' table has one partition for each questionnaire:

questionnaire        whose it is, its file, its status
item#<number>        one question, its answer, and its review; the number has six digits
log#<time>#<id>      one change that a person made; never changed or removed
kept#<digest>        what a call answered, for the job that it becomes if it takes too long; for an hour

A questionnaire is one S3 object, so its id and generation are those of a document (docent.documents). Uploading a file
of the same name again is a new generation of the same questionnaire.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from docent.citations import Citation
from docent.derived_keys import QUESTIONNAIRES as QUESTIONNAIRES

# QUESTIONNAIRES is also the prefix of questionnaires in the source bucket. Below it, the owner's subject follows where
# somebody uploaded it through the API. Nothing below it is ingested as a document.
QUESTIONNAIRE, ITEM, LOG, KEPT = "questionnaire", "item#", "log#", "kept#"

type Status = Literal["UPLOADING", "FINDING", "FOUND", "ANSWERING", "ANSWERED", "STOPPED", "FAILED"]
# `already_answered` is a question whose cell held something before; `failed` has an `error`.
type ItemStatus = Literal["pending", "answered", "unanswered", "failed", "already_answered"]
type Kind = Literal["text", "choice", "choices", "number", "date"]


@dataclass(frozen=True, slots=True)
class AnswerType:
    """What an answer must be.

    A choice is exactly one of the `options`, choices are some of them, as they are spelt; `max_chars` 0 is no limit.
    """

    kind: Kind = "text"
    options: tuple[str, ...] = ()
    max_chars: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(value.get("kind", "text"), tuple(value.get("options", ())), value.get("max_chars", 0))

    def to_json(self) -> dict[str, Any]:
        value = {"kind": self.kind, "options": list(self.options), "max_chars": self.max_chars}
        return {name: each for name, each in value.items() if each}


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as it was found: a line of `questions.jsonl`.

    `number` counts from 1 in the order of the file; `label` is the file's own number ("1.a"). `parent` is the question
    that a sub-question belongs to, with its text. `existing` is what the answer's place held before. `place` is where
    the answer goes, in terms of the file's format: only `find_questions` writes it and only `fill_in_file` reads it.
    """

    number: int
    text: str
    place: Mapping[str, Any]
    label: str = ""
    section: str = ""
    parent: str = ""
    existing: str = ""
    answer: AnswerType = field(default_factory=AnswerType)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        named = {name: value.get(name, "") for name in ("label", "section", "parent", "existing")}
        answer = AnswerType.from_json(value.get("answer", {}))
        return cls(value["number"], value["text"], value.get("place", {}), **named, answer=answer)

    def to_json(self) -> dict[str, Any]:
        value = {
            "number": self.number,
            "text": self.text,
            "place": dict(self.place),
            "label": self.label,
            "section": self.section,
            "parent": self.parent,
            "existing": self.existing,
            "answer": self.answer.to_json(),
        }
        return {name: each for name, each in value.items() if each}

    @property
    def digest(self) -> str:
        """32 hex digits, the same for questions that ask the same in the same words for the same kind of answer."""
        asked = "\n".join(
            [*map(normal, (self.parent, self.section, self.text)), self.answer.kind, *self.answer.options]
        )
        return hashlib.sha256(asked.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question, and how sure it is.

    `values` are what goes into a place that takes no free text: options as they are spelt, a number, an ISO date. There
    `completion` explains them. `confidence` is high, medium, low or none. `reasons` say why somebody must look at it
    (`needs_review`), in sentences for people. `answer_id` names the approved answer that it was taken from.
    """

    status: ItemStatus
    completion: str = ""
    values: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    confidence: str = "none"
    reasons: tuple[str, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    answer_id: str = ""

    @property
    def needs_review(self) -> bool:
        return bool(self.reasons)

    @property
    def withheld(self) -> "Answer":
        """Without anything that comes from documents. What its place in the file held before is not from them."""
        kept = self.completion if self.status == "already_answered" else ""
        return replace(self, completion=kept, values=(), citations=(), reasons=())

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(
            value["status"],
            value.get("completion", ""),
            tuple(value.get("values", ())),
            tuple(Citation.from_json(each) for each in value.get("citations", ())),
            value.get("confidence", "none"),
            tuple(value.get("reasons", ())),
            value.get("input_tokens", 0),
            value.get("output_tokens", 0),
            value.get("answer_id", ""),
        )

    def to_json(self) -> dict[str, Any]:
        value = {
            "status": self.status,
            "completion": self.completion,
            "values": list(self.values),
            "citations": [citation.to_json() for citation in self.citations],
            "confidence": self.confidence,
            "reasons": list(self.reasons),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "answer_id": self.answer_id,
        }
        return {name: each for name, each in value.items() if each}


def normal(text: str) -> str:
    """Text as questions are compared: composed, in small letters, with single blanks, without its last punctuation."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().rstrip("?.!: ").casefold()


def item_key(number: int) -> str:
    return f"{ITEM}{number:06d}"
