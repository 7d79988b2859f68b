"""What each answer puts into the file, and what became of it."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from answering.citation_marks import without_marks
from answering.text_languages import Language, language_of
from docent.citations import Citation
from docent.document_rows import file_name_of

from .questionnaire_items import Item

type Value = str | tuple[str, ...] | Decimal | date
# Why an answer is not in the file, or not all of it.
type Note = Literal[
    "cut",
    "has_formula",
    "lost_characters",
    "no_place",
    "not_a_date",
    "not_a_number",
    "not_an_option",
    "was_filled",
    "withheld",
]

CUT_MARK = " […]"
_PAGE: Mapping[Language, str] = {"en": "p.", "de": "S."}
_LINE_ENDS = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
# What XML 1.0 has no way to write, and half characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Entry:
    """`value` goes into the answer's place, `comment` and `evidence` beside it where there are such places.

    `replaces` tells that they may replace what is there. A format's module notes why it could not write a value.
    """

    item: Item
    value: Value | None = None
    comment: str = ""
    evidence: str = ""
    replaces: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def place(self) -> Any:
        return self.item.question.place

    @property
    def text(self) -> str:
        match self.value:
            case None:
                return ""
            case tuple():
                return "; ".join(self.value)
            case date():
                return self.value.isoformat()
            case _:
                return str(self.value)

    @property
    def status(self) -> str:
        """A value that its place does not allow is a failed answer."""
        wrong = {"not_an_option", "not_a_number", "not_a_date"}
        return "failed" if wrong.intersection(self.notes) else self.item.status

    def refuse(self, note: Note) -> None:
        self.value, self.comment, self.evidence = None, "", ""
        self.notes.append(note)


def entries_of(items: Iterable[Item], overwrite: bool) -> list[Entry]:
    return [_entry(item, overwrite) for item in items]


def counts(entries: Sequence[Entry]) -> dict[str, int]:
    written = sum(entry.value is not None for entry in entries)
    refused = sum(entry.value is None and bool(entry.notes) for entry in entries)
    return {"questions": len(entries), "written": written, "not_written": refused}


def clean(text: str) -> str:
    """Text without characters that a file cannot hold, its lines ended by a line feed."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def shortened(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, which is how Excel and Word count, with a visible mark where it was cut."""
    if len(text) <= limit // 2 or _units(text) <= limit:
        return text
    mark = CUT_MARK if limit > len(CUT_MARK) else ""
    kept = text.encode("utf-16-le")[: 2 * (limit - len(mark))].decode("utf-16-le", "ignore")
    return kept + mark


def sources(citations: Iterable[Citation], language: Language) -> str:
    """Each cited document with its pages, one in a line."""
    page = _PAGE[language]
    pages: dict[str, list[str]] = {}
    for citation in citations:
        found = pages.setdefault(file_name_of(citation.key), [])
        if citation.page is not None and str(citation.page) not in found:
            found.append(str(citation.page))
    return "\n".join(f"{name}, {page} {', '.join(numbers)}" if numbers else name for name, numbers in pages.items())


def _entry(item: Item, overwrite: bool) -> Entry:
    entry, answer, question = Entry(item), item.answer, item.question
    if answer is None or item.status not in ("answered", "already_answered"):
        return entry
    entry.replaces = overwrite or item.edited
    if item.is_withheld and not answer.completion:
        entry.notes.append("withheld")
        return entry
    if (item.status == "already_answered" or question.existing) and not entry.replaces:
        entry.notes.append("was_filled")
        return entry
    # The sources stand in the review, so their marks are not sent to whom the questionnaire came from.
    said = without_marks(answer.completion) if answer.citations else answer.completion
    completion, kind = clean(said).strip(), question.answer.kind
    entry.evidence = clean(sources(answer.citations, language_of(question.text) or "en"))
    if kind == "text":
        _give_text(entry, completion, question.answer.max_chars)
        return entry
    values = tuple(clean(value).strip() for value in answer.values)
    _give_value(entry, kind, values)
    if entry.value is not None and completion != entry.text:
        place = "comment" if "comment" in question.place else "evidence"
        text = f"{completion}\n{entry.evidence}".strip() if place == "evidence" else completion
        setattr(entry, place, text)
    return entry


def _give_text(entry: Entry, completion: str, limit: int) -> None:
    if not completion:
        return
    entry.value = shortened(completion, limit) if limit else completion
    if entry.value != completion:
        entry.notes.append("cut")


def _give_value(entry: Entry, kind: str, values: tuple[str, ...]) -> None:
    allowed = {clean(option).strip(): option for option in entry.item.question.answer.options}
    match kind:
        case "choice" | "choices":
            fits = values and all(value in allowed or not allowed for value in values)
            if not fits or (kind == "choice" and len(values) != 1):
                entry.refuse("not_an_option")
                return
            spelt = tuple(allowed.get(value, value) for value in values)
            entry.value = spelt if kind == "choices" else spelt[0]
        case "number":
            entry.value = _number(values[0]) if values else None
            if entry.value is None:
                entry.refuse("not_a_number")
        case "date":
            entry.value = _date(values[0]) if values else None
            if entry.value is None:
                entry.refuse("not_a_date")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
        return number if number.is_finite() and math.isfinite(float(number)) else None
    except (InvalidOperation, OverflowError):
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
