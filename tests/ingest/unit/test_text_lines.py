"""Lines of text are those that MuPDF lays out, whatever letters they have."""

from itertools import pairwise

import pytest
from pymupdf import mupdf

from extract_images.page_objects import DocumentObjects
from extract_images.page_view import PageView
from extract_images.second_reader import SecondReader
from tests.support.odd_texts import page_of, shown, without_unicode


def view_of(pdf: bytes) -> PageView:
    buffer = mupdf.fz_open_buffer(mupdf.fz_new_buffer_from_copied_data(pdf))
    document = mupdf.pdf_open_document_with_stream(buffer)
    objects = DocumentObjects().of(mupdf.pdf_lookup_page_obj(document, 0))
    return PageView(document, 0, objects, SecondReader(""))


def test_lines_of_a_block_know_how_many_they_are() -> None:
    words = b"".join(b"BT /F 9 Tf 20 %d Td (Line %d) Tj ET " % (180 - 11 * at, at) for at in range(3))
    lines = view_of(page_of(words)).lines
    assert [(line.text, line.of) for line in lines] == [("Line 0", 3), ("Line 1", 3), ("Line 2", 3)]
    assert all(above.box.y1 <= below.box.y1 - 10 for above, below in pairwise(lines))
    assert all(19 < line.box.x0 < 22 and 5 < line.box.height < 15 for line in lines)


@pytest.mark.parametrize("words", [rb"a \(\"quoted\"\) word", rb"back\\slash", rb"\344 umlaut \200"])
def test_any_letter_can_be_in_a_line(words: bytes) -> None:
    (line,) = view_of(page_of(shown(b"(" + words + b")"))).lines
    assert line.text
    assert line.of == 1


def test_spaces_alone_are_no_line_and_garbage_is_one() -> None:
    assert view_of(page_of(shown(b"(   )"))).lines == []
    assert len(view_of(without_unicode("Type0")).lines) > 0
