"""Whether two sentences say different things of the same: yes and no, other numbers, other periods, other names.

Only sentences in nearly the same words are compared: what they differ in is then what they contradict each other in.
"""

import re
from typing import Literal

from .numbers.reading import stated_in
from .numbers.values import PLACE, StatedNumber
from .passage_support import share_of, words_of
from .statement_bearing import codes_in, denies

type Difference = Literal["yes_and_no", "numbers", "names"]

# Of the words of each that the other has, numbers and names left out.
SAME_SUBJECT = 0.75
LEAST_WORDS = 2
_YES = re.compile(r"\W*(?:yes|ja|sí|oui)\b", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|nein)\b(?!\.\s*\d)", re.IGNORECASE)
# Capital letters within a sentence: names in English. German nouns have them too, so they are no names there.
_NAMES = re.compile(r"(?<=[\w,]\s)(?:[A-Z][\w-]+\s?)+")


def yes_or_no(text: str) -> bool | None:
    """What an answer begins with."""
    return True if _YES.match(text) else False if _NO.match(text) else None


def difference(one: str, other: str) -> Difference | None:
    """What two sentences about the same contradict each other in."""
    if not is_same_subject(one, other):
        return None
    if denies(one, other) != denies(other, one):
        return "yes_and_no"
    if _numbers_differ(one, other):
        return "numbers"
    return "names" if _names_differ(one, other) else None


def is_same_subject(one: str, other: str) -> bool:
    words, others = subject_of(one), subject_of(other)
    if min(len(words), len(others)) < LEAST_WORDS:
        return False
    return share_of(words, other) >= SAME_SUBJECT and share_of(others, one) >= SAME_SUBJECT


def subject_of(sentence: str) -> set[str]:
    """Its words without its names, and without what denies."""
    named = {word for name in _NAMES.findall(sentence) for word in words_of(name)} if _is_english(sentence) else set()
    return {word for word in words_of(sentence) - named if not re.search(r"\d", word)} - _DENYING


_DENYING = frozenset({"nicht", "kein", "keine", "keinen", "keiner", "never", "without", "none", "ohne", "yes", "nein"})


def _numbers_differ(one: str, other: str) -> bool:
    """Whether both state amounts of the same unit, and none of them is the same."""
    stated, others = (list(filter(_is_amount, stated_in(text))) for text in (one, other))
    for number in stated:
        alike = [each for each in others if each.units & number.units or not (each.units or number.units)]
        if alike and not any(each.readings & number.readings for each in alike):
            return len(stated) == len(others)
    return False


def _is_amount(number: StatedNumber) -> bool:
    return PLACE not in number.units


def _names_differ(one: str, other: str) -> bool:
    if not (_is_english(one) and _is_english(other)):
        return False
    names, others = ({name.strip() for name in _NAMES.findall(text)} for text in (one, other))
    codes, other_codes = codes_in(one), codes_in(other)
    if codes != other_codes:
        return False  # they are about different things, which nothing says exclude each other
    return (
        len(names) == len(others) == 1
        and not names & others
        and not any(a in b or b in a for a, b in [(*names, *others)])
    )


def _is_english(text: str) -> bool:
    return not re.search(r"\b(?:der|die|das|und|ist|sind|wird|werden|ein|eine|bei|mit|von|für)\b", text)
