"""How alike an answer and the expected one are, counted in words and numbers; no model judges.

`similarity` is the F1 of their words, as SQuAD counts it: 1 if both have the same words, 0 if they share none. The
order of the words, upper case and punctuation make no difference. A right answer in other words scores low, so compare
runs with each other, and read the answers that score low.
"""

import unicodedata
from collections import Counter

import regex

from answering.stated_numbers import missing_numbers

# A word; in scripts that put no blanks between words, a character.
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{M}\p{N}]+")
_MARK = regex.compile(r"\[\d+\]")


def similarity(answer: str, expected: str) -> float:
    """The F1 of the words: twice those that both have, by all words of both."""
    told, wanted = _words(answer), _words(expected)
    total = told.total() + wanted.total()
    return 2 * (told & wanted).total() / total if total else 1.0


def covered(answer: str, expected: str) -> float:
    """The share of the expected answer's words that the answer has."""
    told, wanted = _words(answer), _words(expected)
    return (told & wanted).total() / wanted.total() if wanted else 1.0


def numbers(answer: str, expected: str) -> float | None:
    """The share of the expected answer's numbers that the answer states too; None if it has none.

    1,234.5 and 1.234,5 are the same figure; 5 % and 5 ppm are not.
    """
    wanted = len(missing_numbers(expected, []))
    return 1 - len(missing_numbers(expected, [without_marks(answer)])) / wanted if wanted else None


def without_marks(answer: str) -> str:
    """The answer without its citations, such as [1]."""
    return _MARK.sub("", answer)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", without_marks(text)).casefold()))
