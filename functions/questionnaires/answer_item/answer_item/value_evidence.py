"""Whether what an answer rests on says a value: "Yes" needs a sentence that says so, and "No" one that denies it.

Decided by words, whatever the model chose. What a value says is told by its own words, in four languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from answering.asked_words import asked_words
from answering.passage_support import share_of, weights_of
from answering.stated_numbers import missing_numbers
from answering.statement_bearing import Statement, codes_in, names_in
from answering.text_languages import language_of

from .review_reasons import DENIED, NOT_NAMED, OF_OTHERS, PLANNED, UNSUPPORTED, Reason

type Meaning = Literal["yes", "no", "not_applicable", "planned", "partial", "unknown", "other"]

# Of the words of a question that the sentence must have. Below the first one it says nothing of it; from the second
# one on it says it.
NEAR, SAID = 0.4, 0.75
# Across languages only names and kindred words are the same.
NEAR_ACROSS = 0.12
_WORDS: dict[Meaning, str] = {
    "not_applicable": r"n/?\.?a\.?|not\sapplicable.*|does\snot\sapply|entfällt"
    r"|nicht\s(?:anwendbar|zutreffend|relevant).*|no\saplica|sans\sobjet",
    "unknown": r"unknown|unbekannt|don['’]?t\sknow|not\s(?:sure|known)|weiß\snicht|keine\sangabe|unclear"
    r"|desconocido|to\sbe\sdetermined|tbd|-",
    "planned": r"planned.*|in\s(?:progress|development|planning|arbeit|planung|umsetzung).*|geplant.*|road-?map.*"
    r"|future.*|vorgesehen.*|planificado|en\scurso",
    "partial": r"partial.*|partly.*|in\spart|teilweise.*|teils|zum\steil|parcial.*|mostly.*|largely.*"
    r"|weitgehend.*|some.*",
    "no": r"no\b.*|nein\b.*|n|false|falsch|not\b.*|non-?\s?(?:compliant|conforming).*|nicht\b.*|kein\w*\b.*"
    r"|unsupported|none|fail(?:ed|s)?|non",
    "yes": r"yes\b.*|ja\b.*|y|j|true|wahr|s[ií]|oui|fully\b.*|full|complian\w+|complies|conform\w*|implemented"
    r"|in\splace|met|meets.*|supported|available|pass(?:ed|es)?|vorhanden|umgesetzt|erfüllt|vollständig.*|zutreffend|valid"
    r"|out[\s-]of[\s-]the[\s-]box|standard|included|cumple|✓|✔|x",
}
_MEANINGS: dict[Meaning, re.Pattern[str]] = {
    meaning: re.compile(rf"\W*(?:{words})\W*", re.IGNORECASE | re.DOTALL) for meaning, words in _WORDS.items()
}
_PARTIAL = re.compile(
    r"\b(?:partial\w*|partly|some|only|most|mostly|limited|except|excluding|part\sof|teilweise|nur|einige|außer|teil\w*"
    r"|ausgenommen|begrenzt\w*|manche)\b",
    re.IGNORECASE,
)
_NOT_APPLICABLE = re.compile(
    r"\b(?:not\sapplicable|n/a|does\snot\sapply|do\snot\sapply|not\srelevant|entfällt|nicht\s(?:anwendbar|zutreffend|relevant)"
    r"|trifft\snicht\szu|out\sof\sscope)",
    re.IGNORECASE,
)
LEVELS = ("none", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`level` is how sure the value can be at most: `none` is a value that nothing says."""

    level: str
    reason: Reason | None = None
    named: str = ""


def meaning_of_value(value: str) -> Meaning:
    for meaning, pattern in _MEANINGS.items():
        if pattern.fullmatch(value.strip()):
            return meaning
    return "other"


