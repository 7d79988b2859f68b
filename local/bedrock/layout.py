"""The order in which a person reads the text in an image: row by row, column by column."""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

# Columns of prose and table cells differ only in the length of their lines (characters).
COLUMN_LINE_CHARS = 18
COLUMN_ROWS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text in an image: its corners clockwise from the top left (pixels) and its score (0–1)."""

    text: str
    corners: tuple[tuple[float, float], ...]
    score: float

    @property
    def left(self) -> float:
        return min(x for x, _ in self.corners)

    @property
    def right(self) -> float:
        return max(x for x, _ in self.corners)

    @property
    def middle(self) -> float:
        return sum(y for _, y in self.corners) / len(self.corners)

    @property
    def height(self) -> float:
        """The length of its left edge, which is also correct for slanted text."""
        return math.dist(self.corners[0], self.corners[-1])

    @property
    def width(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    def turned(self, angle: float) -> Self:
        cos, sin = math.cos(angle), math.sin(angle)
        return type(self)(self.text, tuple((x * cos - y * sin, x * sin + y * cos) for x, y in self.corners), self.score)


type Row = list[Line]


def reading_order(lines: Sequence[Line]) -> list[Row]:
    """Rows from top to bottom, each from left to right. A column of prose is read to its end first."""
    return _ordered(_rows(_upright(lines))) if lines else []


def _upright(lines: Sequence[Line]) -> list[Line]:
    """The same lines without the slant of the page, which would otherwise mix its rows."""
    slants = [
        math.atan2(line.corners[1][1] - line.corners[0][1], line.corners[1][0] - line.corners[0][0])
        for line in lines
        if line.width > 3 * line.height
    ]
    slant = statistics.median(slants) if slants else 0.0
    return [line.turned(-slant) for line in lines]


def _rows(lines: Sequence[Line]) -> list[Row]:
    """Lines whose centres are within half a line's height of each other form a row."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: line.middle):
        row = rows[-1] if rows else None
        if row and line.middle - statistics.fmean(other.middle for other in row) < 0.5 * min(
            line.height, statistics.median(other.height for other in row)
        ):
            row.append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _ordered(rows: list[Row]) -> list[Row]:
    """The rows in reading order: first the text left of a gutter, then the text right of it."""
    found = _gutter(rows)
    if not found:
        return rows
    x, start, end = found
    beside = [line for row in rows[start:end] for line in row]
    left, right = _parted(beside, x)
    return [*_ordered(rows[:start]), *_ordered(_rows(left)), *_ordered(_rows(right)), *_ordered(rows[end:])]


def _gutter(rows: list[Row]) -> tuple[float, int, int] | None:
    """The longest gap between two columns of prose: its position (x), its first row and the row after its last.

    None for a single column, and for a table.
    """
    longest: tuple[float, int, int] | None = None
    for x in sorted({line.left - 1 for row in rows for line in row}):
        crossed = [any(line.left < x < line.right for line in row) for row in rows]
        for start, end in _runs(crossed):
            beside = [line for row in rows[start:end] for line in row]
            if (longest is None or end - start > longest[2] - longest[1]) and all(map(_is_prose, _parted(beside, x))):
                longest = (x, start, end)
    return longest


def _runs(crossed: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The start and end of each run of rows that no text crosses."""
    start = 0
    for end, stop in enumerate([*crossed, True]):
        if stop:
            if end > start:
                yield start, end
            start = end + 1


def _parted(lines: Sequence[Line], x: float) -> tuple[list[Line], list[Line]]:
    return [line for line in lines if line.right <= x], [line for line in lines if line.right > x]


def _is_prose(lines: Sequence[Line]) -> bool:
    if len(lines) < COLUMN_ROWS:
        return False
    widths = sorted((line.width for line in lines), reverse=True)
    even = widths[len(widths) // 2] > 0.8 * widths[0]  # lines of prose fill their column, cells do not
    return even and statistics.median(len(line.text) for line in lines) >= COLUMN_LINE_CHARS
