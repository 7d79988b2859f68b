"""What MuPDF's structures hold, as plain tuples.

They are read through the bare pointer (`this`) of PyMuPDF's objects: if it is given an object, PyMuPDF asks for the
name of its class each time, which takes ten times as long as the reading.
"""

from collections.abc import Callable
from typing import Any

from pymupdf import mupdf

from passages.page_boxes import Box

from .page_geometry import Matrix


def _reader(structure: Any, name: str) -> Callable[[Any], Any]:
    return getattr(structure, name).fget


_X0, _Y0, _X1, _Y1 = (_reader(mupdf.fz_rect, name) for name in ("x0", "y0", "x1", "y1"))
_A, _B, _C, _D, _E, _F = (_reader(mupdf.fz_matrix, name) for name in "abcdef")
_FIRST, _NEXT = _reader(mupdf.fz_text, "head"), _reader(mupdf.fz_text_span, "next")
_LENGTH, _FONT = _reader(mupdf.fz_text_span, "len"), _reader(mupdf.fz_text_span, "font")
_OPERATORS = _reader(mupdf.fz_font, "t3procs")
components_of = _reader(mupdf.fz_colorspace, "n")  # of a colour space
depth_of = _reader(mupdf.fz_device, "container_len")  # how many clips, groups and masks are open in a device


def box_of(rect: Any) -> Box:
    return Box(_X0(rect), _Y0(rect), _X1(rect), _Y1(rect))


def matrix_of(matrix: Any) -> Matrix:
    """MuPDF's own is gone after the call that it is given to."""
    return Matrix(_A(matrix), _B(matrix), _C(matrix), _D(matrix), _E(matrix), _F(matrix))


def glyphs_of(text: Any, most: float) -> tuple[int, bool]:
    """How many glyphs a text has, and whether some are drawn by operators. More than `most` change nothing."""
    glyphs, drawn, span = 0, False, _FIRST(text)
    while span and glyphs < most:
        glyphs += _LENGTH(span.this)
        drawn = drawn or bool(_OPERATORS(_FONT(span.this).this))
        span = _NEXT(span.this)
    return glyphs, drawn
