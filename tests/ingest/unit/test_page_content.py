"""A page is passed over only if it shows no image."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymupdf import mupdf

from extract_images.extraction_limits import Limits
from extract_images.page_content import MOST, may_show_images
from extract_images.page_objects import DocumentObjects
from extract_images.page_view import PageView
from extract_images.second_reader import SecondReader
from tests.support.odd_images import PdfWriter, photo


def document_of(content: bytes, resources: str = "", entries: str = "") -> mupdf.PdfDocument:
    writer = PdfWriter()
    pdf = writer.pdf([writer.page(content, resources, entries)])
    return mupdf.pdf_open_document_with_stream(mupdf.fz_open_buffer(mupdf.fz_new_buffer_from_copied_data(pdf)))


def may_show(document: mupdf.PdfDocument, drawings: bool) -> bool:
    return may_show_images(document, mupdf.pdf_lookup_page_obj(document, 0), drawings)


@pytest.mark.parametrize(
    ("content", "resources", "entries", "may"),
    [
        (b"BT (text alone) Tj ET", "", "", (False, False)),
        (b"", "", "", (False, False)),
        (b"/Im Do", "", "", (True, True)),
        (b"BI /W 1 /H 1 ID x EI", "", "", (True, True)),
        (b"0 0 9 9 re f", "", "", (False, True)),
        (b"0 0 9 9 re f*", "", "", (False, True)),
        (b"0 0 m 9 9 l S", "", "", (False, True)),
        (b"0 0 m 9 9 l 9 0 l b\n", "", "", (False, True)),
        (b"/Colours sh", "", "", (False, True)),
        (b"BT 0 0 9 9 re f (x) Tj ET", "", "", (False, True)),
        (b"/Tiles scn", "/Pattern << /Tiles 9 0 R >>", "", (True, True)),
        (b"", "/Font << /F << /Type /Font /Subtype /Type3 >> >>", "", (True, True)),
        (b"", "", "/Annots [<< /Subtype /Link >>]", (False, False)),
        (b"", "", "/Annots [<< /Subtype /Link >> << /Subtype /Stamp >>]", (True, True)),
    ],
)
def test_a_page_is_passed_over_only_if_nothing_can_show_an_image(
    content: bytes, resources: str, entries: str, may: tuple[bool, bool]
) -> None:
    document = document_of(content, resources, entries)
    assert tuple(may_show(document, drawings) for drawings in (False, True)) == may


def test_content_without_end_is_not_looked_through() -> None:
    assert may_show(document_of(b"0 g " * (MOST // 4)), drawings=False)


TEXTS = st.text("ab ETBfSDocm()\\%", max_size=12).map(
    lambda text: text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode()
)
STEPS = st.one_of(
    TEXTS.map(lambda text: b"BT (%b) Tj ET" % text),
    TEXTS.map(lambda text: b"/Span << /Alt (%b) >> BDC" % text),
    st.sampled_from(
        [b"ET", b"EMC", b"q", b"Q", b"2 0 0 2 3 5 cm", b"/Im Do", b"% BT (", b"0 0 9 9 re", b"f", b"n", b"S"]
    ),
)


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=12))
def test_a_page_that_is_passed_over_shows_nothing(steps: list[bytes]) -> None:
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceRGB /BitsPerComponent 8", photo().tobytes())
    pdf = writer.pdf([writer.page(b"\n".join(steps), f"/XObject << /Im {image} 0 R >>")])
    document = mupdf.pdf_open_document_with_stream(mupdf.fz_open_buffer(mupdf.fz_new_buffer_from_copied_data(pdf)))
    objects = DocumentObjects().of(mupdf.pdf_lookup_page_obj(document, 0))
    found = PageView(document, 0, objects, SecondReader("")).marks(Limits())
    assert may_show(document, drawings=True) or not (found.images or found.paths)
    assert may_show(document, drawings=False) or not found.images
