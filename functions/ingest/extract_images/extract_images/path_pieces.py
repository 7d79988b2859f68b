"""The subpaths of a path, each as what it looks like: a box, a frame, rules, or another shape."""

# MuPDF passes the arguments of a walker's methods by position; its stubs name the parameters.
# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from pymupdf import mupdf

from .mupdf_structures import matrix_of
from .page_geometry import Box

RULE = 2.5  # points; a box thinner than this is a line
SLANT = 0.05  # of a segment's longer extent, from which the shorter one makes it slanted
ROUNDED = 0.55  # of the outline of a box that must lie along its edges, so that the rest are its round corners
FEW = 5  # segments of a path that is a rule if it is thin, so that it need not be walked
PATH_BYTES, SEGMENT_BYTES = 20, 5  # that MuPDF keeps at least for a path and for a segment


Subpath = list[tuple[float, float, int]]


class PieceKind(Enum):
    BOX = auto()
    FRAME = auto()
    RULE = auto()
    SHAPE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`bends` counts the slanted and curved segments of a shape, and half of those along an axis if it is filled, as
    the strokes of letters are. `rise` is how far its edges go up and down, in points. A `hole` is cut out of a box of
    the same path."""

    kind: PieceKind
    box: Box
    bends: int = 0
    rise: float = 0.0
    hole: bool = False


class PathReader:
    """Reads one path after the other."""

    def __init__(self) -> None:
        self._walker = _Walker()

    def pieces(self, path: Any, matrix: Any, box: Box, filled: bool, most: int) -> list[Piece] | None:
        """`box` is around all; `matrix` is a bare pointer. None if it has more segments than `most`."""
        if mupdf.ll_fz_path_is_rect(path, matrix):
            return [_straight(box, filled)]
        segments = most_segments(path)
        if segments > most:
            return None
        if segments <= FEW and box.sides[0] <= RULE:
            return [_straight(box, filled)]
        subpaths = self._walker.walk(path, matrix)
        pieces = [piece for subpath in subpaths if len(subpath) > 1 for piece in _pieces(subpath, filled)]
        return _with_holes(pieces) if filled and len(pieces) > 1 else pieces


def most_segments(path: Any) -> int:
    """No path of this size has more."""
    return (mupdf.ll_fz_packed_path_size(path) - PATH_BYTES) // SEGMENT_BYTES


class _Walker(mupdf.FzPathWalker2):
    """Collects subpaths as lists of points; a curve is its two control points and its end, told by a third value."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("moveto", "lineto", "curveto", "closepath"):
            getattr(self, f"use_virtual_{name}")()
        self._own = self.m_internal.this
        self.subpaths: list[Subpath] = []
        self._points: Subpath = []  # of the last one

    def walk(self, path: Any, matrix: Any) -> list[Subpath]:
        self.subpaths = []
        mupdf.ll_fz_walk_path(path, self._own, self._own)
        a, b, c, d, e, f = matrix_of(matrix)
        return [[(a * x + c * y + e, b * x + d * y + f, curved) for x, y, curved in points] for points in self.subpaths]

    def moveto(self, _: Any, x: float, y: float) -> None:
        self._points = [(x, y, 0)]
        self.subpaths.append(self._points)

    def lineto(self, _: Any, x: float, y: float) -> None:
        self._points.append((x, y, 0))

    def curveto(self, _: Any, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> None:
        self._points += ((x1, y1, 1), (x2, y2, 1), (x3, y3, 2))

    def closepath(self, _: Any) -> None:
        points = self._points
        if points[0][:2] != points[-1][:2]:
            points.append((*points[0][:2], 0))


def _pieces(points: Subpath, filled: bool) -> Iterator[Piece]:
    xs, ys, curves = zip(*points, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    across, down = box.width, box.height
    if min(across, down) <= RULE and not any(curves):
        yield Piece(PieceKind.RULE, box, rise=down)
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
        yield Piece(PieceKind.SHAPE, box, bends + (len(straight) // 2 if filled else 0), rise)
    else:
        for x0, y0, x1, y1 in straight:
            edge = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            yield Piece(PieceKind.RULE, edge, rise=edge.height)


def _with_holes(pieces: list[Piece]) -> list[Piece]:
    """A box with a box cut out is a frame, and shapes cut out of a box are seen on it."""
    ground = max(pieces, key=lambda piece: piece.box.area)
    if ground.kind is not PieceKind.BOX:
        return pieces
    inner = [piece for piece in pieces if piece is not ground and ground.box.covers(piece.box)]
    if len(inner) == 1 and inner[0].kind is PieceKind.BOX and len(pieces) == 2:
        return [replace(ground, kind=PieceKind.FRAME)]
    shapes = {id(piece) for piece in inner if piece.kind is PieceKind.SHAPE}
    return [replace(piece, hole=True) if id(piece) in shapes else piece for piece in pieces]


def _straight(box: Box, filled: bool) -> Piece:
    if box.sides[0] <= RULE:
        return Piece(PieceKind.RULE, box, rise=box.height)
    return Piece(PieceKind.BOX if filled else PieceKind.FRAME, box, rise=box.height)
