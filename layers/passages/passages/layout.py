"""Finds headings, table rows and prose on the pages of a document, by the size and position of its lines.

What is printed at the top or the bottom of many pages (running heads, feet, page numbers) is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from statistics import fmean
from typing import Any, Literal

from .glyphs import has_letters_from_the_right, take_actual_text, text_of
from .hidden_text import PageText
from .line_ends import UNSPACED_LETTER, is_broken, is_unspaced, joined

CELL_CHARS = 45  # a longer line is not a cell
HEADING_WORDS, HEADING_CHARS = 14, 110
_HEAD, _FOOT = 0.09, 0.92  # of the page's height: above and below are running heads and feet
_RUNNING_PAGES, _RUNNING_SHARE = 3, 0.3  # a running head is on at least so many pages
_LARGER = 1.12  # times the size of most of the text
_PROSE_CHARS = 35  # the mean length of a column's lines, if it is prose and not cells
_BOLD = re.compile(r"bold|black|semibold", re.I)
_BOLD_FLAG = 16  # of a span, in PyMuPDF
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NUMBERED = re.compile(r"(?:§\s?\d+|\d+(?:\.\d+){0,3}\.?\s+[A-ZÄÖÜ])")
_LEADERS = re.compile(r"\.{4,}|(?:\. ){4,}")  # the dots of a table of contents
_CLOSES = frozenset({"%", ")", ")%"})
_OPENS = frozenset({"$", "€", "(", "US$"})

type Kind = Literal["heading", "row", "prose"]


@dataclass(frozen=True, slots=True)
class Block:
    """Part of a page. `level` is a heading's: one with a larger number stands above. `cells` are a row's."""

    kind: Kind
    text: str
    level: float = 0.0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. `paragraph` numbers the blocks of text that PyMuPDF finds."""

    text: str
    paragraph: int
    size: float
    bold: bool
    level: bool  # not turned
    left: float
    top: float
    bottom: float


@dataclass(slots=True)
class Sheet:
    height: float
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1, or is None if the format has no pages."""

    number: int | None
    blocks: list[Block]

    @property
    def text_bytes(self) -> int:
        return sum(len(block.text.encode()) for block in self.blocks)


def paragraphs(text: str) -> list[Block]:
    """The prose of a text without a layout."""
    return [Block("prose", part) for part in re.split(r"\n\s*\n", text) if part.strip()]


def sheet_of(mupdf: Any, page: Any) -> Sheet:
    """A page of PyMuPDF: no layer packages it, so its caller passes the page, and its module `mupdf`. Text that nobody
    sees is left out. May raise what MuPDF raises about a damaged page."""
    # A code without a character is no letter, though it may look like one.
    told = mupdf.FZ_STEXT_PRESERVE_LIGATURES | mupdf.FZ_STEXT_PRESERVE_WHITESPACE
    told |= mupdf.FZ_STEXT_CLIP | mupdf.FZ_STEXT_MEDIABOX_CLIP
    flags = told | mupdf.FZ_STEXT_IGNORE_ACTUALTEXT  # which may say something else than what is seen
    blocks = page.get_text("dict", flags=flags)["blocks"]
    text = PageText(mupdf, page) if blocks else None
    hides, says = (text.may_be_hidden(blocks), text.has_actual_text) if text else (False, False)
    if hides or says or has_letters_from_the_right(blocks):
        blocks = page.get_text("rawdict", flags=flags)["blocks"]
    if says:
        take_actual_text(blocks, page.get_text("rawdict", flags=told)["blocks"])
    if text and hides:
        text.hide(blocks)
    return Sheet(page.rect.height, lines_of(blocks))


def lines_of(blocks: Sequence[dict[str, Any]]) -> list[Line]:
    """The lines of a page, from what PyMuPDF's `get_text("dict")` calls blocks."""
    found = []
    for number, block in enumerate(blocks):
        for line in block.get("lines", ()):
            texts = [text_of(span) for span in line["spans"]]
            spans = [(len(text.strip()), span) for text, span in zip(texts, line["spans"], strict=True)]
            length = sum(count for count, _ in spans)
            if not length:
                continue
            bold = sum(count for count, span in spans if span["flags"] & _BOLD_FLAG or _BOLD.search(span["font"]))
            found.append(
                Line(
                    text=" ".join("".join(texts).split()),
                    paragraph=number,
                    size=sum(count * span["size"] for count, span in spans) / length,
                    bold=bold > 0.8 * length,
                    level=abs(line["dir"][1]) < 0.1,
                    left=line["bbox"][0],
                    top=line["bbox"][1],
                    bottom=line["bbox"][3],
                )
            )
    return list(_upright(found))


def _upright(lines: Sequence[Line]) -> Iterator[Line]:
    """Joins the letters of text that runs from top to bottom, each of which MuPDF calls a line."""
    column: Line | None = None
    for line in lines:
        if column and _goes_down(column, line):
            column = replace(column, text=column.text + line.text, level=False, bottom=line.bottom)
            continue
        if column:
            yield column
        column = line
    if column:
        yield column


def _goes_down(column: Line, line: Line) -> bool:
    letters = UNSPACED_LETTER.fullmatch(column.text[-1]) and UNSPACED_LETTER.fullmatch(line.text)
    below = 0 <= line.top - column.bottom + 0.3 * line.size < line.size
    stacked = column.level is False or len(column.text) == 1
    return bool(letters) and below and stacked and abs(line.left - column.left) < 0.5 * line.size