def verdict_of(value: str, question: str, evidence: Sequence[Statement]) -> Verdict:
    """`question` as it stands alone; `evidence` are the sentences of passages that the answer rests on."""
    match meaning_of_value(value):
        case "yes":
            return _says_yes(value, question, evidence)
        case "no":
            return _says_no(value, question, evidence)
        case "not_applicable":
            said = any(_NOT_APPLICABLE.search(each.in_full) for each in evidence)
            return Verdict("medium") if said else Verdict("none", UNSUPPORTED, value)
        case "planned":
            said = any(each.is_planned for each in evidence)
            return Verdict("medium") if said else Verdict("none", UNSUPPORTED, value)
        case "partial":
            said = any(_PARTIAL.search(each.words) for each in evidence)
            return Verdict("medium" if said else "low")
        case "unknown":
            return Verdict("none")
        case "other":
            return _says(value, evidence)


def coverage(question: str, statement: Statement) -> float:
    """Of the words that a question is about, by weight, how many its statement has; 1 where that is enough across
    languages."""
    text = f"{statement.passage.file_name}\n{statement.in_full}"
    asked = asked_words(question)
    share = share_of(asked, text, weights_of(asked, [statement.passage]))
    told, stands = language_of(question), language_of(statement.words)
    if told and stands and told != stands:
        return 0.6 if share >= NEAR_ACROSS else 0.0  # never as sure as in one language
    return share


def _says_yes(value: str, question: str, evidence: Sequence[Statement]) -> Verdict:
    best = Verdict("none", UNSUPPORTED, value)
    for each in sorted(evidence, key=lambda each: -coverage(question, each)):
        if coverage(question, each) < NEAR:
            break
        if each.is_planned:
            best = Verdict("none", PLANNED)
        elif each.denies(question):
            best = Verdict("none", DENIED)
        elif missing := codes_in(question) - codes_in(f"{each.passage.file_name}\n{each.in_full}"):
            best = Verdict("none", NOT_NAMED, ", ".join(sorted(missing)))
        else:
            return _sure_of_yes(question, each, evidence)
    return best


def _sure_of_yes(question: str, said: Statement, evidence: Sequence[Statement]) -> Verdict:
    contrary = [each for each in evidence if each is not said and coverage(question, each) >= NEAR]
    if any(each.denies(question) for each in contrary):
        return Verdict("low", DENIED)
    if any(each.is_planned for each in contrary):
        return Verdict("low", PLANNED)
    if said.is_of_others:
        return Verdict("low", OF_OTHERS)
    text = f"{said.passage.file_name}\n{said.in_full}"
    if unnamed := [name for name in names_in(question) if name not in text]:
        return Verdict("low", NOT_NAMED, ", ".join(sorted(unnamed)))
    if missing_numbers(question, [text]) or coverage(question, said) < SAID:
        return Verdict("low")
    return Verdict("medium" if said.is_expected else "high")


def _says_no(value: str, question: str, evidence: Sequence[Statement]) -> Verdict:
    near = [each for each in evidence if coverage(question, each) >= NEAR]
    denied = [each for each in near if each.denies(question)]
    if not denied:
        return (
            Verdict("none", PLANNED) if any(each.is_planned for each in near) else Verdict("none", UNSUPPORTED, value)
        )
    if len(denied) < len(near):
        return Verdict("low", DENIED)
    if any(each.is_of_others for each in denied):
        return Verdict("low", OF_OTHERS)
    return Verdict("high" if max(coverage(question, each) for each in denied) >= SAID else "low")


def _says(value: str, evidence: Sequence[Statement]) -> Verdict:
    text = "\n".join(each.in_full for each in evidence)
    words = asked_words(value)
    share = share_of(words, text) if words else float(value.casefold() in text.casefold())
    if missing_numbers(value, [text]):
        return Verdict("none", UNSUPPORTED, value)
    if any(each.is_planned for each in evidence):
        return Verdict("low", PLANNED)
    return Verdict("high" if share >= SAID else "medium" if share >= NEAR else "low")
