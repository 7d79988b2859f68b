"""Text that nobody sees is no text of the page."""

import zlib

import pymupdf
import pytest
from pymupdf import mupdf

from passages.layout import sheet_of
from tests.support.odd_images import PdfWriter, ink

SENTENCE = b"BT /F 11 Tf 30 150 Td (The code name is Kestrel 3.5 for now) Tj ET "
LEFT, WIDE = (pymupdf.get_text_length(words, fontsize=11) for words in ("The code name is ", "Kestrel 3.5"))
BAR = b"%.1f 146 %.1f 14 re f " % (30 + LEFT, WIDE)


def text_of(content: bytes, entries: str = "") -> str:
    writer = PdfWriter()
    resources = (
        "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        " /ExtGState << /Marker << /BM /Multiply >> /Thin << /ca 0.4 >> /Gone << /ca 0 >> >>"
    )
    scan = writer.image("/ImageMask true /BitsPerComponent 1 /Filter /FlateDecode", zlib.compress(ink().tobytes()))
    pdf = writer.pdf([writer.page(content, f"{resources} /XObject << /Scan {scan} 0 R >>", entries)])
    page = pymupdf.open(stream=pdf, filetype="pdf")[0]
    return " ".join(line.text for line in sheet_of(mupdf, page).lines)


@pytest.mark.parametrize("entries", ["", "/Rotate 90", "/Rotate 270 /CropBox [20 20 290 240]", "/UserUnit 2"])
@pytest.mark.parametrize("colour", [b"0 g ", b"1 g ", b"0.8 0.1 0.1 rg "])
def test_words_under_a_bar_are_not_read(colour: bytes, entries: str) -> None:
    assert text_of(SENTENCE + colour + BAR, entries) == "The code name is for now"


STROKE = b"14 w %.1f 153 m %.1f 153 l S " % (30 + LEFT, 30 + LEFT + WIDE)


@pytest.mark.parametrize("content", [SENTENCE + b"0 G " + STROKE, SENTENCE + b"1 G " + STROKE])
def test_words_under_a_thick_stroke_are_not_read(content: bytes) -> None:
    assert text_of(content) == "The code name is for now"


@pytest.mark.parametrize("colour", [b"0 g ", b"0.5 g ", b"0.8 0.1 0.1 rg ", b"1 g "])
def test_words_in_the_colour_of_their_ground_are_not_read(colour: bytes) -> None:
    assert text_of(colour + b"20 140 250 30 re f " + SENTENCE) == ""


def test_words_under_an_annotation_are_not_read() -> None:
    rect = f"[{30 + LEFT} 146 {30 + LEFT + WIDE} 160]"
    square = f"<< /Type /Annot /Subtype /Square /F 4 /Rect {rect} /IC [0 0 0] /C [0 0 0] >>"
    assert text_of(SENTENCE, f"/Annots [{square}]") == "The code name is for now"


@pytest.mark.parametrize(
    "content",
    [
        SENTENCE,
        b"0 g 20 140 250 30 re f 1 g " + SENTENCE,  # painted before the words
        SENTENCE + b"/Marker gs 1 1 0 rg " + BAR,  # as a marker does
        SENTENCE + b"/Thin gs 0.2 0.2 1 rg " + BAR,
        SENTENCE + b"/Gone gs 0 g " + BAR,
        SENTENCE + b"0 G " + BAR.replace(b"f", b"S"),  # a frame around them
        SENTENCE + b"0 g " + BAR.replace(b"146", b"148").replace(b"14 re", b"1 re"),  # a line under them
    ],
)
def test_words_that_are_seen_are_read(content: bytes) -> None:
    assert text_of(content) == "The code name is Kestrel 3.5 for now"


@pytest.mark.parametrize(
    "content",
    [b"1 g " + SENTENCE, b"/Gone gs " + SENTENCE, b"3 Tr " + SENTENCE, b"0.98 0.99 1 rg 1 1 1 RG 2 Tr " + SENTENCE],
    ids=["white on white", "transparent", "invisible", "nearly white"],
)
def test_words_that_leave_no_ink_are_not_read(content: bytes) -> None:
    assert text_of(content) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"q 300 0 0 250 0 0 cm /Scan Do Q 3 Tr " + SENTENCE,  # as text recognition lays it over a scan
        SENTENCE + b"3 Tr " + SENTENCE,  # over the outlines of the same words
        b"0 0.49 0 rg 20 140 250 30 re f 0.97 0 0 rg " + SENTENCE,
    ],
    ids=["over a scan", "over outlines", "red on green as dark"],
)
def test_words_that_leave_ink_are_read(content: bytes) -> None:
    assert "The code name is Kestrel 3.5 for now" in text_of(content)
