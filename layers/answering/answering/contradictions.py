"""Whether two sentences say different things of the same: yes and no, other numbers, other periods, other names.

Only sentences in nearly the same words are compared: what they differ in is then what they contradict each other in.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .numbers.reading import stated_in
from .numbers.values import PLACE, StatedNumber
from .passage_support import words_of
from .statement_bearing import denies

type Difference = Literal["yes_and_no", "numbers", "names"]

# Of the words of each that the other has, numbers and names left out.
SAME_SUBJECT = 0.75
LEAST_WORDS = 2
_YES = re.compile(r"\W*(?:yes|ja|sí|oui)\b", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|nein)\b(?!\.\s*\d)", re.IGNORECASE)
# Capital letters within a sentence: names in English. German nouns have them too, so they are no names there.
_NAMES = re.compile(r"(?<=[\w,]\s)(?:[A-Z][\w-]+\s?)+")
_LABEL = re.compile(r"\b[^\W\d_]+-?\d\w*")
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|sind|wird|werden|ein|eine|bei|mit|von|für)\b")
_DENYING = frozenset({"nicht", "kein", "keine", "keinen", "keiner", "never", "without", "none", "ohne", "yes", "nein"})
STEM = 5  # letters by which words are the same: notify, notified


def yes_or_no(text: str) -> bool | None:
    """What an answer begins with."""
    return True if _YES.match(text) else False if _NO.match(text) else None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence is compared by. `subject` are the beginnings of its words; `labels` such as E17 or Area-5 name
    things that are not each other."""

    subject: frozenset[str]
    labels: frozenset[str]
    amounts: tuple[StatedNumber, ...]
    names: frozenset[str]
    is_denied: bool
    is_english: bool


@lru_cache(maxsize=50_000)
def claim_of(sentence: str) -> Claim:
    is_english = not _GERMAN.search(sentence)
    names = frozenset(name.strip() for name in _NAMES.findall(sentence)) if is_english else frozenset[str]()
    named = {word for name in names for word in words_of(name)}
    words = {word for word in words_of(sentence) - named if not re.search(r"\d", word)} - _DENYING
    return Claim(
        frozenset(word[:STEM] for word in words),
        frozenset(_LABEL.findall(sentence)),
        tuple(number for number in stated_in(sentence) if PLACE not in number.units),
        names,
        denies(sentence, sentence),
        is_english,
    )


def difference(one: str, other: str) -> Difference | None:
    """What two sentences about the same contradict each other in."""
    return difference_of(claim_of(one), claim_of(other))


def difference_of(one: Claim, other: Claim) -> Difference | None:
    if not _is_same_subject(one, other) or one.labels != other.labels:
        return None
    if one.is_denied != other.is_denied:
        return "yes_and_no"
    if _numbers_differ(one, other):
        return "numbers"
    return "names" if _names_differ(one, other) else None


def _is_same_subject(one: Claim, other: Claim) -> bool:
    shared = len(one.subject & other.subject)
    least, most = sorted((len(one.subject), len(other.subject)))
    return least >= LEAST_WORDS and shared >= SAME_SUBJECT * most


def _numbers_differ(one: Claim, other: Claim) -> bool:
    """Whether both state amounts of the same unit, and none of them is the same."""
    if len(one.amounts) != len(other.amounts):
        return False
    for number in one.amounts:
        alike = [each for each in other.amounts if each.units & number.units or not (each.units or number.units)]
        if alike and not any(each.readings & number.readings for each in alike):
            return True
    return False


def _names_differ(one: Claim, other: Claim) -> bool:
    if len(one.names) != 1 or len(other.names) != 1:
        return False
    (name,), (named,) = one.names, other.names
    return name not in named and named not in name
