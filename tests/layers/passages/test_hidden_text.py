"""Text that nobody sees is no text of the page."""

import zlib
from random import Random
from typing import Any

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymupdf import mupdf

from passages.layout import sheet_of
from tests.support.odd_images import PdfWriter, ink

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SENTENCE = b"BT /F 11 Tf 30 150 Td (The code name is Kestrel 3.5 for now) Tj ET "
LEFT, WIDE = (pymupdf.get_text_length(words, fontsize=11) for words in ("The code name is ", "Kestrel 3.5"))
BOX = b"%.1f 146 %.1f 14 re " % (30 + LEFT, WIDE)
BAR = BOX + b"f "


def page_of(content: bytes, entries: str = "") -> pymupdf.Page:
    writer = PdfWriter()
    fonts = f"/Font << /F {HELVETICA} /Blocks {_font_of_blocks(writer)} 0 R >>"
    pixels, form = Random(1).randbytes(40 * 40 * 3), "/Type /XObject /Subtype /Form /BBox [0 0 300 250]"
    photo = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", pixels, (40, 40))
    scan = writer.image("/ImageMask true /BitsPerComponent 1 /Filter /FlateDecode", zlib.compress(ink().tobytes()))
    words = writer.stream(f"{form} /Group << /S /Transparency >> /Resources << {fonts} >>", SENTENCE)
    black, white = (
        writer.stream(f"{form} /Group << /S /Transparency /CS /DeviceGray >>", b"%d g 0 0 300 250 re f" % grey)
        for grey in (0, 1)
    )
    tile = writer.stream(
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 4 4] /XStep 4 /YStep 4 /Resources << >>",
        b"0.2 0.5 0.9 rg 0 0 4 4 re f 0.9 0.1 0.1 rg 0 0 2 2 re f",
    )
    colours = "<< /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >>"
    shade = f"<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [100 0 200 0] /Function {colours} /Extend [true true] >>"
    masked, open_ = (f"<< /SMask << /S /Luminosity /G {group} 0 R >> >>" for group in (black, white))
    resources = (
        f"{fonts} /ExtGState << /Marker << /BM /Multiply >> /Thin << /ca 0.4 >> /Gone << /ca 0 >>"
        f" /Masked {masked} /Open {open_} >> /Shading << /Gradient {shade} >> /Pattern << /Tile {tile} 0 R >>"
        f" /XObject << /Scan {scan} 0 R /Photo {photo} 0 R /Words {words} 0 R >>"
    )
    return pymupdf.open(stream=writer.pdf([writer.page(content, resources, entries)]), filetype="pdf")[0]


def _font_of_blocks(writer: PdfWriter) -> int:
    """Each of its letters is a black box, half an em wide."""
    glyph = writer.stream("", b"500 0 0 -200 500 800 d1 0 -200 490 1000 re f")
    glyphs, letters = (" ".join(f"/{each}{what}" for each in "abcdef") for what in (f" {glyph} 0 R", ""))
    return writer.add(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 500 800] /FontMatrix [0.001 0 0 0.001 0 0]"
        f" /CharProcs << {glyphs} >> /Encoding << /Differences [97 {letters}] >> /FirstChar 97 /LastChar 102"
        f" /Widths [{'500 ' * 6}] /Resources << >> >>"
    )


def read(page: pymupdf.Page) -> str:
    return " ".join(line.text for line in sheet_of(mupdf, page).lines)


def text_of(content: bytes, entries: str = "") -> str:
    return read(page_of(content, entries))


TURNED = ["", "/Rotate 90", "/Rotate 270 /CropBox [20 20 290 240]", "/UserUnit 2"]


@pytest.mark.parametrize("entries", TURNED)
@pytest.mark.parametrize("colour", [b"0 g ", b"1 g ", b"0.8 0.1 0.1 rg "])
def test_words_under_a_bar_are_not_read(colour: bytes, entries: str) -> None:
    assert text_of(SENTENCE + colour + BAR, entries) == "The code name is for now"


