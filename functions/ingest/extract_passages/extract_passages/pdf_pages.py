"""The pages of a PDF, as lines of text with their places. Damaged files are opened as `extract_images` opens them."""

import io
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pymupdf
import pypdfium2
from pymupdf import mupdf
from pypdfium2.raw import FPDF_REMOVE_SECURITY

from docent.errors import PermanentError
from docent.errors.ingest import EmptyPdfError, EncryptedPdfError, OversizedPdfError, UnreadablePdfError
from passages.layout import Sheet, sheet_of
from passages.pdf_preparation import prepare

from .extraction_limits import Limits

DEEPEST = 50  # levels of a page tree


def read_sheets(path: str, name: str, limits: Limits, first_page: int) -> Iterator[int | Sheet | str]:
    """The number of pages, then each page from `first_page` on: its lines, or why it could not be read.

    Raises EmptyPdfError, UnreadablePdfError, EncryptedPdfError or OversizedPdfError for a document that is refused.
    """
    document, pages = open_pdf(path, name)
    if pages > limits.max_pages:
        raise OversizedPdfError(f"{name} has {pages} pages, more than the {limits.max_pages} that are read.")
    yield pages
    for number in range(first_page, pages + 1):
        try:
            sheet = sheet_of(mupdf, document[number - 1])
        except Exception as error:  # PyMuPDF raises many kinds of errors
            yield f"could not be read ({type(error).__name__})"
            continue
        if characters_of(sheet) > limits.max_page_characters:
            yield f"has more than {limits.max_page_characters:,} characters"
        else:
            yield sheet


def characters_of(sheet: Sheet) -> int:
    return sum(len(line.text) for line in sheet.lines)


def open_pdf(path: str, name: str) -> tuple[pymupdf.Document, int]:
    """The document and the number of its pages, which is not 0. What MuPDF cannot open, PDFium may repair."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    if not Path(path).stat().st_size:
        raise EmptyPdfError(f"{name} has no bytes.")
    try:
        return _opened(name, filename=path)
    except PermanentError:
        data = _repaired(path)
        if data is None:
            raise
        return _opened(name, stream=data)


def _opened(name: str, **source: Any) -> tuple[pymupdf.Document, int]:
    try:
        document = pymupdf.open(**source, filetype="pdf")
    except Exception as error:
        raise UnreadablePdfError(f"{name} is not a PDF, or is damaged beyond reading.") from error
    if document.needs_pass:
        raise EncryptedPdfError(f"{name} needs a password to open.")
    try:
        pages = _count_pages(document)
    except Exception as error:
        raise UnreadablePdfError(f"{name} has a damaged page tree.") from error
    if pages == 0:
        raise EmptyPdfError(f"{name} has no pages.")
    prepare(mupdf, mupdf.pdf_document_from_fz_document(document.this))
    return document, pages


def _count_pages(document: pymupdf.Document) -> int:
    """The number of pages; a page tree with a wrong count is corrected first, as MuPDF refuses to read it."""
    with suppress(Exception):
        if document.page_count:
            return document.page_count
    trailer = mupdf.pdf_trailer(mupdf.pdf_document_from_fz_document(document.this))
    _put_counts_right(mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(trailer, "Root"), "Pages"), DEEPEST)
    return document.page_count


def _put_counts_right(node: mupdf.PdfObj, levels: int) -> int:
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
    with suppress(pypdfium2.PdfiumError), closing(pypdfium2.PdfDocument(path)) as document:
        if len(document) > 0:
            copy = io.BytesIO()
            document.save(copy, flags=FPDF_REMOVE_SECURITY)
            return copy.getvalue()
    return None
