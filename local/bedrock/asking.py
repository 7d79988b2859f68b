"""What a question asks for: an amount, a date, the highest of several, all of them; and its parts."""

import re
from dataclasses import dataclass

from answering.numbers.units import unit_named
from local.bedrock.words import language_of, number_of, stems

_AMOUNT = re.compile(
    r"\b(how (many|much|long|high|often|old|large)|percent\w*|"
    r"what (do|does|did) .*cost|was (kostet|kosten)|wie ?(viel|viele|hoch|lange?|oft|groß|alt)|prozent\w*)\b",
    re.I,
)
_TIME = re.compile(r"\b(when|wann|what (date|year|time)|which year|in welchem jahr)\b", re.I)
_COUNT = re.compile(r"\b(?:how many|wie ?viele)\s+([\w-]+)", re.I)
_COUNTED = re.compile(r"\b(?:how many|wie ?viele)\s+([\w-]+)(?:\s+([\w-]+))?", re.I)
_HIGHEST = re.compile(
    r"\b(?:highest|largest|biggest|greatest|longest|maximum|most(?! of\b)"
    r"|(?:höchst|größt|längst|meist|stärkst)e[rnsm]?|maximal\w*)\b",
    re.I,
)
_LOWEST = re.compile(
    r"\b(?:lowest|smallest|fewest|shortest|cheapest|minimum|least"
    r"|(?:niedrigst|kleinst|kürzest|geringst|wenigst|tiefst|billigst)e[rnsm]?|minimal\w*)\b",
    re.I,
)
_BOUND = re.compile(r"\bat (?:least|most)\b|\b(?:mindest|höchst|meist|wenigst)ens\b", re.I)
_OVER = r"(?:more|greater|higher|larger|longer) than|over|above|exceed\w*|(?:mehr|höher|größer|länger) als|über"
_UNDER = r"(?:less|lower|fewer|smaller) than|under|below|(?:weniger|niedriger|kleiner|geringer) als|unter"
_COMPARED = re.compile(
    rf"\b(?:(?P<over>{_OVER})|(?P<under>{_UNDER})|(?P<least>at least|mindestens)|(?P<most>at most|höchstens))"
    r"\s+[$€£]?(?P<number>\d[\d.,]*)",
    re.I,
)
_MORE = re.compile(r"\b(?:more|greater|higher|larger|longer|mehr|(?:höher|größer|länger)\w*)\b.*\b(?:than|als)\b", re.I)
_LESS = re.compile(
    r"\b(?:less|lower|fewer|smaller|shorter|weniger|(?:niedriger|kleiner|kürzer|geringer)\w*)\b.*\b(?:than|als)\b", re.I
)
_OPEN = re.compile(
    r"\b(?:who\w*|what|which|when|where|why|how|list|name"
    r"|wer|wen|wem|was|welche\w*|wann|wo\w*|warum|wie\w*|nenn\w*|liste)\b",
    re.I,
)
_ALL = re.compile(
    r"^\W*(?:please |bitte )?(?:list|name|enumerate|nenn\w*|zähl\w*|liste\w*)\b"
    r"|\b(?:which|what)\b(?: \w+){1,3}? (?:are|were|do|have)\b|\bwhat are\b"
    r"|\bwelche\b(?: [\w-]+){1,3}? (?:sind|werden|wurden|gibt|gelten|haben)\b",
    re.I,
)
_ARTICLE = r"(?:an?|the|ein|eine[nrms]?|der|die|das|den|dem)"
_MEANING = re.compile(
    rf"\W*(?:what(?:['’]s|\s(?:is|are|does|do))(?:\s(?:meant\sby|a\sdefinition\sof|the\s(?:meaning|definition)\sof))?"
    rf"|was\s(?:ist|sind|bedeutet|bedeuten|heißt|versteht\sman)(?:\sunter)?|wofür\s(?:steht|stehen)|define)\s(?:{_ARTICLE}\s)?"
    r"(?P<term>[\w/&.-]+(?:\s[\w/&.-]+){0,3}?)(?:\s(?:mean|stand\sfor))?\s*\?*",
    re.I,
)
_DEFINES = (
    r"(?:(?:is|are|ist|sind)\s(?:an?|the|any|all|ein|eine|der|die|das|alle)\b|means?\b|(?:refers?\sto|stands?\sfor|denotes?"
    r"|consists?\sof|comprises?|bedeute[nt]|bezeichne[nt]|heißt|steht\sfür|umfasst|besteht\saus)\b)"
)
_PARTS = re.compile(
    r"\?\s+(?=\w)|[,;]?\s+(?:and|und)\s+(?:also |auch )?"
    r"(?=(?:when|what|how|who|whose|where|which|why|wann|was|wie|wieviel|wieviele|wer|wo|welche[rnsm]?|warum|wozu)\b)",
    re.I,
)
_MARKUP = re.compile(r"<\|[^|>]*\|>|</?\w+[^>]*>")


