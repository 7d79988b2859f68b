"""Pixels in another colour space."""

from pymupdf import mupdf


def converted(pixmap: mupdf.FzPixmap, colours: mupdf.FzColorspace) -> mupdf.FzPixmap:
    none, defaults, how = mupdf.FzColorspace(), mupdf.FzDefaultColorspaces(), mupdf.FzColorParams()
    return mupdf.fz_convert_pixmap(pixmap, colours, none, defaults, how, 0)


def samples_in(pixmap: mupdf.FzPixmap, colours: mupdf.FzColorspace) -> bytes:
    """A copy: MuPDF's own samples are gone with their pixmap."""
    kept = converted(pixmap, colours)
    return bytes(mupdf.fz_pixmap_samples_memoryview(kept))
