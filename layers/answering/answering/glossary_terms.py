"""An organisation's own terms in several languages: `glossary.csv`, a column for each language, a row for each term.

A question that holds a term of one language is also searched with the term of the others, which an index that
knows one language at a time would not find.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

MAX_TERMS = 50_000
_WORD = re.compile(r"\w+")

type Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """`terms` has, for the words of each term in one case, its translations: `{language: term}`."""

    terms: Mapping[Words, Mapping[str, str]]
    longest: int = 0

    @classmethod
    def read(cls, data: bytes) -> Self:
        """From CSV in UTF-8 whose first line names the languages. Rows of another shape are passed over."""
        lines = csv.reader(io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=""))
        try:
            languages = [cell.strip().lower() for cell in next(lines, [])]
            terms: dict[Words, Mapping[str, str]] = {}
            for cells in lines:
                row = {
                    language: cell.strip()
                    for language, cell in zip(languages, cells, strict=False)
                    if language and cell.strip()
                }
                for language, term in row.items():
                    others = {other: said for other, said in row.items() if other != language}
                    if others and (words := words_of(term)) and len(terms) < MAX_TERMS:
                        terms.setdefault(words, others)
        except csv.Error:
            return cls({})
        return cls(terms, max(map(len, terms), default=0))

    def searches(self, question: str) -> list[str]:
        """For each language into which terms of the question translate, their translations; longest terms first."""
        words, position = words_of(question), 0
        found: dict[str, dict[str, None]] = {}
        while position < len(words):
            length = self._length_at(words, position)
            for language, term in self.terms.get(words[position : position + length], {}).items():
                if not _holds(words, words_of(term)):
                    found.setdefault(language, {})[term] = None
            position += max(1, length)
        return [" ".join(terms) for terms in found.values()]

    def _length_at(self, words: Words, position: int) -> int:
        lengths = range(min(self.longest, len(words) - position), 0, -1)
        return next((length for length in lengths if words[position : position + length] in self.terms), 0)


def words_of(text: str) -> Words:
    return tuple(word.casefold() for word in _WORD.findall(text))


def _holds(words: Sequence[str], term: Sequence[str]) -> bool:
    return any(words[start : start + len(term)] == term for start in range(len(words) - len(term) + 1))
