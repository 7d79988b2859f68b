"""The content of a page, reduced to what can lead to an image before MuPDF runs it.

Most pages show only text, and most of the content of other pages is text: its layout takes nine tenths of
the time of running a page. So a page is run only if it may show an image, and without its texts.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pymupdf import mupdf

from .png_stream import inflated

MOST = 1 << 20  # bytes of content that are searched; a page with more is run unchanged
_INLINE_IMAGE = re.compile(rb"BI[\x00\t\n\f\r /%]")
_PLAIN = rb"[^()</BEcoqQ%]*+"  # not what could begin something of importance outside of a text
_TEXT_OBJECT = re.compile(
    rb"""BT(?<![^\s]BT)\s PLAIN
    (?: (?: \([^()\\]*+(?:\\.[^()\\]*+)*+\)  # a string without bare parentheses
      | <[0-9A-Fa-f\s]*+> | <
      | E(?![TM])                           # ET ends the text; EMC, BMC and BDC mark content
      | c(?!m\s) | (?<!D)o                  # cm and Do, q and Q have no place in a text
      | /(?!\S*\s+(?:scn|SCN)\s)            # and a pattern would colour what comes after it too
      ) PLAIN
    )*+ET(?!\S)""".replace(b"PLAIN", _PLAIN),
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class PageContent:
    """`annotated` says whether annotations stand on the page, other than links; `patterned` whether it has
    patterns, which can hold images too."""

    operators: bytes
    annotated: bool
    patterned: bool

    @property
    def may_show_images(self) -> bool:
        """False only if there is certainly no image: no annotation, no pattern, and content that neither shows objects
        (Do) nor has inline images (BI). Letters of a text may look like an operator: then it is True."""
        return self.annotated or self.patterned or b"Do" in self.operators or self.has_inline_images

    @property
    def has_inline_images(self) -> bool:
        return _INLINE_IMAGE.search(self.operators) is not None

    @property
    def without_texts(self) -> bytes:
        """The operators without the texts, if this is safe: the data of an inline image may look like a text."""
        return self.operators if self.has_inline_images else _TEXT_OBJECT.sub(b"", self.operators)


def page_content(document: mupdf.PdfDocument, page: mupdf.PdfObj) -> PageContent | None:
    """None if it is too long or damaged: then MuPDF runs the page unchanged."""
    resources = mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)
    try:
        operators = _operators(document, mupdf.pdf_dict_gets(page, "Contents"))
    except Exception:
        return None
    if operators is None:
        return None
    annotations = mupdf.pdf_dict_gets(page, "Annots")
    kinds = (
        mupdf.pdf_to_name(mupdf.pdf_dict_gets(mupdf.pdf_array_get(annotations, at), "Subtype"))
        for at in range(mupdf.pdf_array_len(annotations))
    )
    patterns = mupdf.pdf_dict_gets(resources, "Pattern")
    return PageContent(operators, any(kind != "Link" for kind in kinds), patterns.m_internal is not None)


def lacks_parts(page: mupdf.PdfObj) -> bool:
    """True if the page, or a part of its content, is not in the file, for instance if it was cut off: MuPDF treats
    missing parts as empty."""
    content = mupdf.pdf_dict_gets(page, "Contents")
    parts = [content] if content.m_internal else []
    if mupdf.pdf_is_array(content):
        parts = [mupdf.pdf_array_get(content, at) for at in range(mupdf.pdf_array_len(content))]
    return not (mupdf.pdf_is_dict(page) and all(mupdf.pdf_is_stream(part) for part in parts))


@contextlib.contextmanager
def shown_instead(document: mupdf.PdfDocument, page: mupdf.PdfObj, operators: bytes) -> Iterator[None]:
    """Replaces the operators of the page inside the block."""
    content = mupdf.pdf_dict_gets(page, "Contents")
    buffer = mupdf.fz_new_buffer_from_copied_data(operators)
    other = mupdf.pdf_add_stream(document, buffer, mupdf.PdfObj(), 0)
    mupdf.pdf_dict_puts(page, "Contents", other)
    try:
        yield
    finally:
        mupdf.pdf_dict_puts(page, "Contents", content)
        mupdf.pdf_delete_object(document, mupdf.pdf_to_num(other))


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
