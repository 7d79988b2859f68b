"""Quotes of a debater, checked against the document before a judge sees them.

A speaker writes `<quote>…</quote>`; the check writes `<v_quote>` around what the document says word for word, and
`<u_quote>` around the rest. Those two tags are ours alone: a speaker's own are read as plain quotes.

The words and numbers of a quote must be words and numbers of the document, from boundary to boundary: "$0.6 billion"
is not in "$10.6 billion". Only case, white space, and the shapes of quotation marks and dashes may differ.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

# The share of a quote's words that must stand together in the document for it to be near.
_NEAR = 0.6
_MIN_WORDS = 3
_SAME = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
# A number keeps its sign, points, separators and unit signs. A word keeps its apostrophes and hyphens.
_WORD = re.compile(r"(?:(?<!\w)[+-])?[$€£¥]?\d+(?:[.,:]\d+)*[%‰]?|[$€£¥%‰]|[^\W\d_]+(?:['-][^\W\d_]+)*|\w+")
_QUOTE = re.compile(r"<(?P<tag>[vu]?_?quote)>(?P<text>.*?)(?:</[vu]?_?quote>|\Z)", re.DOTALL | re.IGNORECASE)
_STRAY_TAG = re.compile(r"</?[vu]?_?quote>", re.IGNORECASE)
_GAP = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*")

Likeness = Literal["exact", "near", "not_found"]


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """`places` are the character ranges in the document, in order, one for each piece between ellipses."""

    text: str
    likeness: Likeness
    places: tuple[tuple[int, int], ...] = ()

    def to_json(self) -> dict[str, object]:
        return {"text": self.text, "likeness": self.likeness, "places": [list(place) for place in self.places]}


@dataclass(frozen=True)
class QuotedDocument:
    """A document whose quotes are checked."""

    text: str

    @cached_property
    def _words(self) -> list[tuple[str, int, int]]:
        return list(_words(self.text))

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        starts: dict[str, list[int]] = {}
        for index, (word, _, _) in enumerate(self._words):
            starts.setdefault(word, []).append(index)
        return starts

    def check(self, quote: str) -> CheckedQuote:
        pieces = [words for piece in _GAP.split(quote) if (words := [word for word, _, _ in _words(piece)])]
        if not pieces or not any(_is_enough(words) for words in pieces):
            return CheckedQuote(quote, "not_found")
        places: list[tuple[int, int]] = []
        likeness: Likeness = "exact"
        after = 0
        for words in pieces:
            if (found := self._find(words, after)) is None:
                likeness, found = "near", self._find_near(words, after)
            if found is None:
                return CheckedQuote(quote, "not_found")
            after = min(found + len(words), len(self._words))
            places.append((self._words[found][1], self._words[after - 1][2]))
        return CheckedQuote(quote, likeness, tuple(places))

    def _find(self, words: list[str], after: int) -> int | None:
        for start in self._starts.get(words[0], ()):
            if start >= after and [word for word, _, _ in self._words[start : start + len(words)]] == words:
                return start
        return None

    def _find_near(self, words: list[str], after: int) -> int | None:
        """Where most of the words stand together, in any order. A number that the document lacks is never near."""
        if any(word not in self._starts and _has_digit(word) for word in words):
            return None
        wanted = Counter(words)
        window: Counter[str] = Counter()
        best, best_start = 0, None
        shared = 0
        for index in range(after, len(self._words)):
            entering = self._words[index][0]
            shared += window[entering] < wanted[entering]
            window[entering] += 1
            if (start := index - len(words)) >= after:
                leaving = self._words[start][0]
                window[leaving] -= 1
                shared -= window[leaving] < wanted[leaving]
            if shared > best:
                best, best_start = shared, max(start + 1, after)
        return best_start if best >= _NEAR * len(words) else None


def with_checked_quotes(argument: str, document: QuotedDocument) -> tuple[str, list[CheckedQuote]]:
    """The argument as a judge reads it, and its quotes in order. A tag that was cut off gets its end."""
    checked: list[CheckedQuote] = []
    pieces: list[str] = []
    after = 0
    for found in _QUOTE.finditer(argument):
        quote = document.check(_STRAY_TAG.sub("", found["text"]).strip())
        checked.append(quote)
        tag = "v_quote" if quote.likeness == "exact" else "u_quote"
        pieces += [_STRAY_TAG.sub("", argument[after : found.start()]), f"<{tag}>{quote.text}</{tag}>"]
        after = found.end()
    pieces.append(_STRAY_TAG.sub("", argument[after:]))
    return "".join(pieces), checked


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word in one shape, with its place in the text. Every replacement has the length of what it replaces."""
    for found in _WORD.finditer(text.translate(_SAME)):
        yield unicodedata.normalize("NFKC", found.group()).casefold(), found.start(), found.end()


def _is_enough(words: list[str]) -> bool:
    return len(words) >= _MIN_WORDS or any(map(_has_digit, words))


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)
