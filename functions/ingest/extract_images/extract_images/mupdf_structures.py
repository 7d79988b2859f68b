"""What MuPDF's structures hold, as plain tuples.

They are read through the bare pointer (`this`) of PyMuPDF's objects: if it is given an object, PyMuPDF asks for the
name of its class each time, which takes ten times as long as the reading.
"""

from typing import Any

from pymupdf import mupdf

from .page_geometry import Box, Matrix

_X0, _Y0, _X1, _Y1 = (getattr(mupdf.fz_rect, name).fget for name in ("x0", "y0", "x1", "y1"))
_A, _B, _C, _D, _E, _F = (getattr(mupdf.fz_matrix, name).fget for name in "abcdef")
_HEAD, _NEXT = mupdf.fz_text.head.fget, mupdf.fz_text_span.next.fget
_LENGTH, _FONT, _DRAWN = mupdf.fz_text_span.len.fget, mupdf.fz_text_span.font.fget, mupdf.fz_font.t3procs.fget
components_of: Any = mupdf.fz_colorspace.n.fget  # of a colour space
depth_of: Any = mupdf.fz_device.container_len.fget  # how many clips, groups and masks are open in a device


def box_of(rect: Any) -> Box:
    return Box(_X0(rect), _Y0(rect), _X1(rect), _Y1(rect))


def matrix_of(matrix: Any) -> Matrix:
    """MuPDF's own is gone after the call that it is given to."""
    return Matrix(_A(matrix), _B(matrix), _C(matrix), _D(matrix), _E(matrix), _F(matrix))


def glyphs_of(text: Any, most: float) -> tuple[int, bool]:
    """How many glyphs a text has, and whether some are drawn by operators. More than `most` change nothing."""
    glyphs, drawn, span = 0, False, _HEAD(text.this)
    while span and glyphs < most:
        glyphs += _LENGTH(span.this)
        drawn = drawn or bool(_DRAWN(_FONT(span.this).this))
        span = _NEXT(span.this)
    return glyphs, drawn