STROKE = b"14 w %.1f 153 m %.1f 153 l S " % (30 + LEFT, 30 + LEFT + WIDE)


@pytest.mark.parametrize("content", [SENTENCE + b"0 G " + STROKE, SENTENCE + b"1 G " + STROKE])
def test_words_under_a_thick_stroke_are_not_read(content: bytes) -> None:
    assert text_of(content) == "The code name is for now"


PHOTO = b"q %.1f 0 0 14 %.1f 146 cm /Photo Do Q " % (WIDE, 30 + LEFT)
GRADIENT = b"q " + BOX + b"W n /Gradient sh Q "
TILES = b"q /Pattern cs /Tile scn " + BAR + b"Q "
RULES = [b"%d 0 %d rg %.1f %d %.1f 1 re f " % (row % 2, 1 - row % 2, 30 + LEFT, 146 + row, WIDE) for row in range(14)]
NOT_PLAIN = {"photo": PHOTO, "gradient": GRADIENT, "tiles": TILES, "rules": b"".join(RULES)}


@pytest.mark.parametrize("entries", TURNED)
@pytest.mark.parametrize("cover", NOT_PLAIN.values(), ids=list(NOT_PLAIN))
def test_words_under_something_of_many_colours_are_not_read(cover: bytes, entries: str) -> None:
    assert text_of(SENTENCE + cover, entries) == "The code name is for now"
    assert text_of(cover + b"0 g " + SENTENCE, entries) == "The code name is Kestrel 3.5 for now"


@pytest.mark.parametrize("colour", [b"0 g ", b"1 g ", b"0.8 0.1 0.1 rg "])
def test_words_under_blocks_that_are_letters_are_not_read(colour: bytes) -> None:
    blocks = b"ET " + colour + b"BT /Blocks 14 Tf %.1f 149 Td (abcdefab) Tj ET" % (30 + LEFT)
    of_the_same_text = colour + b"/Blocks 14 Tf %.1f -1 Td (abcdefab) Tj ET" % LEFT
    for over in (blocks, of_the_same_text):
        assert text_of(SENTENCE.replace(b"ET", over)).removesuffix(" abcdefab") == "The code name is for now"


@pytest.mark.parametrize("entries", TURNED)
@pytest.mark.parametrize(
    "content",
    [
        b"/Gone gs /Words Do",
        b"/Masked gs " + SENTENCE,
        b"/Masked gs /Words Do",
        b"0 0 5 5 re W n " + SENTENCE,
        b"0 0 m 5 0 l 5 5 l h 290 240 m 285 240 l 290 235 l h W n " + SENTENCE,
        b"7 Tr " + SENTENCE,
    ],
    ids=["opacity 0", "masked", "masked group", "cut away", "cut away by shapes", "clip only"],
)
def test_words_that_are_left_out_are_not_read(content: bytes, entries: str) -> None:
    assert text_of(content, entries) == ""


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
        SENTENCE + b"/Thin gs " + PHOTO,
        SENTENCE + b"/Gone gs " + PHOTO,
        SENTENCE + b"/Masked gs " + PHOTO,
        SENTENCE + b"0 G " + BAR.replace(b"f", b"S"),  # a frame around them
        SENTENCE + b"0 g " + BAR.replace(b"146", b"148").replace(b"14 re", b"1 re"),  # a line under them
        SENTENCE + b"0 G %.1f 154 m %.1f 154 l S" % (30 + LEFT, 30 + LEFT + WIDE),  # a line through them
        b"/Thin gs /Words Do",
        b"/Open gs /Words Do",
        b"q 7 Tr " + SENTENCE + b"300 0 0 250 0 0 cm /Photo Do Q",  # a photo in the shape of the words
        b"1 Tr " + SENTENCE,
    ],
)
def test_words_that_are_seen_are_read(content: bytes) -> None:
    assert text_of(content) == "The code name is Kestrel 3.5 for now"


