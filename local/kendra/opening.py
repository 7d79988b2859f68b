"""Opens documents, also damaged PDFs. `extract_images` does the same, so that both read the same pages.

pymupdf and pypdfium2 are loaded only in the worker process that reads files.
"""

import io
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from passages.pdf_preparation import prepare

if TYPE_CHECKING:
    import pymupdf
    from pymupdf import mupdf

_DEEPEST = 50  # levels of a page tree


def opened(path: str, filetype: str) -> "pymupdf.Document":
    """The document; a PDF that MuPDF cannot read is repaired by PDFium, if it can. Raises what PyMuPDF raises."""
    from pymupdf import mupdf

    document = _opened(path, filetype)
    if document.is_pdf and not document.needs_pass:
        prepare(mupdf, mupdf.pdf_document_from_fz_document(document.this))
    return document


def _opened(path: str, filetype: str) -> "pymupdf.Document":
    import pymupdf

    with suppress(Exception):  # PyMuPDF raises many kinds of errors
        document = pymupdf.open(path, filetype=filetype)
        if not document.needs_pass and count_pages(document) > 0:
            return document
    data = _repaired(path) if filetype == "pdf" else None
    return pymupdf.open(stream=data, filetype="pdf") if data else pymupdf.open(path, filetype=filetype)


def count_pages(document: "pymupdf.Document") -> int:
    """The number of pages. A page tree with a wrong count is corrected first, because MuPDF refuses to read it."""
    from pymupdf import mupdf

    with suppress(RuntimeError):
        if document.page_count or not document.is_pdf:
            return document.page_count
    trailer = mupdf.pdf_trailer(mupdf.pdf_document_from_fz_document(document.this))
    _put_counts_right(mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(trailer, "Root"), "Pages"), _DEEPEST)
    return document.page_count


def _put_counts_right(node: "mupdf.PdfObj", levels: int) -> int:
    from pymupdf import mupdf

    kids = mupdf.pdf_dict_gets(node, "Kids")
    if not mupdf.pdf_is_array(kids):
        return int(mupdf.pdf_is_dict(node))
    if levels == 0:
        raise ValueError("the page tree has no end")
    below = (mupdf.pdf_array_get(kids, at) for at in range(mupdf.pdf_array_len(kids)))
    pages = sum(_put_counts_right(kid, levels - 1) for kid in below)
    mupdf.pdf_dict_puts(node, "Count", mupdf.pdf_new_int(pages))
    return pages


def _repaired(path: str) -> bytes | None:
    """The file as PDFium saves it, without encryption; None if PDFium finds no page, or needs a password."""
    import pypdfium2
    from pypdfium2.raw import FPDF_REMOVE_SECURITY

    with suppress(pypdfium2.PdfiumError), closing(pypdfium2.PdfDocument(path)) as document:
        if len(document) > 0:
            copy = io.BytesIO()
            document.save(copy, flags=FPDF_REMOVE_SECURITY)
            return copy.getvalue()
    return None
