"""A case: a document, a question, and two answers of which one is right."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from docent.errors.debates import InvalidCaseError

from .verdicts import Side

QUESTION = "Which one of these summaries is the most factually consistent one?"
Technique = Literal["naive", "expert", "consultancy", "debate"]
TECHNIQUES: tuple[Technique, ...] = ("naive", "expert", "consultancy", "debate")
# The model reads the document, both answers and the arguments so far: three quarters of a context of 200,000 tokens.
MOST_CHARACTERS = 450_000
_TEXTS = "document", "answer_a", "answer_b"


@dataclass(frozen=True, slots=True)
class Case:
    """`label` is the right answer, None where nobody knows it yet."""

    id: str
    document: str
    question: str
    answer_a: str
    answer_b: str
    label: Side | None = None
    error_types: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """From a line of a file of cases. Raises InvalidCaseError, which tells what is wrong."""
        if not isinstance(value, Mapping):
            raise InvalidCaseError("It is not a JSON object.")
        texts: dict[str, str] = {}
        for name in _TEXTS:
            text = value.get(name)
            if not isinstance(text, str) or not text.strip():
                raise InvalidCaseError(f"It has no {name}.")
            texts[name] = text.strip()
        if _squeezed(texts["answer_a"]) == _squeezed(texts["answer_b"]):
            raise InvalidCaseError("Both answers are the same.")
        if sum(map(len, texts.values())) > MOST_CHARACTERS:
            raise InvalidCaseError(f"It has more than {MOST_CHARACTERS:,} characters, which the models do not read.")
        label = value.get("label")
        if label not in (None, "A", "B"):
            raise InvalidCaseError("Its label must be A or B.")
        question = value.get("question") or QUESTION
        kinds = value.get("error_types") or ()
        if not isinstance(question, str) or not isinstance(kinds, list | tuple):
            raise InvalidCaseError("Its question must be a text, and its error_types a list.")
        given = value.get("id")
        id = str(given) if isinstance(given, str | int) and str(given).strip() else _id_of(question, **texts)
        return cls(id, question=question.strip(), label=label, error_types=tuple(map(str, kinds)), **texts)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "document": self.document, "question": self.question, "answer_a": self.answer_a,
            "answer_b": self.answer_b, "label": self.label, "error_types": list(self.error_types),
        }  # fmt: skip

    def answer(self, side: Side) -> str:
        return self.answer_a if side == "A" else self.answer_b

    @property
    def document_hash(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()[:16]


def read_case(line: str) -> Case:
    """Raises InvalidCaseError."""
    try:
        value = json.loads(line)
        # Refuses half a surrogate pair, which UTF-8 cannot write, and NaN.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidCaseError("It is not valid JSON.") from error
    return Case.from_json(value)


def opposite(side: Side) -> Side:
    return "B" if side == "A" else "A"


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _id_of(question: str, document: str, answer_a: str, answer_b: str) -> str:
    return hashlib.sha256("\0".join((question, document, answer_a, answer_b)).encode()).hexdigest()[:16]
