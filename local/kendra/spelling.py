"""Corrects words of a question that no document has, by similar words of the documents that the user may read."""

import json
from collections import Counter
from collections.abc import Iterator

import regex
from tantivy import Index, Occur, Query, Searcher

from local.kendra.words import LANGUAGES, analyzer
from passages.line_ends import UNSPACED

_WORD = regex.compile(rf"(?:(?![{UNSPACED}\p{{Hangul}}])[^\W\d_]){{5,}}")
_LONG = 8  # letters; longer words may have two mistakes
_PASSAGES = 20  # that are read for similar words


def corrected(text: str, index: Index, searcher: Searcher, restriction: Query | None) -> str:
    return _WORD.sub(lambda word: _similar(word[0], index, searcher, restriction) or word[0], text)


def _similar(word: str, index: Index, searcher: Searcher, restriction: Query | None) -> str | None:
    stems = {language: analyzer(language).analyze(word) for language in LANGUAGES}
    if not all(stems.values()) or any(searcher.doc_freq(language, stem[0]) for language, stem in stems.items()):
        return None
    mistakes = 2 if len(word) >= _LONG else 1
    near = Query.boolean_query(
        [
            (Occur.Should, Query.fuzzy_term_query(index.schema, language, stem[0], mistakes))
            for language, stem in stems.items()
        ]
    )
    if restriction is not None:
        near = Query.boolean_query([(Occur.Must, near), (Occur.Must, restriction)])
    found = Counter(_words(searcher, near))
    wanted = word.lower()
    ranked = [
        (distance, -count, other)
        for other, count in found.items()
        if other[0] == wanted[0] and (distance := _distance(wanted, other)) <= mistakes
    ]
    return min(ranked)[2] if ranked else None


def _words(searcher: Searcher, query: Query) -> Iterator[str]:
    for _, address in searcher.search(query, _PASSAGES, count=False).hits:
        text = json.loads(searcher.doc(address)["stored"][0])["text"]
        yield from (word.lower() for word in _WORD.findall(text))


def _distance(word: str, other: str) -> int:
    """The letters that are missing, too many, wrong, or swapped with their neighbour."""
    if abs(len(word) - len(other)) > 2:
        return 3
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        line = [row]
        for column, another in enumerate(other, 1):
            least = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != another))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == another:
                least = min(least, before[column - 2] + 1)
            line.append(least)
        before, above = above, line
    return above[-1]
