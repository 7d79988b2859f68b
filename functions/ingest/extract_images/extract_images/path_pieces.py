"""The subpaths of a path, each as what it looks like: a box, a frame, rules, or another shape."""

# MuPDF passes the arguments of a walker's methods by position; its stubs name the parameters.
# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from pymupdf import mupdf

from passages.page_boxes import Box

from .mupdf_structures import matrix_of
from .page_geometry import Matrix

RULE = 2.5  # points; a box thinner than this is a line
SLANT = 0.05  # of a segment's longer extent, from which the shorter one makes it slanted
SHORT = 49  # bytes of a path of a few segments, which is a rule if it is thin, so that it need not be walked
ROUNDED = 0.55  # of the outline of a box that must lie along its edges, so that the rest are its round corners

Subpath = list[tuple[float, float, int]]


class Kind(Enum):
    """What a mark looks like. A box is filled, a frame is not, a rule is a thin line along an axis, and a shape is
    every other path; a mesh or function of colours is a shape and a gradient is a box."""

    IMAGE = auto()
    BOX = auto()
    FRAME = auto()
    RULE = auto()
    SHAPE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`bends` counts the slanted and curved segments of a shape, and half of those along an axis if it is filled, as
    the strokes of letters are. `rise` is how far its edges go up and down, in points. A `hole` is cut out of a box of
    the same path."""

    kind: Kind
    box: Box
    bends: int = 0
    rise: float = 0.0
    hole: bool = False


class PathReader(mupdf.FzPathWalker2):
    """Reads one path after the other. `segments` are those of the last one."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("moveto", "lineto", "curveto", "closepath"):
            getattr(self, f"use_virtual_{name}")()
        self._own = self.m_internal.this
        self._subpaths: list[Subpath] = []
        self._points: Subpath = []  # of the last one; a curve is its two control points and its end
        self._room = self.segments = 0
        self._rise = 0.0  # of the segments that there is no room for
        self._last = (0.0, 0.0)

    def pieces(self, path: Any, matrix: Any, box: Box, filled: bool, most: int) -> list[Piece] | None:
        """`box` is around all; `matrix` is a bare pointer. None if it has more segments than `most`."""
        is_short = mupdf.ll_fz_packed_path_size(path) <= SHORT
        if (is_short and box.sides[0] <= RULE) or mupdf.ll_fz_path_is_rect(path, matrix):
            self.segments = 1
            return [_straight(box, filled)]
        a, b, c, d, e, f = self._walk(path, matrix, most)
        if self.segments > most:
            return None
        subpaths = [[(a * x + c * y + e, b * x + d * y + f, bent) for x, y, bent in each] for each in self._subpaths]
        pieces = [piece for subpath in subpaths if len(subpath) > 1 for piece in _pieces(subpath, filled)]
        return _with_holes(pieces) if filled and len(pieces) > 1 else pieces

    def rise(self, path: Any, matrix: Any) -> float:
        """How far its segments go up and down, in points. None of them is kept, however many there are."""
        self._walk(path, matrix, 0)
        return self._rise

    def _walk(self, path: Any, matrix: Any, most: int) -> Matrix:
        self._subpaths, self._room, self.segments, self._rise = [], most, 0, 0.0
        self._matrix = matrix_of(matrix)
        mupdf.ll_fz_walk_path(path, self._own, self._own)
        self.segments += most - self._room
        return self._matrix

    def moveto(self, _: Any, x: float, y: float) -> None:
        self._last = (x, y)
        if self._room:
            self._room -= 1
            self._points = [(x, y, 0)]
            self._subpaths.append(self._points)

    def lineto(self, _: Any, x: float, y: float) -> None:
        if self._room:
            self._room -= 1
            self._points.append((x, y, 0))
        else:
            self._pass(x, y)

    def curveto(self, _: Any, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> None:
        if self._room:
            self._room -= 1
            self._points += ((x1, y1, 1), (x2, y2, 1), (x3, y3, 2))
        else:
            self._pass(x3, y3)

    def closepath(self, _: Any) -> None:
        points = self._points
        if self._room and points[0][:2] != points[-1][:2]:
            points.append((*points[0][:2], 0))

    def _pass(self, x: float, y: float) -> None:
        self.segments += 1
        self._rise += abs(self._matrix.b * (x - self._last[0]) + self._matrix.d * (y - self._last[1]))
        self._last = (x, y)


def _pieces(points: Subpath, filled: bool) -> Iterator[Piece]:
    xs, ys, curves = zip(*points, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    across, down = box.width, box.height
    if min(across, down) <= RULE and not any(curves):
        yield Piece(Kind.RULE, box, rise=down)
        return
    near = 0.01 * max(across, down)
    left, right, top, bottom = box.x0 + near, box.x1 - near, box.y0 + near, box.y1 - near
    bends, along, rise, straight = 0, 0.0, 0.0, []
    last_x, last_y, _ = points[0]
    for x, y, curved in points[1:]:
        if curved == 1:
            continue
        wide, high = abs(x - last_x), abs(y - last_y)
        rise += high
        if curved or (high > SLANT * wide and wide > SLANT * high):
            bends += 1
        elif wide or high:
            straight.append((last_x, last_y, x, y))
            # Whether it lies along an edge of the box.
            if wide > high:
                if min(y, last_y) <= top or max(y, last_y) >= bottom:
                    along += wide
            elif min(x, last_x) <= left or max(x, last_x) >= right:
                along += high
        last_x, last_y = x, y
    closed = filled or points[0][:2] == points[-1][:2]
    if closed and box.area and along >= ROUNDED * 2 * (across + down) and len(straight) <= 4 and bends <= 8:
        yield _straight(box, filled)
    elif bends or filled:
        yield Piece(Kind.SHAPE, box, bends + (len(straight) // 2 if filled else 0), rise)
    else:
        for x0, y0, x1, y1 in straight:
            edge = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            yield Piece(Kind.RULE, edge, rise=edge.height)


def _with_holes(pieces: list[Piece]) -> list[Piece]:
    """A box with a box cut out is a frame, and shapes cut out of a box are seen on it."""
    ground = max(pieces, key=lambda piece: piece.box.area)
    if ground.kind is not Kind.BOX:
        return pieces
    inner = [piece for piece in pieces if piece is not ground and ground.box.covers(piece.box)]
    if len(inner) == 1 and inner[0].kind is Kind.BOX and len(pieces) == 2:
        return [replace(ground, kind=Kind.FRAME)]
    shapes = {id(piece) for piece in inner if piece.kind is Kind.SHAPE}
    return [replace(piece, hole=True) if id(piece) in shapes else piece for piece in pieces]


def _straight(box: Box, filled: bool) -> Piece:
    if box.sides[0] <= RULE:
        return Piece(Kind.RULE, box, rise=box.height)
    return Piece(Kind.BOX if filled else Kind.FRAME, box, rise=box.height)
