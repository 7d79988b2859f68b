"""What a person sees on a page is read, though its text is garbage, lost, or in a file that MuPDF cannot open."""

import re
from contextlib import suppress
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.documents import Gap
from docent.errors import DocentError
from extract_images.pdf_images import Extraction, ImageFile, Limits, read_images
from tests.support.odd_texts import (
    only_attachments_encrypted,
    page_of,
    shown,
    type3,
    with_embedded,
    with_root,
    without_unicode,
)
from tests.support.pdfs import image_with, pdf
from tests.support.project import CORPUS

NAME = "s3://documents/a.pdf"
UNKNOWN = "/Encoding << /Differences [0 " + " ".join(f"/g{code}" for code in range(256)) + "] >>"
GLYPHS = [f"g{number}" for number in range(3)]


def read(folder: Path, content: bytes) -> tuple[Extraction, list[ImageFile]]:
    path = folder / "a.pdf"
    path.write_bytes(content)
    saved: list[ImageFile] = []
    return read_images(str(path), NAME, Limits(), saved.append), saved


def page_images(extraction: Extraction) -> list[tuple[float, ...]]:
    return [image.places[0].bbox for image in extraction.images if image.kind == "scan"]


@pytest.mark.parametrize(
    "content",
    [
        without_unicode("Type0"),
        without_unicode("Type1", UNKNOWN),
        without_unicode("Type1", UNKNOWN, plain="Only this line of the page can be read by a program."),
        type3(GLYPHS),
    ],
    ids=["codes of glyphs", "glyphs without names", "one line of several", "drawn glyphs"],
)
def test_a_page_whose_text_is_garbage_is_read_as_an_image(tmp_path: Path, content: bytes) -> None:
    extraction, (file,) = read(tmp_path, content)
    assert page_images(extraction) == [(0, 0, 400, 200)]
    assert extraction.gaps == ()
    assert (file.width, file.height) == (1200, 600)
    shades = pymupdf.Pixmap(file.data).samples
    assert (min(shades) < 100, max(shades)) == (True, 255), "the words are on it"


def test_garbage_that_nobody_sees_is_told(tmp_path: Path) -> None:
    extraction, files = read(tmp_path, type3(GLYPHS, paint=b"n"))
    assert files == []
    (gap,) = extraction.gaps
    assert "has text that could not be read, and shows none. " in gap.message


@pytest.mark.parametrize(
    "content",
    [
        page_of(shown(b"(Words that can be read)")),
        without_unicode("Type1", UNKNOWN, words=b"*", plain="One symbol in a row of words"),
        without_unicode("Type1", UNKNOWN, mode=3, plain="Invisible text lies over a scan"),
        type3(["A", "B", "C"]),
        type3(["a65", "a66", "a67"]),
        page_of(b""),
    ],
    ids=["plain", "a symbol", "invisible", "named glyphs", "numbered glyphs", "empty"],
)
def test_a_page_whose_text_can_be_read_is_no_image(tmp_path: Path, content: bytes) -> None:
    extraction, _ = read(tmp_path, content)
    assert (extraction.images, extraction.gaps) == ((), ())


def test_text_behind_a_syntax_error_is_read_in_an_image_of_the_page(tmp_path: Path) -> None:
    extraction, (file,) = read(tmp_path, page_of(shown(b"[ (Large) 3 Tc ( kestrel) ]").replace(b"Tj", b"TJ")))
    assert page_images(extraction) == [(0, 0, 400, 200)]
    assert min(pymupdf.Pixmap(file.data).samples) == 0


def test_errors_in_the_content_of_a_page_with_text_are_a_gap(tmp_path: Path) -> None:
    extraction, _ = read(tmp_path, page_of(shown(b"(kestrel)") + b"[ (lost" + shown(b"(for both readers)")))
    assert {(gap.page, gap.name) for gap in extraction.gaps} == {(1, "UnreadablePageError")}


@pytest.mark.parametrize(
    ("whole", "damaged"),
    [(b"/Type /Catalog", b""), (b"/Type /Catalog", b"/Type /Cat\x00log"), (b"/Type /Pages", b"/Type /Pges")],
    ids=["no type", "garbled type", "garbled page tree"],
)
def test_a_damaged_file_that_another_reader_repairs_is_read(tmp_path: Path, whole: bytes, damaged: bytes) -> None:
    content = pdf(["Text."], [[image_with("sandpiper")]]).replace(b"/Type/", b"/Type /")
    assert whole in content
    extraction, _ = read(tmp_path, content.replace(whole, damaged))
    assert (extraction.page_count, len(extraction.images), extraction.gaps) == (1, 1, ())


