"""Whether a page may show an image, told from its content before MuPDF interprets it: most pages show only text, whose
layout would take nearly all of the time."""

import re

from pymupdf import mupdf

from .page_objects import has_drawn_fonts
from .png_stream import inflated

MOST = 1 << 20  # bytes of content that are searched; a page with more is interpreted
_IMAGE = re.compile(rb"Do|BI[\x00\t\n\f\r /%]")
_PATH = re.compile(rb"(?<![^\s\])>])(?:[fFsSbB]\*?|sh)(?![^\s\[(</%])")


def may_show_images(document: mupdf.PdfDocument, page: mupdf.PdfObj, drawings: bool) -> bool:
    """Whether the page may show an image, or a drawing if they are wanted.

    False only if there is certainly none: no annotation other than a link, no pattern, no font whose glyphs are drawn
    by operators, and content that neither shows objects (Do) nor has inline images (BI) nor paints paths. Letters of a
    text may look like an operator: then it is True.
    """
    try:
        operators = _operators(document, mupdf.pdf_dict_gets(page, "Contents"))
    except Exception:  # MuPDF shows what is left
        return True
    if operators is None or _IMAGE.search(operators) or (drawings and _PATH.search(operators)):
        return True
    return _has_other_sources(page)


def _has_other_sources(page: mupdf.PdfObj) -> bool:
    annotations = mupdf.pdf_dict_gets(page, "Annots")
    for at in range(mupdf.pdf_array_len(annotations)):
        if mupdf.pdf_to_name(mupdf.pdf_dict_gets(mupdf.pdf_array_get(annotations, at), "Subtype")) != "Link":
            return True
    resources = mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)
    return bool(mupdf.pdf_dict_gets(resources, "Pattern").m_internal) or has_drawn_fonts(resources)


def _operators(document: mupdf.PdfDocument, content: mupdf.PdfObj) -> bytes | None:
    if not content.m_internal:
        return b""
    operators = _inflated(content)
    if operators is None:
        stream = mupdf.fz_open_null_filter(mupdf.pdf_open_contents_stream(document, content), MOST, 0)
        operators = mupdf.fz_read_all(stream, 1 << 14).fz_buffer_extract_copy()
    return operators if len(operators) < MOST else None


def _inflated(stream: mupdf.PdfObj) -> bytes | None:
    """In half of MuPDF's time. None if it is not merely deflated, or if it is damaged: MuPDF reads what is left."""
    if mupdf.pdf_to_name(mupdf.pdf_dict_gets(stream, "Filter")) != "FlateDecode":
        return None
    if mupdf.pdf_dict_gets(stream, "DecodeParms").m_internal:
        return None
    deflated = mupdf.pdf_load_raw_stream(stream).fz_buffer_extract_copy()
    try:
        return b"".join(inflated(deflated, MOST))
    except ValueError:
        return None