def test_gaps_between_blocks_show_no_words() -> None:
    text = text_of(SENTENCE + b"BT 0.6 Tc /Blocks 14 Tf %.1f 149 Td (abcdefa) Tj ET" % (30 + LEFT))
    assert text == "The code name is for now abcdefa"


def test_words_over_other_words_are_read() -> None:
    over = b"BT /F 11 Tf %.1f 150 Td (Falcon 9.8) Tj ET" % (30 + LEFT)
    assert text_of(SENTENCE + over) == "The code name is Kestrel 3.5 for now Falcon 9.8"
    small_and_white = b"1 g BT /F 4 Tf %.1f 152 Td (Falcon 9.8 Falcon 9.8) Tj ET" % (30 + LEFT)
    assert "The code name is Kestrel 3.5 for now" in text_of(SENTENCE + small_and_white)


@pytest.mark.parametrize("turn", [b"1 0 0 1 0 0", b"0 1 -1 0 200 0", b"0.7 0.7 -0.7 0.7 100 -50"])
def test_letters_beside_other_letters_are_read(turn: bytes) -> None:
    lines = b"".join(b"0 -22 Td (The fifth cliff in Illinois %d) Tj " % number for number in range(4))
    text = text_of(b"q " + turn + b" cm BT 0 0.5 0.5 rg /F 28 Tf 20 200 Td " + lines + b"ET Q")
    assert text.count("The fifth cliff in") == 4


@pytest.mark.parametrize(
    "content",
    [b"1 g " + SENTENCE, b"/Gone gs " + SENTENCE, b"3 Tr " + SENTENCE, b"0.98 0.99 1 rg 1 1 1 RG 2 Tr " + SENTENCE],
    ids=["white on white", "transparent", "invisible", "nearly white"],
)
def test_words_that_leave_no_ink_are_not_read(content: bytes) -> None:
    assert text_of(content) == ""


PHOTO_OF_WORDS = b"q 290 0 0 40 20 135 cm /Photo Do Q "
SCAN = b"q 300 0 0 250 0 0 cm /Scan Do Q "


@pytest.mark.parametrize(
    "content",
    [
        SCAN + b"3 Tr " + SENTENCE,  # as text recognition lays it over a scan
        b"3 Tr " + SENTENCE + SCAN.replace(b"Scan", b"Photo"),  # or under it
        SENTENCE + SCAN.replace(b"Scan", b"Photo"),
        PHOTO_OF_WORDS + b"/Gone gs " + SENTENCE,
        SENTENCE + b"3 Tr " + SENTENCE,  # over the outlines of the same words
        b"0 0.49 0 rg 20 140 250 30 re f 0.97 0 0 rg " + SENTENCE,
    ],
    ids=[
        "over a scan",
        "invisible under a scan",
        "under a scan",
        "transparent",
        "over outlines",
        "red on green as dark",
    ],
)
def test_words_that_leave_ink_are_read(content: bytes) -> None:
    assert "The code name is Kestrel 3.5 for now" in text_of(content)


def test_the_text_of_fields_and_annotations_is_read_unless_something_is_over_it() -> None:
    page = page_of(b"")
    field: Any = pymupdf.Widget()
    field.field_type, field.field_name, field.field_value = 7, "name", "Filled in here"  # a field of text
    field.rect, field.fill_color = pymupdf.Rect(30, 30, 200, 50), (1, 1, 0.8)
    page.add_widget(field)
    page.add_freetext_annot(pymupdf.Rect(30, 80, 200, 100), "A note beside it", fill_color=(0.9, 0.9, 1))
    assert {"Filled in here", "A note beside it"} == {line.text for line in sheet_of(mupdf, page).lines}
    page.add_rect_annot(pymupdf.Rect(20, 70, 210, 110)).update(fill_color=(0, 0, 0))
    assert read(page) == "Filled in here"


