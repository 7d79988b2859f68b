"""Words that German and English share, so that a sentence can be held against a source in the other language.

Both languages borrow from Latin and from each other ("Temperatur", "temperature"), and a German compound contains
such words ("Familienplanung", "family planning"). Other words, such as "Miete" and "rent", are not recognised.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from local.bedrock.words import is_function_word, numbers

ALIKE = 0.6  # share of the shorter word's letter groups that the longer one must have
ASKED = 0.5  # weight of a word that only the question has: it says what the answer is about, not what it is
NUMBER = 2  # weight of a number of two digits or more, which rarely agrees by chance
# In a right translation, names, numbers and cognates are often no more than this share of the words.
ENOUGH = 0.8

_WORD = re.compile(r"[^\W\d_]{2,}")
_SPELLINGS = (
    ("tion", "cion"),
    ("sch", "sh"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("c", "k"),
    ("z", "k"),
    ("ä", "a"),
    ("ö", "o"),
    ("ü", "u"),
    ("ß", "s"),
    ("y", "i"),
    ("w", "v"),
)

type Index = Mapping[str, Iterable[str]]  # the source's words by their groups of three letters


def carried_over(sentence: str, source: str, question: str) -> float:
    """How much of a sentence's names, numbers and other words is found in a source in the other language, 0 to 1.

    All its numbers must be in the source; that is not checked here.
    """
    asked, index = set(_words(question)), _index(source)
    whole = held = 0.0
    for word in _words(sentence):
        found = _has(index, word)
        weight = ASKED if word in asked and not found else 1.0
        whole += weight
        held += weight * found
    known = sum(NUMBER if len(number) > 1 else 1 for number in numbers(sentence))
    return min(1.0, (held + known) / (whole + known) / ENOUGH) if whole + known else 0.0


def has_cognate(source: str, word: str) -> bool:
    return _has(_index(source), word)


def _words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(map(str.lower, _WORD.findall(text))) if not is_function_word(word)]


@lru_cache(maxsize=64)
def _index(source: str) -> Index:
    index: defaultdict[str, list[str]] = defaultdict(list)
    for word in {_spelling(word) for word in _WORD.findall(source)}:
        index[word].append(word)
        for group in _groups(word):
            index[group].append(word)
    return index


def _has(index: Index, word: str) -> bool:
    word = _spelling(word)
    if word in index:
        return True
    groups = _groups(word)
    shared = Counter(other for group in groups for other in index.get(group, ()))
    return any(count >= ALIKE * _needed(len(groups), len(_groups(other))) for other, count in shared.items())


def _needed(one: int, other: int) -> float:
    """A word of five letters or more can be part of a longer one; shorter words must be alike as a whole."""
    shorter = min(one, other)
    return shorter if shorter >= 3 else (one + other) / 2


def _spelling(word: str) -> str:
    """As both languages would spell it, in lower case."""
    word = word.lower()
    for written, spelled in _SPELLINGS:
        word = word.replace(written, spelled)
    return re.sub(r"(.)\1", r"\1", word)


@lru_cache(maxsize=10_000)
def _groups(word: str) -> frozenset[str]:
    return frozenset(word[start : start + 3] for start in range(len(word) - 2))
