"""One question with what is expected of its answer, read from a record of a file, under the names that are usual."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from answering.text_languages import is_unknown

# What POST /ask takes; openapi.yaml has both.
MAX_QUESTION = 2000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# The first name that has a value counts.
QUESTION = ("question", "query", "prompt", "user_input", "input", "frage")
ANSWERS = (
    "answer", "expected_answer", "ground_truth", "ground_truths", "truth", "reference_answer", "reference", "expected",
    "expected_output", "gold_answer", "answers", "answer_contains", "antwort",
)  # fmt: skip
PAGES = ("pages", "page", "expected_pages", "page_number", "page_numbers", "seiten", "seite")
DOCUMENTS = (
    "document", "documents", "expected_document", "expected_documents", "file", "file_name", "filename", "source_docs",
    "source_document", "source_documents", "dokument",
)  # fmt: skip
# These can hold anything, so they count only where they name a PDF.
SOURCES = ("sources", "source", "citations", "references")
ANSWERABLE = ("answerable", "is_answerable", "has_answer")
UNANSWERABLE = ("unanswerable", "is_unanswerable", "is_impossible")
YES = frozenset({"true", "yes", "y", "1", "ja", "wahr"})
NO = frozenset({"false", "no", "n", "0", "nein", "falsch"})

_IN_ANSWER = re.compile(r"\[([^\[\]]+?#page=\d+(?:-\d+)?)\]")
_WITH_PAGE = re.compile(r"\s*[;,|]?\s*(?P<document>.+?)#page=(?P<first>\d+)(?:[-–](?P<last>\d+))?", re.DOTALL)
_IN_WORDS = re.compile(
    r"(?P<document>.+?\.pdf)[\s,:(]+(?:p|pp|pg|page|pages|seite|seiten|s)?\.?\s*(?P<first>\d+)"
    r"(?:\s*[-–]\s*(?P<last>\d+))?\)?",
    re.IGNORECASE,
)
# `a.pdf, 2023 Q1.pdf` are two documents, and `a.pdf, page 3` is one.
_BETWEEN = re.compile(r"[;|\n]|(?<=\*),|(?<=\.pdf),(?!\s*[a-z]*\.?\s*\d[\d\s–-]*\)?\s*(?:[;|\n,]|$))", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+(?:\s*[-–]\s*\d+)?(?:\s*[,;|]\s*\d+(?:\s*[-–]\s*\d+)?)*")
LONGEST_RANGE = 500
LONGEST_NAME = 1024  # of a key in S3


class UnusableQuestionError(Exception):
    """Why a record cannot be used, and what to do; told after the number of its line."""


@dataclass(frozen=True, slots=True)
class Place:
    """A document, or one page of it. The name can have `*` for any characters."""

    document: str
    page: int | None = None

    def __str__(self) -> str:
        return f"{self.document}#page={self.page}" if self.page else self.document


@dataclass(frozen=True, slots=True)
class Question:
    """Each of `answers` is right alone, and so is each of `places`. `answerable` is None if the file does not tell."""

    line: int
    text: str
    answers: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    answerable: bool | None = None


def question_of(record: Any, line: int) -> Question:
    """Raises UnusableQuestionError."""
    if not isinstance(record, Mapping):
        raise UnusableQuestionError('this is no JSON object. Write it as {"question": "…", "answer": "…"}.')
    if "conversationTurns" in record:
        record = _of_bedrock(record["conversationTurns"])
    fields = {name_of(key): value for key, value in record.items() if isinstance(key, str)}
    text = _question(_first(fields, QUESTION))
    answers = tuple(_texts(_first(fields, ANSWERS)))
    cited = [place for answer in answers for found in _IN_ANSWER.findall(answer) for place in _places(found)]
    answers = tuple(bare for answer in answers if (bare := without_sources(answer)))
    unknown = bool(answers) and all(is_unknown(answer) for answer in answers)
    places = tuple(dict.fromkeys([*_expected_places(fields), *cited]))
    answerable = _answerable(fields)
    if answerable is None and (answers or places):
        answerable = not unknown
    return Question(line, text, () if unknown else answers, places, answerable)


def without_sources(answer: str) -> str:
    """An expected answer without the sources it names, which are no part of what it says."""
    answer = _IN_ANSWER.sub("", answer)
    answer = re.sub(r"\(source[^()\n]*\)|^\s*sources?(?:\(s\))?:.*$", "", answer, flags=re.IGNORECASE | re.MULTILINE)
    return re.sub(r"[ \t]+([.,;]|$)", r"\1", answer, flags=re.MULTILINE).strip()


def name_of(key: str) -> str:
    return re.sub(r"[\W_]+", "_", key.strip().casefold()).strip("_")


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((fields[name] for name in names if fields.get(name) not in (None, "", [], {})), None)


def _question(value: Any) -> str:
    if value is None:
        raise UnusableQuestionError('there is no question. Put it under the name "question".')
    if not isinstance(value, str):
        raise UnusableQuestionError("the question is no text.")
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise UnusableQuestionError("the question is empty.")
    if len(text) > MAX_QUESTION:
        raise UnusableQuestionError(f"the question has more than {MAX_QUESTION} characters. Shorten it.")
    if CONTROL.search(text):
        raise UnusableQuestionError("the question has control characters. Remove them.")
    return text


def _texts(value: Any) -> Iterator[str]:
    """The answers, each of which is right."""
    match value:
        case None:
            return
        case str():
            yield value.strip()
        case bool():
            yield str(value).lower()
        case int() | float():
            yield str(value)
        case {"text": texts}:
            yield from _texts(texts)
        case list():
            for each in value:
                yield from _texts(each)
        case _:
            raise UnusableQuestionError("the answer is no text. Write a text, or a list of texts.")


def _expected_places(fields: Mapping[str, Any]) -> Iterator[Place]:
    """What the columns name. A page without a document belongs to the one document that is named beside it."""
    documents = list(_places(_first(fields, DOCUMENTS)))
    found = [*documents, *_places(_first(fields, PAGES))]
    for name in SOURCES:
        if ".pdf" in str(fields.get(name, "")).casefold():
            found += [place for place in _places(fields[name]) if place.document]
    alone = [place.page for place in found if not place.document]
    named = list(dict.fromkeys(place.document for place in found if place.document))
    if alone and len(named) != 1:
        which = "several documents are named" if named else "its document is not"
        raise UnusableQuestionError(
            f'page {alone[0]} is named, but {which}. Write pages as "pages": ["File.pdf#page={alone[0]}"].'
        )
    found = [place if place.document else Place(named[0], place.page) for place in found]
    with_page = {place.document for place in found if place.page}
    return (place for place in found if place.page or place.document not in with_page)


def _places(value: Any) -> Iterator[Place]:
    """A page that stands alone has an empty document."""
    match value:
        case None | "":
            return
        case bool():
            raise UnusableQuestionError("a document or page is neither a name nor a number.")
        case int() | float():
            if value != int(value):
                raise UnusableQuestionError(f"page {value} is no whole number.")
            yield from _pages("", str(int(value)))
        case str():
            yield from _places_in(value.strip())
        case list():
            for each in value:
                yield from _places(each)
        case Mapping():
            inner = {name_of(str(key)): each for key, each in value.items()}
            yield from _expected_places(inner)
        case _:
            raise UnusableQuestionError("a document or page is neither a name nor a number.")


def _places_in(text: str) -> Iterator[Place]:
    """`File.pdf#page=3`, `File.pdf, page 3`, `File.pdf`, `3-5`; several in one text are separated by `;`, `|` or lines.

    File names can hold commas, so a comma separates only what ends with a page, or with .pdf.
    """
    if _NUMBERS.fullmatch(text):
        yield from _pages("", text)
        return
    if "#page=" in text:
        for found in _WITH_PAGE.finditer(text):
            pages = found["first"] + (f"-{found['last']}" if found["last"] else "")
            yield from _pages(found["document"].strip(), pages)
        return
    for part in _BETWEEN.split(text):
        part = part.strip(" \t,")
        if found := _IN_WORDS.fullmatch(part):
            pages = found["first"] + (f"-{found['last']}" if found["last"] else "")
            yield from _pages(found["document"].strip(), pages)
        elif len(part) > LONGEST_NAME:
            raise UnusableQuestionError("the document is a text, not the name of a file.")
        elif part:
            yield Place(part)


def _pages(document: str, text: str) -> Iterator[Place]:
    for part in re.split(r"[,;|]", text):
        first, _, last = (each.strip() for each in part.replace("–", "-").partition("-"))
        begin, end = int(first[:9]), int((last or first)[:9])
        if not 1 <= begin <= end or end - begin > LONGEST_RANGE:
            raise UnusableQuestionError(f"there is no page {part.strip()}. Pages are counted from 1.")
        yield from (Place(document, page) for page in range(begin, end + 1))


def _answerable(fields: Mapping[str, Any]) -> bool | None:
    for names, truth in ((ANSWERABLE, True), (UNANSWERABLE, False)):
        value = _first(fields, names)
        if value is None:
            continue
        word = str(value).strip().casefold()
        if word not in YES | NO:
            raise UnusableQuestionError(f'"{names[0]}" is neither true nor false.')
        return (word in YES) == truth
    return None


def _of_bedrock(turns: Any) -> dict[str, Any]:
    """A record of Amazon Bedrock's evaluations."""
    if not isinstance(turns, list) or len(turns) != 1:
        raise UnusableQuestionError(
            "this is a conversation of several turns. Write each question as a record of its own."
        )
    try:
        answers = [each["content"][0]["text"] for each in turns[0].get("referenceResponses", [])]
        return {"question": turns[0]["prompt"]["content"][0]["text"], "answers": answers}
    except (LookupError, TypeError, AttributeError) as error:
        raise UnusableQuestionError("conversationTurns has no prompt with a text.") from error