def blocks_of(sheets: Sequence[Sheet]) -> list[list[Block]]:
    """The blocks of each page, in reading order."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            sizes[_half(line.size)] += len(line.text)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    running = _running(sheets)
    return [list(_blocks(_without(sheet, running), usual)) for sheet in sheets]


def _running(sheets: Sequence[Sheet]) -> set[str]:
    pages = Counter(key for sheet in sheets for key in {_key(line) for line in sheet.lines if _at_edge(line, sheet)})
    return {key for key, count in pages.items() if count >= max(_RUNNING_PAGES, _RUNNING_SHARE * len(sheets))}


def _without(sheet: Sheet, running: set[str]) -> list[Line]:
    left = [line for line in sheet.lines if not (_at_edge(line, sheet) and _key(line) in running)]
    return left or sheet.lines  # a page that has nothing else keeps it


def _key(line: Line) -> str:
    """A line without its numbers, which change from page to page."""
    return re.sub(r"[\d\W]+", "", line.text.lower())


def _at_edge(line: Line, sheet: Sheet) -> bool:
    return line.top < _HEAD * sheet.height or line.bottom > _FOOT * sheet.height


def _blocks(lines: Sequence[Line], usual: float) -> Iterator[Block]:
    row_of = {number: row for row in _rows(lines) for number in row}
    done: set[int] = set()
    prose: list[Line] = []
    heading: list[Line] = []
    for number, line in enumerate(lines):
        if number in done:
            continue
        row = row_of.get(number)
        if heading and (row or not _continues(heading, line)):
            yield _heading(heading)
            heading = []
        if prose and (row or not _same_prose(prose[-1], line)):
            yield _prose(prose)
            prose = []
        if row:
            done.update(row)
            yield _row([lines[cell].text for cell in row])
        elif heading:
            heading.append(line)
        elif _is_heading(line, usual):
            if prose:
                yield _prose(prose)
                prose = []
            heading = [line]
        else:
            prose.append(line)
    if heading:
        yield _heading(heading)
    if prose:
        yield _prose(prose)


def _same_prose(before: Line, line: Line) -> bool:
    columns = not (before.level or line.level) and is_unspaced(before.text, line.text)
    return line.paragraph == before.paragraph or is_broken(before.text, line.text) or columns


def _is_heading(line: Line, usual: float) -> bool:
    words = line.text.split()
    if len(words) > HEADING_WORDS or len(line.text) > HEADING_CHARS or line.text[-1] in ".,;":
        return False
    if not _LETTERS.search(line.text) or _LEADERS.search(line.text):
        return False
    return (
        line.size >= _LARGER * usual
        or (line.bold and line.size >= 0.95 * usual)
        or (len(words) <= 10 and bool(_NUMBERED.match(line.text)))
    )


def _continues(heading: Sequence[Line], line: Line) -> bool:
    """Whether a heading goes on in the next line."""
    first = heading[0]
    return (
        line.paragraph == first.paragraph
        and line.bold == first.bold
        and abs(line.size - first.size) < 0.3
        and sum(len(each.text) for each in heading) + len(line.text) < HEADING_CHARS
        and not _NUMBERED.match(line.text)
    )


def _heading(lines: Sequence[Line]) -> Block:
    level = _half(lines[0].size) + (0.2 if lines[0].bold else 0.0)
    return Block("heading", reduce(joined, (line.text for line in lines)), level)


def _prose(lines: Sequence[Line]) -> Block:
    return Block("prose", "\n".join(line.text for line in lines))


def _row(texts: Sequence[str]) -> Block:
    cells: list[str] = []
    for text in texts:
        if cells and (text in _CLOSES or cells[-1] in _OPENS):  # a currency or a per cent sign set apart
            cells[-1] += text
        else:
            cells.append(text)
    return Block("row", " | ".join(cells), cells=tuple(cells))


def _rows(lines: Sequence[Line]) -> Iterator[list[int]]:
    """The numbers of lines that stand side by side as the cells of a row, from left to right."""
    columns = _prose_columns(lines)
    able = [number for number, line in enumerate(lines) if line.level and line.paragraph not in columns]
    able.sort(key=lambda number: lines[number].top + lines[number].bottom)
    group: list[int] = []
    for number in [*able, None]:
        if number is not None and group and _beside(lines[number], [lines[each] for each in group]):
            group.append(number)
            continue
        if _is_row([lines[each].text for each in group]):
            yield sorted(group, key=lambda each: lines[each].left)
        group = [] if number is None else [number]


def _prose_columns(lines: Sequence[Line]) -> set[int]:
    """The paragraphs that are columns of prose: their lines are beside other lines by chance."""
    lengths: dict[int, list[int]] = {}
    for line in lines:
        lengths.setdefault(line.paragraph, []).append(len(line.text))
    long = {number for number, found in lengths.items() if len(found) >= 3 and fmean(found) >= _PROSE_CHARS}
    hyphenated = {
        line.paragraph
        for line, following in pairwise(lines)
        if line.paragraph == following.paragraph and is_broken(line.text, following.text)
    }
    return long | hyphenated


def _beside(line: Line, group: Sequence[Line]) -> bool:
    top, bottom = fmean(each.top for each in group), fmean(each.bottom for each in group)
    height, others = line.bottom - line.top, bottom - top
    shared = min(line.bottom, bottom) - max(line.top, top)
    return shared > 0.6 * min(height, others) and abs(height - others) < 0.8 * max(height, others)


def _is_row(texts: Sequence[str]) -> bool:
    short = sum(len(text) < CELL_CHARS for text in texts)
    if len(texts) < 2 or short < len(texts) - 1:
        return False
    return short == len(texts) or len(texts) >= 3 or any(any(map(str.isdigit, text)) for text in texts)


def _half(size: float) -> float:
    return round(size * 2) / 2
