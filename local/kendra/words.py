"""The words of questions and titles: stems in both languages, the subject of a question, the documents it names."""

import math
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import regex
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from answering.question_words import ASKING
from passages.file_names import in_words
from passages.line_ends import UNSPACED

LANGUAGES = ("english", "german")
WORD = regex.compile(r"[\w\p{M}\u00ad]+")
# Korean words have spaces, but also endings for what other languages say in words of their own.
_RUN = regex.compile(rf"(?P<unspaced>[{UNSPACED}][{UNSPACED}\p{{M}}]*)|(?P<korean>\p{{Hangul}}+)|.")
_UNIT = regex.compile(r"\P{M}\p{M}*|\p{M}+")
# Vowel signs that are optional, and a letter that only makes a word longer.
_OPTIONAL = regex.compile(r"[\u0640\u064b-\u0652\u00ad]")
_NAMES_AT_LEAST = 0.8  # the weight of the words that a question shares with the title it names


@cache
def analyzer(language: str) -> TextAnalyzer:
    """Turns words into stems without stop words and accents, so that Verträge matches Vertrag.

    Without a language, words are only written alike.
    """
    builder = TextAnalyzerBuilder(Tokenizer.regex(r"[\p{L}\p{N}\p{M}]+")).filter(Filter.remove_long(80))
    builder = builder.filter(Filter.lowercase())
    if language:
        builder = builder.filter(Filter.stopword(language)).filter(Filter.stemmer(language))
    return builder.filter(Filter.ascii_fold()).build()


def searched(text: str) -> str:
    """A text as it is indexed: where words have no spaces between them, each letter and each pair of letters is one."""
    return " ".join(part for word in WORD.findall(text) for part in _parts(word, singles=True))


def words_in(text: str) -> list[str]:
    """The words of a question; where words have no spaces between them, each pair of letters."""
    return [part for word in WORD.findall(text) for part in _parts(word)]


def _parts(word: str, singles: bool = False) -> Iterator[str]:
    if word.isascii():
        yield word
        return
    spaced = ""
    for run in _RUN.finditer(unicodedata.normalize("NFKC", _OPTIONAL.sub("", word))):
        if not (run["unspaced"] or run["korean"]):
            spaced += run[0]
            continue
        if spaced:
            yield spaced
        spaced = ""
        units = _UNIT.findall(run[0])
        if singles or len(units) == 1:
            yield from units
        yield from map("".join, pairwise(units))
    if spaced:
        yield spaced


@lru_cache(maxsize=50_000)
def stems_of(word: str) -> frozenset[str]:
    """A word's stems in both languages; empty for a stop word in either."""
    parts = " ".join(_parts(word))
    found = [analyzer(language).analyze(parts) for language in LANGUAGES]
    return frozenset(stem for stems in found for stem in stems) if all(found) else frozenset()


def stems_in(text: str) -> frozenset[str]:
    return frozenset(stem for word in words_in(text) for stem in stems_of(word))


@lru_cache(maxsize=50_000)
def _stems_of_title(title: str) -> frozenset[str]:
    return stems_in(in_words(title))


def subject_of(question: str) -> list[str]:
    """The words of a question without those that only ask; all words if there are no others."""
    words = words_in(question)
    return [word for word in words if word.lower() not in ASKING] or words


def named(question: str, titles: Collection[str]) -> dict[str, float]:
    """How clearly a question names each of the documents found, from 0 to 1, by the words that set its title apart."""
    asked = stems_in(question)
    shared = {title: _stems_of_title(title) & asked for title in titles}
    titles_with = Counter(stem for found in shared.values() for stem in found)
    weight = {stem: math.log(1 + (len(titles) - count + 0.5) / (count + 0.5)) for stem, count in titles_with.items()}
    weights = {title: sum(weight[stem] for stem in found) for title, found in shared.items()}
    best = max(weights.values(), default=0.0)
    return {title: weight / best if best > _NAMES_AT_LEAST else 0.0 for title, weight in weights.items()}