@pytest.mark.parametrize(
    ("said", "glyphs", "read"),
    [
        (b"(The code name is Osprey)", b"The code name is Kestrel", "The code name is Kestrel"),
        (b"(x)", b"Kestrel", "Kestrel"),
        (b"()", b"Kestrel", "Kestrel"),
        (b"(code name)", b"  ", ""),  # no letter is seen
        (b"(ffi)", b"\\001", "ffi"),  # the font does not say which letter it is
        (b"(abc)", b"\\001\\002\\003", "abc"),
        (b"(The code name is Kestrel)", b"\\001", ""),  # more than a glyph can show
        (b"<FEFF00AD>", b"-", "\xad"),
    ],
)
def test_letters_that_are_seen_are_read_whatever_the_page_says_they_are(said: bytes, glyphs: bytes, read: str) -> None:
    words = b"BT /F 11 Tf 30 150 Td (See ) Tj /Span << /ActualText %s >> BDC (%s) Tj EMC ( end) Tj ET"
    assert text_of(words % (said, glyphs)) == " ".join(f"See {read} end".split())


def test_a_page_is_not_read_if_it_cannot_be_seen() -> None:
    class Unseen:
        def __init__(self) -> None:
            self.page = page_of(SENTENCE + BAR)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.page, name)

        def get_displaylist(self) -> None:
            raise RuntimeError("its display list cannot be made")

    with pytest.raises(RuntimeError):
        sheet_of(mupdf, Unseen())


def test_looking_for_hidden_text_changes_nothing() -> None:
    page = page_of(SENTENCE + b"/Words Do " + TILES, "/Rotate 90")
    document: Any = page.parent
    before = document.tobytes(no_new_id=True), page.get_pixmap().samples
    assert read(page) == read(page)
    assert (document.tobytes(no_new_id=True), page.get_pixmap().samples) == before
    assert mupdf.fz_graphics_aa_level() == 8


OPAQUE = {**NOT_PLAIN, "bar": b"0 g " + BAR, "white bar": b"1 g " + BAR}
SEEN_THROUGH = {"marker": b"/Marker gs 1 1 0 rg " + BAR, "frame": b"0 G " + BOX + b"S ", "nothing": b""}
SEEN_THROUGH |= {f"thin {name}": b"/Thin gs " + cover for name, cover in OPAQUE.items() if name != "rules"}
SEEN_THROUGH |= {f"gone {name}": b"/Gone gs " + cover for name, cover in OPAQUE.items()}
COVERS = OPAQUE | SEEN_THROUGH
ROWS = st.tuples(
    st.sampled_from(["photo", "gradient", *SEEN_THROUGH]),  # painted before
    st.sampled_from([b"0 g ", b"0.2 g ", b"0 0.1 0.3 rg ", b"/Open gs ", b"/Masked gs "]),
    st.lists(st.sampled_from(list(COVERS)), max_size=3),  # painted after
)


@given(rows=st.lists(ROWS, min_size=1, max_size=5), entries=st.sampled_from(TURNED))
def test_whatever_is_painted_the_words_that_are_seen_are_read(
    rows: list[tuple[str, bytes, list[str]]], entries: str
) -> None:
    """Each row of the page has a word of its own."""
    content, seen = b"", []
    for number, (before, state, after) in enumerate(rows):
        word = f"Kestrel{number}{number}"
        place = b"BT /F 11 Tf %.1f 150 Td (%s) Tj ET " % (31 + LEFT, word.encode())
        parts = [COVERS[before], state + place, *(COVERS[each] for each in after)]
        content += b"q 1 0 0 1 0 %d cm " % (-25 * number) + b"".join(b"q " + part + b"Q " for part in parts) + b"Q "
        if state != b"/Masked gs " and not OPAQUE.keys() & set(after):
            seen.append(word)
    assert text_of(content, entries).split() == seen
