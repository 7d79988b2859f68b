"""Colours and pixels in another colour space."""

from typing import Any

from pymupdf import mupdf

from .mupdf_structures import components_of


def converted(pixmap: mupdf.FzPixmap, colours: mupdf.FzColorspace) -> mupdf.FzPixmap:
    none, defaults, how = mupdf.FzColorspace(), mupdf.FzDefaultColorspaces(), mupdf.FzColorParams()
    return mupdf.fz_convert_pixmap(pixmap, colours, none, defaults, how, 0)


def samples_in(pixmap: mupdf.FzPixmap, colours: mupdf.FzColorspace) -> bytes:
    """A copy: MuPDF's own samples are gone with their pixmap."""
    kept = converted(pixmap, colours)
    return bytes(mupdf.fz_pixmap_samples_memoryview(kept))


def rgb_of(colours: Any, colour: Any) -> tuple[float, ...] | None:
    """A colour of a fill, each component from 0 to 1; None if the fill has no colour of its own."""
    if not colours or not colour:
        return None
    space = colours.this
    values = [mupdf.floats_getitem(colour, at) for at in range(components_of(space))]
    if mupdf.ll_fz_colorspace_is_rgb(space):
        return tuple(round(value, 3) for value in values)
    if mupdf.ll_fz_colorspace_is_gray(space):
        return (round(values[0], 3),) * 3
    if mupdf.ll_fz_colorspace_is_cmyk(space):
        return tuple(round((1 - value) * (1 - values[3]), 3) for value in values[:3])
    kept = mupdf.FzColorspace(mupdf.ll_fz_keep_colorspace(space))
    one = mupdf.fz_new_pixmap(kept, 1, 1, mupdf.FzSeparations(), 0)
    mupdf.fz_pixmap_samples_memoryview(one)[:] = bytes(min(255, max(0, round(value * 255))) for value in values)
    return tuple(round(value / 255, 3) for value in samples_in(one, mupdf.fz_device_rgb()))