def test_a_file_of_which_only_the_attachments_are_encrypted_opens(tmp_path: Path) -> None:
    extraction, _ = read(tmp_path, only_attachments_encrypted("heron 41"))
    assert (extraction.page_count, extraction.gaps) == (1, ())


def gaps_at_the_front(extraction: Extraction) -> list[Gap]:
    return [gap for gap in extraction.gaps if gap.page == 0]


@pytest.mark.parametrize("on_a_page", [False, True])
def test_embedded_files_are_a_gap_that_names_them(tmp_path: Path, on_a_page: bool) -> None:
    (gap,) = gaps_at_the_front(read(tmp_path, with_embedded(["contract.pdf", "plan.docx"], on_a_page=on_a_page))[0])
    assert gap.name == "EmbeddedContentError"
    assert "contract.pdf, plan.docx" in gap.message


def test_a_file_that_belongs_to_the_document_as_a_whole_is_named_once(tmp_path: Path) -> None:
    content = with_embedded(["data.csv"])
    number = re.search(rb"\(data.csv\) (\d+) 0 R", content)
    assert number
    (gap,) = gaps_at_the_front(read(tmp_path, with_root(content, f"/AF [{number[1].decode()} 0 R]"))[0])
    assert gap.message.count("data.csv") == 1


def test_many_embedded_files_are_counted(tmp_path: Path) -> None:
    names = [f"{number:02}.pdf" for number in range(30)]
    (gap,) = gaps_at_the_front(read(tmp_path, with_embedded(names))[0])
    assert "09.pdf and 20 more" in gap.message


def test_a_file_that_holds_what_the_pages_say_is_no_gap(tmp_path: Path) -> None:
    assert gaps_at_the_front(read(tmp_path, with_embedded(["factur-x.xml"], "Alternative"))[0]) == []


@pytest.mark.parametrize(
    ("entries", "gaps"),
    [
        ("/AcroForm << /XFA (form) /Fields [] >>", 1),
        ("/NeedsRendering true /AcroForm << /XFA (form) /Fields [<< /T (a) >>] >>", 1),
        ("/AcroForm << /XFA (form) /Fields [<< /T (a) >>] >>", 0),
        ("/AcroForm << /Fields [] >>", 0),
    ],
)
def test_a_dynamic_form_is_a_gap(tmp_path: Path, entries: str, gaps: int) -> None:
    extraction, _ = read(tmp_path, with_root(page_of(shown(b"(Please wait...)")), entries))
    assert ["dynamic form" in gap.message for gap in extraction.gaps] == [True] * gaps


def test_a_name_tree_without_an_end_is_read_once(tmp_path: Path) -> None:
    loop = with_root(page_of(b""), "/Names << /EmbeddedFiles 1 0 R >>")
    loop = loop.replace(b"1 0 obj\n<<", b"1 0 obj\n<< /Kids [1 0 R 1 0 R 1 0 R]")
    assert read(tmp_path, loop)[0].page_count == 1


@settings(max_examples=25, deadline=None)
@given(
    content=st.sampled_from(
        [without_unicode("Type0"), type3(GLYPHS), with_embedded(["a.pdf"]), only_attachments_encrypted("x")]
    ),
    at=st.integers(0, 3000),
    junk=st.binary(max_size=20),
)
def test_a_damaged_odd_text_is_a_result_or_a_named_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int, junk: bytes
) -> None:
    with suppress(DocentError):
        read(tmp_path_factory.mktemp("odd"), content[:at] + junk + content[at + len(junk) :])


REPORTS = CORPUS / "pdf-reports"
READ_AS_IMAGES = [*REPORTS.glob("09-*.pdf"), *REPORTS.glob("10-*.pdf")]


@pytest.mark.skipif(not REPORTS.exists(), reason="the corpus is not here")
@pytest.mark.parametrize("path", READ_AS_IMAGES, ids=lambda path: path.name)
def test_a_reported_page_is_read_as_an_image(tmp_path: Path, path: Path) -> None:
    assert len(page_images(read(tmp_path, path.read_bytes())[0])) == 1


@pytest.mark.skipif(not REPORTS.exists(), reason="the corpus is not here")
@pytest.mark.parametrize("path", [*REPORTS.glob("13-*.pdf"), *REPORTS.glob("14-*.pdf")], ids=lambda path: path.name)
def test_a_reported_file_opens(tmp_path: Path, path: Path) -> None:
    assert read(tmp_path, path.read_bytes())[0].page_count == 1
