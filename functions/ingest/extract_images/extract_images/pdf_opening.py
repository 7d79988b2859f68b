"""Opens a file as a PDF, or raises the error that explains why it cannot be opened."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pymupdf
from pymupdf import mupdf

from docent.errors.ingest import EmptyPdfError, EncryptedPdfError, OversizedPdfError, UnreadablePdfError
from passages.pdf_preparation import prepare

from .extraction_limits import Limits
from .second_reader import repaired

DEEPEST = 50  # levels of a page tree


def open_pdf(path: str, name: str, limits: Limits) -> mupdf.PdfDocument:
    """Raises EmptyPdfError, UnreadablePdfError, EncryptedPdfError or OversizedPdfError for a refused file.

    Returns MuPDF's own document: PyMuPDF's reads the outline and the metadata first, which takes most of the time
    for a small file.
    """
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    size = Path(path).stat().st_size
    if size == 0:
        raise EmptyPdfError(f"{name} has no bytes.")
    check_size(size, name, limits)
    try:
        document, pages = _opened(lambda: mupdf.pdf_open_document(path), name)
    except (EmptyPdfError, EncryptedPdfError, UnreadablePdfError):
        data = repaired(path)
        if data is None:
            raise
        document, pages = _opened(lambda: _in_memory(data), name)
    if pages > limits.max_pages:
        raise OversizedPdfError(f"{name} has {pages} pages, more than the {limits.max_pages} that are read.")
    prepare(mupdf, document)
    return document


def check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.max_bytes:
        message = f"{name} has {size:,} bytes, more than the {limits.max_bytes:,} that an index takes."
        raise OversizedPdfError(message)


def open_for_rendering(path: str) -> pymupdf.Document:
    """A file that open_pdf accepted, as PyMuPDF opens it to render pages and to read texts."""
    with contextlib.suppress(Exception):
        document = pymupdf.open(path, filetype="pdf")
        if not document.needs_pass and _count_pages(pdf := mupdf.pdf_document_from_fz_document(document.this)):
            prepare(mupdf, pdf)
            return document
    document = pymupdf.open(stream=repaired(path), filetype="pdf")
    pdf = mupdf.pdf_document_from_fz_document(document.this)
    _count_pages(pdf)
    prepare(mupdf, pdf)
    return document


def _opened(open_document: Callable[[], mupdf.PdfDocument], name: str) -> tuple[mupdf.PdfDocument, int]:
    """The document and the number of its pages, which is not 0."""
    try:
        document = open_document()
    except Exception as error:  # MuPDF raises many kinds of errors
        raise UnreadablePdfError(f"{name} is not a PDF, or is damaged beyond reading.") from error
    if mupdf.pdf_needs_password(document):
        raise EncryptedPdfError(f"{name} needs a password to open.")
    try:
        pages = _count_pages(document)
    except Exception as error:
        raise UnreadablePdfError(f"{name} has a damaged page tree.") from error
    if pages == 0:
        raise EmptyPdfError(f"{name} has no pages.")
    return document, pages


def _in_memory(data: bytes) -> mupdf.PdfDocument:
    return mupdf.pdf_open_document_with_stream(mupdf.fz_open_buffer(mupdf.fz_new_buffer_from_copied_data(data)))


def _count_pages(document: mupdf.PdfDocument) -> int:
    """The number of pages; a page tree with a wrong count is corrected first, as MuPDF refuses to read it."""
    with contextlib.suppress(Exception):
        if pages := mupdf.pdf_count_pages(document):
            return pages
    root = mupdf.pdf_dict_gets(mupdf.pdf_trailer(document), "Root")
    _put_counts_right(mupdf.pdf_dict_gets(root, "Pages"), DEEPEST)
    return mupdf.pdf_count_pages(document)


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
