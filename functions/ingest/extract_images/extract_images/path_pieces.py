"""The subpaths of a path, each as what it looks like: a box, a frame, rules, or another shape."""

# MuPDF passes the arguments of a walker's methods by position; its stubs name the parameters.
# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pymupdf import mupdf

from .page_geometry import Box, Matrix

RULE = 2.5  # points; a box thinner than this is a line
SLANT = 0.05  # of a segment's longer extent, from which the shorter one makes it slanted
ROUNDED = 0.55  # of the outline of a box that must lie along its edges, so that the rest are its round corners
FEW = 5  # segments of a path that is a rule if it is thin, so that it need not be walked
PATH_BYTES, SEGMENT_BYTES = 20, 5  # that MuPDF keeps at least for a path and for a segment


class PieceKind(Enum):
    BOX = auto()
    FRAME = auto()
    RULE = auto()
    SHAPE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`bends` counts the slanted and curved segments of a shape, and half of those along an axis if it is filled, as
    the strokes of letters are. `rise` is how far its edges go up and down, in points."""

    kind: PieceKind
    box: Box
    bends: int = 0
    rise: float = 0.0


class PathReader:
    """Reads one path after the other."""

    def __init__(self) -> None:
        self._walker = _Walker()

    def pieces(self, path: Any, matrix: Any, filled: bool, most: int) -> list[Piece] | None:
        """None if it has more segments than `most`."""
        if mupdf.ll_fz_path_is_rect(path, matrix):
            bounds = mupdf.ll_fz_bound_path(path, None, matrix)
            return [_straight(Box(bounds.x0, bounds.y0, bounds.x1, bounds.y1), filled)]
        segments = most_segments(path)
        if segments > most:
            return None
        if segments <= FEW:
            bounds = mupdf.ll_fz_bound_path(path, None, matrix)
            box = Box(bounds.x0, bounds.y0, bounds.x1, bounds.y1)
            if box.sides[0] <= RULE:
                return [_straight(box, filled)]
        subpaths = self._walker.walk(path, Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f))
        return [piece for subpath in subpaths if len(subpath) > 1 for piece in _pieces(subpath, filled)]


def most_segments(path: Any) -> int:
    """No path of this size has more."""
    return (mupdf.ll_fz_packed_path_size(path) - PATH_BYTES) // SEGMENT_BYTES


class _Walker(mupdf.FzPathWalker2):
    """Collects subpaths as lists of points; a curve is its two control points and its end, told by a third value."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("moveto", "lineto", "curveto", "closepath"):
            getattr(self, f"use_virtual_{name}")()
        self.subpaths: list[list[tuple[float, float, int]]] = []
        self._where = Matrix(1, 0, 0, 1, 0, 0)

    def walk(self, path: Any, where: Matrix) -> list[list[tuple[float, float, int]]]:
        self.subpaths, self._where = [], where
        mupdf.ll_fz_walk_path(path, self.m_internal, self.m_internal)
        return self.subpaths

    def moveto(self, *arguments: Any) -> None:
        self.subpaths.append([])
        self._add(*arguments[-2:])

    def lineto(self, *arguments: Any) -> None:
        self._add(*arguments[-2:])

    def curveto(self, *arguments: Any) -> None:
        x1, y1, x2, y2, x3, y3 = arguments[-6:]
        self._add(x1, y1, 1)
        self._add(x2, y2, 1)
        self._add(x3, y3, 2)

    def closepath(self, *_: Any) -> None:
        points = self.subpaths[-1]
        if points[0][:2] != points[-1][:2]:
            points.append((*points[0][:2], 0))

    def _add(self, x: float, y: float, curved: int = 0) -> None:
        a, b, c, d, e, f = self._where
        self.subpaths[-1].append((a * x + c * y + e, b * x + d * y + f, curved))


def _pieces(points: list[tuple[float, float, int]], filled: bool) -> Iterator[Piece]:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    if box.sides[0] <= RULE and not any(point[2] for point in points):
        yield Piece(PieceKind.RULE, box, rise=box.height)
        return
    bends, along, rise, straight = 0, 0.0, 0.0, []
    last = points[0]
    for point in points[1:]:
        x, y, curved = point
        if curved == 1:
            continue
        wide, high = abs(x - last[0]), abs(y - last[1])
        rise += high
        if curved or min(wide, high) > SLANT * max(wide, high):
            bends += 1
        elif max(wide, high):
            edge = Box(min(x, last[0]), min(y, last[1]), max(x, last[0]), max(y, last[1]))
            straight.append(edge)
            if _lies_along(edge, box):
                along += max(wide, high)
        last = point
    closed = filled or points[0][:2] == points[-1][:2]
    if closed and box.area and along >= ROUNDED * 2 * (box.width + box.height) and len(straight) <= 4 and bends <= 8:
        yield _straight(box, filled)
    elif bends or filled:
        yield Piece(PieceKind.SHAPE, box, bends + (len(straight) // 2 if filled else 0), rise)
    else:
        yield from (Piece(PieceKind.RULE, edge, rise=edge.height) for edge in straight)


def _straight(box: Box, filled: bool) -> Piece:
    if box.sides[0] <= RULE:
        return Piece(PieceKind.RULE, box, rise=box.height)
    return Piece(PieceKind.BOX if filled else PieceKind.FRAME, box, rise=box.height)


def _lies_along(edge: Box, box: Box) -> bool:
    near = 0.01 * max(box.width, box.height)
    if edge.width > edge.height:
        return min(edge.y0 - box.y0, box.y1 - edge.y1) <= near
    return min(edge.x0 - box.x0, box.x1 - edge.x1) <= near
