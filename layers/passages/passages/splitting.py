"""Splits pages into passages of whole sentences and whole table rows, each below the line of its heading.

pysbd is loaded when the first text is split.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .layout import Block, Page, paragraphs
from .line_ends import is_broken, is_unspaced, joined, parts_of_joined, plain
from .token_counts import estimated_tokens

if TYPE_CHECKING:
    import pysbd

type CountTokens = Callable[[Sequence[str]], Sequence[int]]

PASSAGE_TOKENS = 130
_SHORT_SECTION = 40  # tokens; a shorter section shares its passage with the next one
_HEADER_CHARS = 200
_HEADINGS = 3  # of a passage, from the innermost outwards
PROSE_LINE = 40  # characters; shorter lines are not wrapped prose
# A label and its value, or two cells with numbers.
_ROW = re.compile(r"^[^.:]{2,30}: \S|\d\S*\s+(?:\S+\s+)?[-+]?\d")
_AMOUNT = re.compile(r"[\s$€(]*[-–—]?[\d.,]*\d[\d.,]*\s*%?\)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
# pysbd takes quadratic time, so text is split into at most 4,000 characters, between words.
_STRETCH = re.compile(r".{1,4000}(?!\S)|\S{4000}")
_FULL_STOPS = "。！？"
_FULL_STOP = re.compile(f"(?<=[{_FULL_STOPS}])")
_GERMAN = frozenset({"der", "die", "das", "und", "ist", "nicht", "mit", "von", "zu", "ein", "für", "wie", "wird"})
_ENGLISH = frozenset({"the", "and", "is", "not", "with", "of", "to", "a", "for", "on", "are", "be", "how", "what"})


@dataclass(frozen=True, slots=True)
class Passage:
    """`page` counts from 1, or is None if the format has no pages. `headings` are those that it stands below, the
    outermost first; the text begins with the line of the last one. `parts` are those of words that were hyphenated at
    the end of a line, which may be compounds."""

    text: str
    page: int | None
    headings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def passages_of(pages: Iterable[Page], count: CountTokens = estimated_tokens) -> Iterator[Passage]:
    """The passages of pages, none of which crosses a page."""
    for passages in passages_by_page(pages, count):
        yield from passages


def passages_by_page(pages: Iterable[Page], count: CountTokens = estimated_tokens) -> Iterator[list[Passage]]:
    splitter = _Splitter(count)
    return map(splitter.read, pages)


def split_text(text: str, count: CountTokens = estimated_tokens) -> list[str]:
    """The passages of a text without headings."""
    return [passage.text for passage in passages_of([Page(None, paragraphs(text))], count)]


class _Splitter:
    """Collects the lines of one passage after the other."""

    def __init__(self, count: CountTokens) -> None:
        self._count = count
        self._found: list[Passage] = []
        self._page: int | None = None
        self._above: list[Block] = []  # the headings in force, outermost first
        self._header = ""  # the header of the table in progress
        self._lines: list[str] = []
        self._headings: tuple[str, ...] = ()  # of the passage in progress
        self._room = PASSAGE_TOKENS

    def read(self, page: Page) -> list[Passage]:
        self._found = []
        self._page = page.number
        self._header = ""
        for block in page.blocks:
            if block.kind == "heading":
                self._begin_section(block)
            elif block.kind == "row":
                self._add_row(block)
            else:
                self._header = ""
                for piece, tokens in self._counted(self._pieces(block.text)):
                    self._add(piece, tokens)
        self._end_passage()
        return self._found

    def _begin_section(self, heading: Block) -> None:
        if PASSAGE_TOKENS - self._room >= _SHORT_SECTION:
            self._end_passage()
        self._above = [*(above for above in self._above if above.level > heading.level), heading]
        self._header = ""
        for text, tokens in self._counted([heading.text]):
            if self._lines:
                self._add(text, tokens)
            else:
                self._begin_passage()

    def _add_row(self, row: Block) -> None:
        for piece, tokens in self._counted(list(self._bounded(row.text))):
            if self._lines and tokens > self._room:
                self._end_passage()
                if self._header:
                    self._add(self._header, *self._count([self._header]))
            self._add(piece, tokens)
        if _is_header(row, bool(self._header)):
            self._header = row.text if len(row.text) <= _HEADER_CHARS else ""

    def _add(self, text: str, tokens: int) -> None:
        if self._lines and tokens > self._room:
            self._end_passage()
        if not self._lines:
            self._begin_passage()
        self._lines.append(text)
        self._room -= tokens

    def _begin_passage(self) -> None:
        self._headings = tuple(above.text for above in self._above[-_HEADINGS:])
        self._lines = list(self._headings[-1:])
        self._room = PASSAGE_TOKENS - sum(self._count(self._lines))

    def _end_passage(self) -> None:
        if self._lines:
            text = "\n".join(self._lines)
            headings = tuple(map(plain, self._headings))
            self._found.append(Passage(plain(text), self._page, headings, parts_of_joined(text)))
        self._lines = []
        self._room = PASSAGE_TOKENS

    def _counted(self, pieces: list[str]) -> Iterator[tuple[str, int]]:
        return zip(pieces, self._count(pieces), strict=True)

    def _pieces(self, text: str) -> list[str]:
        return [piece for sentence in sentences(text) for piece in self._bounded(sentence)]

    def _bounded(self, sentence: str) -> Iterator[str]:
        """A sentence in pieces of at most about PASSAGE_TOKENS tokens (a token rarely has under 2 characters)."""
        if len(sentence) <= PASSAGE_TOKENS * 2:
            yield sentence
            return
        words = [word[start : start + 100] for word in sentence.split() for start in range(0, len(word), 100)]
        piece: list[str] = []
        room = PASSAGE_TOKENS
        for word, tokens in self._counted(words):
            if piece and tokens > room:
                yield " ".join(piece)
                piece, room = [], PASSAGE_TOKENS
            piece.append(word)
            room -= tokens
        yield " ".join(piece)


def _is_header(row: Block, has_header: bool) -> bool:
    """Whether a row names the columns of those below it: it has no amounts, or only years and few of them."""
    amounts = sum(bool(_AMOUNT.fullmatch(cell)) and not _YEAR.fullmatch(cell) for cell in row.cells)
    return amounts == 0 or (
        not has_header and amounts < len(row.cells) / 2 and not re.search(r"[^\W\d_]{3}", row.cells[0])
    )


def sentences(text: str) -> list[str]:
    segmenter = _segmenter(language_of(text))
    found: list[str] = []
    for flowing in _flowing(text):
        for stretch in _STRETCH.findall(flowing):
            for part in _FULL_STOP.split(stretch):
                ended = segmenter.segment(part)
                # pysbd marks places with rare characters, such as ȹ and ☄, and drops a text's own.
                found += ended if _letters(ended) == _letters([part]) else [part]
    return [stripped for sentence in found if (stripped := sentence.strip())]


def _letters(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def _flowing(text: str) -> Iterator[str]:
    """Prose without its line breaks, and the rows of lists and tables one by one."""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [" ".join(line.split()) for line in paragraph.splitlines() if line.strip()]
        full = 0.7 * max(map(len, lines), default=0)
        run = last = ""
        for line in lines:
            if run and not _continues(last, line, full):
                yield run
                run = ""
            run, last = joined(run, line) if run else line, line
        if run:
            yield run


def _continues(line: str, following: str, full: float) -> bool:
    """Whether prose was wrapped between two lines. `full` is the minimum length of a wrapped line."""
    if is_broken(line, following):
        return True
    if _ROW.search(line) or _ROW.search(following):
        return False
    if is_unspaced(line, following):
        return len(line) >= full and line[-1] not in _FULL_STOPS
    return following[0].islower() or (len(line) >= max(full, PROSE_LINE) and line[-1] not in ".:!?")


def language_of(text: str, otherwise: str = "en") -> str:
    """`de` or `en`, by the most common words; `otherwise` if they do not tell, as in tables."""
    words = re.findall(r"\w+", text[:20_000].lower())
    german, english = (sum(word in common for word in words) for common in (_GERMAN, _ENGLISH))
    if german == english:
        return otherwise
    return "de" if german > english else "en"


@cache
def _segmenter(language: str) -> "pysbd.Segmenter":
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # its regular expressions
        import pysbd
    return pysbd.Segmenter(language=language, clean=False)
