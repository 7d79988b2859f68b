"""Fills in one field of a form from statements, by rules: an option of a list, a number or a date.

"Yes" is what statements say that have most of the question's words, "No" what they deny. It chooses nothing that the
statements do not say.
"""

import re
from collections.abc import Sequence

from local.bedrock.words import language_of, share_of, stems

UNKNOWN = "Answer: unknown"
ENOUGH = 0.6  # of the stems of a question, or of an option, in the statements
_YES = re.compile(r"(?:yes|ja|y|true|wahr|s[ií]|oui|compliant|implemented|fully.*)\b", re.IGNORECASE)
_NO = re.compile(r"(?:no|nein|n|false|falsch|not .*|nicht .*|non-compliant)\b", re.IGNORECASE)
_PLANNED = re.compile(r"(?:planned|in progress|geplant|in arbeit)\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not|no|never|none|without|cannot|nicht|kein\w{0,2}|nie|ohne)\b|n['’]t\b",
    re.IGNORECASE,
)
_PLANS = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|intends?|roadmap|drafts?|proposed|upcoming|evaluating|working (?:on|towards)|scheduled"
    r"|not yet|future|pilot|in progress|geplant|planen|vorgesehen|entwurf|vorbereitung|künftig|zukünftig)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w.]*\d)")
_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b|\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")


def field(question: str, statements: str, options: Sequence[str], wanted: str) -> str:
    """One line: `Answer:` and what goes into the field, or that it is unknown."""
    if options:
        return _option(question, statements, options)
    if wanted == "date" and (found := _DATE.search(statements)):
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        return f"Answer: {year}-{int(month):02}-{int(day):02}"
    if wanted == "number" and (found := _NUMBER.findall(statements)) and len(set(found)) == 1:
        return f"Answer: {found[0].replace(',', '')}"
    return UNKNOWN


def _option(question: str, statements: str, options: Sequence[str]) -> str:
    yes, no, planned = (
        next((option for option in options if pattern.match(option)), "") for pattern in (_YES, _NO, _PLANNED)
    )
    if not (yes and no):
        return _named(statements, options)
    lines = [line for line in statements.splitlines() if line.strip()]
    language = language_of(question)
    asked = stems(question, language)
    said = {line: stems(line, language) for line in lines}
    best = max(lines, key=lambda line: _share(asked, said[line]), default="")
    if not best or _share(asked, said[best]) < ENOUGH:
        return UNKNOWN
    if _PLANS.search(best):
        return f"Answer: {planned}" if planned else UNKNOWN
    return f"Answer: {no if _DENIES.search(best) else yes}"


def _named(statements: str, options: Sequence[str]) -> str:
    language = language_of(statements)
    said = stems(statements, language)
    shares = {option: _share(stems(option, language), said) for option in options}
    best = max(options, key=lambda option: (shares[option], len(option)))
    return f"Answer: {best}" if shares[best] >= ENOUGH else UNKNOWN


def _share(wanted: Sequence[str], words: Sequence[str]) -> float:
    return sum(share_of(word, words) for word in wanted) / len(wanted) if wanted else 0.0
