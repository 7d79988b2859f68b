"""Whether the words that a person sees on a page are also in its text. If not, the page is read as an image.

A font may have no map from its glyphs to Unicode: its text is garbage to all programs, but not to a person. MuPDF
leaves out what stands behind some errors in the content of a page, which PDFium still shows.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pymupdf
from pymupdf import mupdf

LOST_LETTERS = 10  # on a page that has readable text too; bullets, check boxes and formulas have fewer
# Replacement characters, controls and private use, which mean nothing outside of their font; at least three in a row,
# as a single one is a bullet or a symbol.
_LOST = re.compile("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\U000f0000-\U0010fffd]{3,}")
_TYPE3 = re.compile(r"Type3 \((\d+) 0 R\)")  # MuPDF's name of a font that has none
_VISIBLE = mupdf.FZ_STEXT_FILLED | mupdf.FZ_STEXT_STROKED  # unlike what text recognition lays over a scan


def is_garbled(text: str, drawn: bool, document: Callable[[], pymupdf.Document], number: int) -> bool:
    """Whether words that are visible on page `number` of the document, from 0, are only garbage in its text. `drawn`
    says whether it has fonts whose glyphs are drawn by operators."""
    if not drawn and not _LOST.search(text):
        return False
    lost, readable = _lost_letters(document(), number)
    return lost >= LOST_LETTERS or lost > readable


def letters_in(text: str) -> int:
    return sum(map(str.isalnum, text))


def _lost_letters(document: pymupdf.Document, number: int) -> tuple[int, int]:
    """The letters of visible text that no program can read, and those that it can."""
    lost = readable = 0
    for span in _visible_spans(document, number):
        garbage = sum(map(len, _LOST.findall(span["text"])))
        letters = letters_in(span["text"])
        if _has_no_unicode(document, span["font"]):
            garbage, letters = garbage + letters, 0
        lost += garbage
        readable += letters
    return lost, readable


def _visible_spans(document: pymupdf.Document, number: int) -> Iterator[dict[str, Any]]:
    content: Any = document[number].get_text("dict", flags=0)
    for block in content["blocks"]:
        for line in block["lines"]:
            yield from (span for span in line["spans"] if span["char_flags"] & _VISIBLE)


def _has_no_unicode(document: pymupdf.Document, font: str) -> bool:
    """Whether a Type 3 font says of no glyph, or of few, which character it is."""
    found = _TYPE3.fullmatch(font)
    if not found:
        return False
    pdf = mupdf.pdf_document_from_fz_document(document.this)
    described = mupdf.pdf_new_indirect(pdf, int(found[1]), 0)
    if mupdf.pdf_is_stream(mupdf.pdf_dict_gets(described, "ToUnicode")):
        return False
    differences = mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(described, "Encoding"), "Differences")
    named = [_is_character(name, code) for code, name in _coded(differences)]
    return sum(named) * 2 < len(named)


def _coded(differences: mupdf.PdfObj) -> Iterator[tuple[int, str]]:
    code = 0
    for at in range(mupdf.pdf_array_len(differences)):
        entry = mupdf.pdf_array_get(differences, at)
        if mupdf.pdf_is_int(entry):
            code = mupdf.pdf_to_int(entry)
        else:
            yield code, mupdf.pdf_to_name(entry)
            code += 1


def _is_character(name: str, code: int) -> bool:
    """Whether a glyph has a name from Adobe's list, or is named for its code, as in `a65`."""
    digits = re.search(r"\d+$", name)
    return mupdf.fz_unicode_from_glyph_name(name) != 0xFFFD or (digits is not None and int(digits[0]) == code)
