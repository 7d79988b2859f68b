"""Cutting a page down to what leads to its images changes nothing about them."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymupdf import mupdf

from image_walk import IDENTITY, Forms, OddPageError, shown_images
from page_content import MOST, PageContent, page_content
from page_images import PageRun, run_page
from tests.support.odd_pictures import HEIGHT, WIDTH, PdfWriter, ink, inline_image, photo

CORPUS = Path(os.environ.get("DOCENT_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
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


def places(document: mupdf.PdfDocument, page: int, paths: bool = False) -> list[list[float]]:
    """As told from what can lead to an image."""
    return _places(run_page(document, page, 1000, paths=paths))


def places_run(document: mupdf.PdfDocument, page: int) -> list[object]:
    """As running the whole page tells them, but for rounding."""
    return [pytest.approx(each, abs=0.01) for each in _places(run_page(document, page, 1000, glyphs=True))]


def _places(run: PageRun) -> list[list[float]]:
    return [[each.xref, each.stencil, *each.box, *each.matrix] for each in run.images]


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
FORM_STEPS = st.one_of(
    STEPS,
    st.sampled_from(
        [
            b"/Form Do",
            b"/Other Do",
            b"/Nothing Do",
            b"/Secret Do",
            b"/Tiles /Pattern cs /Tiles scn 0 0 9 9 re f",
            b"/OC << /Type /OCG >> BDC",
            b"/Plain gs",
            b"/Masked gs",
            b"/OC /Hidden BDC",
            b"/OC /Shown BDC",
            b"0 0 9 9 re W n",
            b"0 0 m 9 9 9 9 9 9 c S",
            b"[3 (Q (q) Q)]0 d/Im Do",
            b"(\\) Q (",
            b"1 0 0 cm",
            b"0 -.5 +.5 0 1. 2 cm",
            b"1 0 0 1 4 4 cm\x00/Im Do",
            b"% Q\n/Im Do % q",
            b"/Q q",
            b"/I#6d Do",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_images_stand_where_they_stood(steps: list[bytes]) -> None:
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    content = b"0.1 0 0 0.1 0 0 cm\n" + b"\n".join(steps)
    pdf = writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")])
    told = places_run(opened(pdf), 0)
    assert places(opened(pdf), 0) == told
    assert places(opened(pdf), 0, paths=True) == told


@settings(max_examples=400, deadline=None)
@given(st.lists(FORM_STEPS, max_size=12), st.lists(FORM_STEPS, max_size=12), st.sampled_from([0, 90, 180, 270]))
def test_images_of_forms_stand_where_they_stood(on_page: list[bytes], in_form: list[bytes], rotation: int) -> None:
    """Where operators tell and where the page must be run: it makes no difference."""
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    stencil = writer.image("/ImageMask true /BitsPerComponent 1", ink().tobytes())
    hidden, seen = (writer.add("<< /Type /OCG /Name (layer) >>") for _ in range(2))
    form = "/Type /XObject /Subtype /Form /BBox [0 0 300 250]"
    shape = writer.stream(f"{form} /Group << /S /Transparency >> /Resources << >>", b"0 0 9 9 re f")
    secret = writer.image(f"/ColorSpace /DeviceGray /BitsPerComponent 8 /OC {hidden} 0 R", bytes(WIDTH * HEIGHT))
    tile = "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9"
    tiles = writer.stream(f"{tile} /Resources << >>", b"0 0 5 5 re f")
    named = f"/Im {image} 0 R /Other {stencil} 0 R /Secret {secret} 0 R"
    layers = f"/Properties << /Hidden {hidden} 0 R /Shown {seen} 0 R >>"
    states = f"/ExtGState << /Plain << /ca 0.5 /SMask /None >> /Masked << /SMask << /S /Alpha /G {shape} 0 R >> >> >>"
    resources = f"/XObject << {named} >> {states} {layers}"
    inner = writer.stream(f"{form} /Matrix [0 1 -1 0 5 7] /Resources << {resources} >>", b"\n".join(in_form))
    content = b"0.1 0 0 0.1 0 0 cm\n/Form Do\n" + b"\n".join(on_page)
    resources = f"/XObject << {named} /Form {inner} 0 R >> {states} {layers} /Pattern << /Tiles {tiles} 0 R >>"
    page = writer.page(content, resources, f"/Rotate {rotation} /CropBox [10 20 200 180]")
    properties = f"/OCProperties << /OCGs [{hidden} 0 R {seen} 0 R] /D << /OFF [{hidden} 0 R] >> >>"
    pdf = writer.pdf([page]).replace(b"/Type /Catalog", b"/Type /Catalog " + properties.encode())
    told = places_run(opened(pdf), 0)
    assert places(opened(pdf), 0) == told
    assert places(opened(pdf), 0, paths=True) == told


def test_a_page_shows_its_own_content_again_afterwards() -> None:
    content = b"BT (x) Tj ET q 9 0 0 9 0 0 cm " + inline_image(photo()) + b"Q"
    document = document_of(content)
    assert len(places(document, 0)) == len(places_run(document, 0)) == 1


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
            told = places_run(document, page)
        except Exception as error:
            with pytest.raises(type(error)):
                places(document, page)
        else:
            assert places(document, page) == told
            assert places(document, page, paths=True) == told


def test_many_images_under_many_placings_are_told_in_linear_time() -> None:
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    content = b"0.01 0 0 0.01 0 0 cm " + b"1 0 0 1 0 0 cm /Im Do " * 10_000
    document = opened(writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")]))
    run = run_page(document, 0, 100, paths=False)
    assert (len(run.images), run.left_off) == (100, 9_900)


def test_forms_that_show_forms_without_end_are_left_to_the_reader() -> None:
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    shown = f"/Im {image} 0 R"
    for _ in range(12):  # ten to the twelfth images
        form = "/Type /XObject /Subtype /Form /BBox [0 0 300 250]"
        inner = writer.stream(f"{form} /Resources << /XObject << {shown} >> >>", b"/Im Do " * 10)
        shown = f"/Im {inner} 0 R"
    document = opened(writer.pdf([writer.page(b"/Im Do", f"/XObject << {shown} >>")]))
    page = mupdf.pdf_lookup_page_obj(document, 0)
    resources = mupdf.pdf_dict_gets(page, "Resources")
    content = page_content(document, page)
    assert content is not None
    with pytest.raises(OddPageError):
        shown_images(document, resources, content, IDENTITY, {})


def test_a_form_is_read_once_for_all_pages() -> None:
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    form = "/Type /XObject /Subtype /Form /BBox [0 0 300 250] /Matrix [1 0 0 1 5 7]"
    logo = writer.stream(f"{form} /Resources << /XObject << /Im {image} 0 R >> >>", b"(text) Tj 9 0 0 9 0 0 cm /Im Do")
    pages = [writer.page(b"/Logo Do BT (text) Tj ET", f"/XObject << /Logo {logo} 0 R >>") for _ in range(2)]
    document = opened(writer.pdf(pages))
    forms: Forms = {}
    runs = [run_page(document, number, 10, paths=False, forms=forms) for number in range(2)]
    assert [(each.xref, tuple(each.box)) for run in runs for each in run.images] == [(image, (5, 234, 14, 243))] * 2
    assert list(forms) == [logo]
