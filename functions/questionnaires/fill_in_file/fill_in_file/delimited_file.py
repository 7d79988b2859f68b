"""Answers in a CSV file: in their fields, and columns for the review behind the last. All other bytes stay.

A program that opens CSV takes a field that begins with = + - @ for a formula, so an apostrophe is put before it:
https://owasp.org/www-community/attacks/CSV_Injection
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .entries import Entry, clean
from .review_table import Words, notes_of, reasons_of, sources_of, words_for
from .text_encoding import Encoding

_DELIMITERS = ",;\t|"
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\n]")
_READ = 1000  # questions that the delimiter is told by
_TITLES = {
    "confidence": ("Docent answer confidence", "Docent: Sicherheit der Antwort"),
    "needs_review": ("Docent needs review", "Docent: zu prüfen"),
    "reasons": ("Docent reasons", "Docent: Gründe"),
    "sources": ("Docent sources", "Docent: Quellen"),
}


@dataclass(slots=True)
class Record:
    """Its fields as they are written, with their quotes; `end` is what ends its line."""

    fields: list[str]
    end: str

    @property
    def is_blank(self) -> bool:
        return self.fields == [""]


def fill_delimited(source: bytes, entries: Sequence[Entry]) -> bytes:
    encoding = Encoding.of(source)
    text, words = encoding.decode(source), words_for(entries)
    delimiter, records = _read(text, entries)
    width = max((len(record.fields) for record in records), default=0)

    def written(value: str) -> str:
        needs_quotes = any(character in value for character in f'{delimiter}"\r\n') or value != value.strip()
        return '"' + value.replace('"', '""') + '"' if needs_quotes else value

    rows: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        _fit(entry, encoding)
        row, column = entry.place.get("row", -1), entry.place.get("column", -1)
        if not 0 <= row < len(records) or column < 0:
            entry.refuse("no_place")
            continue
        rows[row].append(entry)
        if entry.value is None:
            continue
        fields = records[row].fields
        number = isinstance(entry.value, Decimal)
        _put(fields, column, entry.text if number else written(_harmless(entry.text)))
        for name in ("comment", "evidence"):
            beside, told = entry.place.get(name), getattr(entry, name)
            if told and beside is not None and (entry.replaces or not _value(fields, beside)):
                _put(fields, beside, written(_harmless(told)))

    first = min(rows, default=0)
    header = next((row for row in range(first - 1, -1, -1) if not records[row].is_blank), None)
    for number, record in enumerate(records):
        if number == header:
            added = [title[words.language == "de"] for title in _TITLES.values()]
        elif number in rows:
            added = [encoding.fitting(_harmless(clean(value))) for value in _review(rows[number], words)]
        elif len(record.fields) == width and not record.is_blank:
            added = [""] * len(_TITLES)
        else:
            continue
        record.fields += [""] * (width - len(record.fields)) + [written(value.replace("\n", "; ")) for value in added]
    return encoding.encode("".join(delimiter.join(record.fields) + record.end for record in records))


def records_of(text: str, delimiter: str) -> list[Record]:
    """The records as Python's csv module counts them, but as they are written."""
    field = re.compile(rf'"(?:[^"]++|"")*+(?:"[^{re.escape(delimiter)}\r\n]*|\Z)|[^{re.escape(delimiter)}\r\n]*')
    end = re.compile(r"\r\n|\r|\n|\Z")
    records: list[Record] = []
    position, fields = 0, list[str]()
    while position < len(text) or fields:
        match = field.match(text, position)
        assert match  # an empty field matches everywhere
        fields.append(match[0])
        position = match.end()
        if text.startswith(delimiter, position):
            position += 1
            continue
        ending = end.match(text, position)
        assert ending
        records.append(Record(fields, ending[0]))
        position, fields = ending.end(), []
    return records


def _read(text: str, entries: Sequence[Entry]) -> tuple[str, list[Record]]:
    """The delimiter is the one by which the questions are where they were found."""

    def matching(found: tuple[str, list[Record]]) -> tuple[int, int]:
        records = found[1]
        hits = fits = 0
        for entry in entries[:_READ]:
            row, column = entry.place.get("row", -1), entry.place.get("column", -1)
            if 0 <= row < len(records):
                asked = _plain(entry.item.question.text)
                hits += any(asked == _plain(_unquoted(field)) for field in records[row].fields)
                fits += column <= len(records[row].fields)
        return hits, fits

    given = next((entry.place["delimiter"] for entry in entries if "delimiter" in entry.place), None)
    return max(((each, records_of(text, each)) for each in given or _DELIMITERS), key=matching)


def _fit(entry: Entry, encoding: Encoding) -> None:
    for name in ("value", "comment", "evidence"):
        told = entry.text if name == "value" else getattr(entry, name)
        fitting = encoding.fitting(told)
        if fitting != told:
            setattr(entry, name, fitting)
            if "lost_characters" not in entry.notes:
                entry.notes.append("lost_characters")


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _put(fields: list[str], column: int, value: str) -> None:
    fields += [""] * (column + 1 - len(fields))
    fields[column] = value


def _value(fields: Sequence[str], column: int) -> str:
    return _unquoted(fields[column]).strip() if column < len(fields) else ""


def _review(entries: Iterable[Entry], words: Words) -> list[str]:
    told = [
        (
            words(entry.item.confidence),
            words("yes" if entry.item.needs_review else "no"),
            "\n".join(filter(None, [reasons_of(entry), notes_of(entry, words)])),
            sources_of(entry, words),
        )
        for entry in entries
    ]
    return ["\n".join(filter(None, values)) for values in zip(*told, strict=True)]


def _unquoted(field: str) -> str:
    return field[1:].removesuffix('"').replace('""', '"') if field.startswith('"') else field


def _plain(text: str) -> str:
    return " ".join(text.split())
