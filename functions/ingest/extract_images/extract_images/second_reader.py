"""PDFium, a second PDF reader, for what MuPDF cannot open or read.

PDFium repairs some damaged files that MuPDF does not, opens files of which only the attachments are encrypted, and goes
on after some errors in the content of a page. It is loaded only when it is needed.
"""

import contextlib
import io
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pymupdf import mupdf

from passages.page_boxes import Box

if TYPE_CHECKING:
    import pypdfium2

_REPAIRED_BYTES = 100_000_000  # of a file that is repaired in memory; the index takes 50 MB


def repaired(path: str) -> bytes | None:
    """The file as PDFium saves it, without encryption; None if PDFium finds no page, or needs a password."""
    import pypdfium2
    from pypdfium2.raw import FPDF_REMOVE_SECURITY

    if Path(path).stat().st_size > _REPAIRED_BYTES:
        return None
    with contextlib.suppress(pypdfium2.PdfiumError), contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        if len(document) > 0:
            copy = io.BytesIO()
            document.save(copy, flags=FPDF_REMOVE_SECURITY)
            return copy.getvalue()
    return None


class SecondReader:
    """Reads single pages, counted from 0, of the file at `path`."""

    def __init__(self, path: str) -> None:
        self._path = path

    @cached_property
    def _document(self) -> "pypdfium2.PdfDocument":
        import pypdfium2

        return pypdfium2.PdfDocument(self._path)

    def text(self, number: int) -> str:
        """The text of a page; empty if PDFium cannot read it."""
        import pypdfium2

        with contextlib.suppress(pypdfium2.PdfiumError, IndexError):
            return self._document[number].get_textpage().get_text_bounded()
        return ""

    def pixels(self, number: int, area: Box, page: Box, zoom: float) -> mupdf.FzPixmap:
        """An area of a page in RGB, over white. PDFium ignores the unit of a page, which `page` and `area` are in."""
        shown = self._document[number]
        unit = shown.get_width() / page.width
        cut = (area.x0 - page.x0, page.y1 - area.y1, page.x1 - area.x1, area.y0 - page.y0)
        crop: Any = tuple(max(0.0, edge * unit) for edge in cut)
        scale: Any = zoom / unit
        bitmap = shown.render(scale=scale, crop=crop, rev_byteorder=True)
        size = mupdf.FzIrect(0, 0, bitmap.width, bitmap.height)
        pixmap = mupdf.fz_new_pixmap_with_bbox(mupdf.fz_device_rgb(), size, mupdf.FzSeparations(), 0)
        samples, there, row = (
            memoryview(bitmap.buffer).cast("B"),
            mupdf.fz_pixmap_samples_memoryview(pixmap),
            3 * bitmap.width,
        )
        for at in range(bitmap.height):
            there[at * row : (at + 1) * row] = samples[at * bitmap.stride : at * bitmap.stride + row]
        return pixmap