@dataclass(frozen=True, slots=True)
class Bound:
    """What values a question asks for, such as more than 100. `kind` is over, under, least or most."""

    kind: str
    number: float

    def holds(self, value: float) -> bool:
        return {
            "over": value > self.number,
            "under": value < self.number,
            "least": value >= self.number,
            "most": value <= self.number,
        }[self.kind]


def comparison_words(question: str) -> str:
    """The words that ask to compare rows: "the highest", "more than 100"."""
    return " ".join(found[0] for pattern in (_HIGHEST, _LOWEST, _COMPARED) for found in pattern.finditer(question))


def plain(question: str) -> str:
    """The question without tags and the special tokens of models."""
    return _MARKUP.sub(" ", question).strip()


def parts_of(question: str) -> list[str]:
    """The questions that a question joins by "and". A part that names no subject stays with the one before it."""
    language = language_of(question)
    parts: list[str] = []
    for part in _PARTS.split(question):
        if parts and not stems(part, language):
            parts[-1] += f" {part}"
        elif part.strip():
            parts.append(part.strip())
    return parts if len(parts) == 2 and stems(parts[0], language) else [question]


def asks_for_time(question: str) -> bool:
    return bool(_TIME.search(question))


def asks_for_amount(question: str) -> bool:
    return bool(_AMOUNT.search(question))


def term_of(question: str) -> str:
    """What it asks the meaning of: "ECTS" of "What is ECTS?"; empty if it asks for something else."""
    found = _MEANING.fullmatch(question)
    return found["term"].rstrip(".") if found else ""


def defines(text: str, term: str) -> bool:
    """Whether a text says what a term means: "A module is a …", "PSS | …", "PSS = …", "Health Record (HR)"."""
    named = r"\s+".join(map(re.escape, term.split()))
    begins = rf"[\W\d]*(?:{_ARTICLE}\s)?{named}(?:\s\([^()]*\))?(?:\s{_DEFINES}|(?:\s?[|:=–]){{1,2}}\s?\w)"
    understood = rf".*\b(?:unter|by)\s(?:{_ARTICLE}\s)?{named}\b.{{0,30}}\b(?:versteht|is\smeant|we\smean)"
    if re.match(f"{begins}|{understood}", text, re.I):
        return True
    return term.isupper() and any(
        _abbreviates(term, found["words"])
        for found in re.finditer(rf"(?P<words>[^()|=]+)\s(?:\({named}\)|=\s{named}\b)", text)
    )


def _abbreviates(term: str, words: str) -> bool:
    """Whether the last words have the letters of a term in order, the first of them at the beginning of a word."""
    last = words.split()[-len(term) - 2 :]
    letters = ".*".join(map(re.escape, term[1:]))
    return any(
        re.match(rf"{re.escape(term[0])}.*{letters}", " ".join(last[start:]), re.I) for start in range(len(last))
    )


def counted(question: str) -> list[str]:
    """The stem of what "how many" counts."""
    found = _COUNT.search(question)
    return stems(found[1], language_of(question)) if found else []


def counted_words(question: str) -> list[str]:
    """What "how many" counts, in up to two words, such as "new employees"; empty for a unit of measurement."""
    found = _COUNTED.search(question)
    words = [word for word in found.groups() if word] if found else []
    return [] if any(map(unit_named, words)) else words


def asks_for_all(question: str) -> bool:
    return bool(_ALL.search(question))


def extreme_of(question: str) -> int:
    """1 if it asks for the highest of several, -1 for the lowest, else 0."""
    if _BOUND.search(question):
        return 0
    return 1 if _HIGHEST.search(question) else -1 if _LOWEST.search(question) else 0


def is_closed(question: str) -> bool:
    """Whether "yes" or "no" answers it."""
    return "?" in question and not _OPEN.search(question)


def comparison_of(question: str) -> int:
    """1 if it asks whether one value is more than another, -1 for less, else 0."""
    return 1 if _MORE.search(question) else -1 if _LESS.search(question) else 0


def bound_of(question: str) -> Bound | None:
    found = _COMPARED.search(question)
    if not found:
        return None
    kind = next(name for name in ("over", "under", "least", "most") if found[name])
    return Bound(kind, number_of(found["number"], language_of(question)))
