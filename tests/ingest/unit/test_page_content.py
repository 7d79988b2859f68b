"""Cutting a page down to what leads to its images changes nothing about them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymupdf import mupdf

from extract_images.page_content import MOST, PageContent, page_content
from extract_images.page_images import run_page
from tests.support.odd_images import PdfWriter, inline_image, photo
from tests.support.project import CORPUS

CORPUS_PDFS = sorted(CORPUS.glob("pdf/**/*.pdf"))
PAGES = 20  # of each real file


def without_texts(operators: bytes) -> bytes:
    return PageContent(operators, annotated=False, patterned=False).without_texts


@pytest.mark.parametrize(
    ("operators", "left"),
    [
        (b"q BT /F1 9 Tf (Hello) Tj ET Q", b"q  Q"),
        (b"BT [(He) -3 (llo)] TJ T* <48656C> Tj ET\n/Im Do", b"\n/Im Do"),
        (b"BT (a ET b) Tj (c \\) ET d) Tj (e \\\\) Tj ET 1 g", b" 1 g"),
        (b"BT (q Q 1 0 0 1 9 9 cm /Im Do) Tj ET /Im Do", b" /Im Do"),
        (b"BT (one) Tj ET /Im Do BT (two) Tj ET", b" /Im Do "),
        (b"BT 0 0.5 0 rg 1 0 0 1 9 9 Tm 2 Tr 1 Tc (x) ' ET", b""),
    ],
)
def test_texts_are_cut_out(operators: bytes, left: bytes) -> None:
    assert without_texts(operators) == left


@pytest.mark.parametrize(
    "operators",
    [
        b"BT (x) Tj /Im Do ET",
        b"BT 1 0 0 1 9 9 cm (x) Tj ET",
        b"BT q (x) Tj ET Q",
        b"BT /OC /Hidden BDC (x) Tj ET /Im Do EMC",
        b"/OC /Hidden BDC BT (x) Tj EMC ET /Im Do",
        b"BT /Tiles scn (x) Tj ET 0 0 9 9 re f",
        b"BT (odd (but allowed) string) Tj ET",
        b"BT (x) Tj % ET\n ET",
        b"/Span << /Alt (a BT b) >> BDC /Im Do EMC",
        b"BT (never closed",
        b"xBT (x) Tj ET",
        b"q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID BT  ET EI Q",
    ],
)
def test_what_may_matter_to_an_image_is_left(operators: bytes) -> None:
    assert without_texts(operators) == operators


def document_of(content: bytes, resources: str = "", entries: str = "") -> mupdf.PdfDocument:
    writer = PdfWriter()
    return opened(writer.pdf([writer.page(content, resources, entries)]))


def opened(pdf: bytes) -> mupdf.PdfDocument:
    buffer = mupdf.fz_new_buffer_from_copied_data(pdf)
    return mupdf.pdf_open_document_with_stream(mupdf.fz_open_buffer(buffer))


@pytest.mark.parametrize(
    ("content", "resources", "entries", "may"),
    [
        (b"BT (text alone) Tj ET 0 0 9 9 re f", "", "", False),
        (b"", "", "", False),
        (b"/Im Do", "", "", True),
        (b"BI /W 1 /H 1 ID x EI", "", "", True),
        (b"/Tiles scn", "/Pattern << /Tiles 9 0 R >>", "", True),
        (b"", "", "/Annots [<< /Subtype /Link >>]", False),
        (b"", "", "/Annots [<< /Subtype /Link >> << /Subtype /Stamp >>]", True),
    ],
)
def test_a_page_is_passed_over_only_if_nothing_can_show_an_image(
    content: bytes, resources: str, entries: str, may: bool
) -> None:
    document = document_of(content, resources, entries)
    told = page_content(document, mupdf.pdf_lookup_page_obj(document, 0))
    assert told is not None
    assert told.may_show_images is may


def test_content_without_end_is_not_looked_through() -> None:
    document = document_of(b"0 g " * (MOST // 4))
    assert page_content(document, mupdf.pdf_lookup_page_obj(document, 0)) is None


def places(document: mupdf.PdfDocument, page: int, glyphs: bool) -> list[tuple[object, ...]]:
    images = run_page(document, page, 1000, paths=glyphs, glyphs=glyphs).images
    return [(each.xref, each.stencil, *(round(edge, 3) for edge in each.box)) for each in images]


TEXTS = st.text("ab ETBqQDocm()\\%", max_size=12).map(
    lambda text: text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode()
)
STEPS = st.one_of(
    TEXTS.map(lambda text: b"BT (%b) Tj ET" % text),
    TEXTS.map(lambda text: b"BT /F1 9 Tf [(%b) 3 (x)] TJ" % text),  # without an end
    TEXTS.map(lambda text: b"/Span << /Alt (%b) >> BDC" % text),
    TEXTS.map(lambda text: b"BT /P <</MCID 1>> BDC (%b) Tj EMC ET" % text),
    st.sampled_from([b"ET", b"EMC", b"q", b"Q", b"2 0 0 2 3 5 cm", b"/Im Do", b"% BT (", b"BT /Im Do ET", b"BT q ET"]),
)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=25))
def test_images_stand_where_they_stood(steps: list[bytes]) -> None:
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    content = b"0.1 0 0 0.1 0 0 cm\n" + b"\n".join(steps)
    pdf = writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")])
    assert places(opened(pdf), 0, glyphs=False) == places(opened(pdf), 0, glyphs=True)


def test_a_page_shows_its_own_content_again_afterwards() -> None:
    content = b"BT (x) Tj ET q 9 0 0 9 0 0 cm " + inline_image(photo()) + b"Q"
    document = document_of(content)
    assert len(places(document, 0, glyphs=False)) == len(places(document, 0, glyphs=True)) == 1


@pytest.mark.skipif(not CORPUS_PDFS, reason="the corpus is not here")
@pytest.mark.parametrize("path", CORPUS_PDFS, ids=lambda path: path.name)
def test_images_of_real_pages_stand_where_they_stood(path: Path) -> None:
    try:
        document = mupdf.pdf_open_document(str(path))
        pages = min(PAGES, mupdf.pdf_count_pages(document))
    except Exception:
        return  # test_pdf_worker.py says what becomes of it
    for page in range(pages):
        try:
            told = places(document, page, glyphs=True)
        except Exception as error:
            with pytest.raises(type(error)):
                places(document, page, glyphs=False)
        else:
            assert places(document, page, glyphs=False) == told
