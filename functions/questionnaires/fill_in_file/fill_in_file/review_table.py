"""What the review adds to the file: a row for each question, and counts, in the questions' language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from answering.text_languages import Language, language_of

from .entries import Entry, clean, sources

NAME = "Docent review"
_QUESTIONS_READ = 200  # for the language

_WORDS: Mapping[str, tuple[str, str]] = {
    # the columns
    "number": ("No.", "Nr."),
    "place": ("Place", "Stelle"),
    "question": ("Question", "Frage"),
    "answer": ("Answer", "Antwort"),
    "status": ("Status", "Stand"),
    "confidence": ("Confidence", "Sicherheit"),
    "needs_review": ("Needs review", "Zu prüfen"),
    "reasons": ("Reasons", "Gründe"),
    "sources": ("Sources", "Quellen"),
    "review": ("Review", "Prüfung"),
    "approved_by": ("Approved by", "Freigegeben von"),
    "note": ("Note", "Hinweis"),
    # the counts
    "questions": ("Questions", "Fragen"),
    # states
    "pending": ("pending", "offen"),
    "answered": ("answered", "beantwortet"),
    "unanswered": ("unanswered", "nicht beantwortet"),
    "failed": ("failed", "gescheitert"),
    "already_answered": ("already answered", "schon beantwortet"),
    "high": ("high", "hoch"),
    "medium": ("medium", "mittel"),
    "low": ("low", "niedrig"),
    "none": ("none", "keine"),
    "open": ("open", "offen"),
    "edited": ("edited", "bearbeitet"),
    "approved": ("approved", "freigegeben"),
    "yes": ("yes", "ja"),
    "no": ("no", "nein"),
    # notes
    "cut": ("The answer was too long for its place and was cut.", "Die Antwort war zu lang und wurde gekürzt."),
    "has_formula": (
        "Not written: the cell holds a formula.",
        "Nicht eingetragen: Die Zelle enthält eine Formel.",
    ),
    "lost_characters": (
        "The file's encoding lacks some characters of the answer; they are written as question marks.",
        "Der Zeichensatz der Datei kennt einige Zeichen der Antwort nicht; dort stehen Fragezeichen.",
    ),
    "no_place": (
        "Not written: the place of the answer was not found in the file.",
        "Nicht eingetragen: Die Stelle der Antwort wurde in der Datei nicht gefunden.",
    ),
    "not_a_date": ("Not written: the answer is not a date.", "Nicht eingetragen: Die Antwort ist kein Datum."),
    "not_a_number": ("Not written: the answer is not a number.", "Nicht eingetragen: Die Antwort ist keine Zahl."),
    "not_an_option": (
        "Not written: the answer is not one of the values that are allowed there.",
        "Nicht eingetragen: Die Antwort ist keiner der Werte, die dort erlaubt sind.",
    ),
    "withheld": (
        "Not written: the owner may not read the documents any more that this answer comes from.",
        "Nicht eingetragen: Der Eigentümer darf die Dokumente nicht mehr lesen, aus denen diese Antwort stammt.",
    ),
    "was_filled": (
        "Not written: the file already had an answer.",
        "Nicht eingetragen: Die Datei hatte schon eine Antwort.",
    ),
}
_COLUMNS = (
    "number",
    "place",
    "question",
    "answer",
    "status",
    "confidence",
    "needs_review",
    "reasons",
    "sources",
    "review",
    "approved_by",
    "note",
)


@dataclass(frozen=True, slots=True)
class Words:
    language: Language

    def __call__(self, name: str) -> str:
        """A state that is not known is shown as it is."""
        english, german = _WORDS.get(name, (name, name))
        return german if self.language == "de" else english


@dataclass(frozen=True, slots=True)
class Review:
    """Texts without characters that a file cannot hold. `counts` are (what, how many); `rows` can be read once."""

    title: str
    counts: Sequence[tuple[str, int]]
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    count: int


def words_for(entries: Iterable[Entry]) -> Words:
    texts = (entry.item.question.text for entry in islice(entries, _QUESTIONS_READ))
    languages: Counter[Language] = Counter(language for text in texts if (language := language_of(text)))
    return Words(languages.most_common(1)[0][0] if languages else "en")


def review_of(entries: Sequence[Entry]) -> Review:
    words = words_for(entries)
    statuses = Counter(entry.status for entry in entries)
    needed = sum(entry.item.needs_review for entry in entries)
    counted = [(words(status), count) for status, count in statuses.most_common()]
    return Review(
        NAME,
        [(words("questions"), len(entries)), *counted, (words("needs_review"), needed)],
        [words(column) for column in _COLUMNS],
        ([clean(text) for text in _row(entry, words)] for entry in entries),
        len(entries),
    )


def reasons_of(entry: Entry) -> str:
    reasons = entry.item.answer.reasons if entry.item.answer else ()
    return "\n".join(filter(None, [*reasons, entry.item.error]))


def notes_of(entry: Entry, words: Words) -> str:
    return " ".join(words(note) for note in entry.notes)


def place_of(entry: Entry) -> str:
    """As people name it: a sheet's cell, the row of a table or a line, counted from 1."""
    place = entry.place
    if "sheet" in place:
        return f"{place['sheet']}!{place.get('answer', '')}"
    if "row" in place:
        return str(place["row"] + 1)
    if "line" in place:
        return str(place["line"] + 1)
    return place.get("pointer", "")


def answer_of(entry: Entry) -> str:
    """What is in the file, and for a value its explanation; what is not in the file, too."""
    answer = entry.item.answer
    if answer is None:
        return entry.item.question.existing
    return "\n".join(filter(None, ["; ".join(answer.values), answer.completion]))


def sources_of(entry: Entry, words: Words) -> str:
    return sources(entry.item.answer.citations, words.language) if entry.item.answer else ""


def _row(entry: Entry, words: Words) -> list[str]:
    item = entry.item
    return [
        item.question.label or str(item.question.number),
        place_of(entry),
        item.question.text,
        answer_of(entry),
        words(entry.status),
        words(item.confidence),
        words("yes" if item.needs_review else "no"),
        reasons_of(entry),
        sources_of(entry, words),
        words(item.review),
        item.approved_by,
        notes_of(entry, words),
    ]
