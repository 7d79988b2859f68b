"""The text of a PDF in passages, through the handler: a line for each, or an error that a person can act on."""

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.documents import document_id_of
from docent.errors import DocentError
from docent.errors.ingest import (
    EmptyPdfError,
    EncryptedPdfError,
    ExtractionStoppedError,
    MissingDocumentError,
    OversizedPdfError,
    UnreadablePdfError,
)
from extract_passages import document_passages
from extract_passages.document_passages import DocumentPassages, NumberedPassage
from extract_passages.extraction_limits import Limits
from passages.layout import Line, Sheet
from passages.splitting import Passage
from tests.support.aws import DERIVED_BUCKET, SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.odd_images import CONDITIONS, PdfWriter, optional_content
from tests.support.pdfs import pdf
from tests.support.project import CORPUS, ROOT, sample_event

SAMPLE = sample_event("extract_passages.pdf.json")
SAMPLE_PDF = (ROOT / "samples" / "quarterly-report.pdf").read_bytes()
GENERATION = "0" * 31 + "7"
NAME = "s3://documents/a.pdf"
QUICK = Limits(seconds=20, page_seconds=1)


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    before = {child.pid for child in psutil.Process().children()}
    yield
    assert {child.pid for child in psutil.Process().children()} <= before


def uploaded(aws: World, body: bytes, key: str = "a.pdf") -> dict[str, Any]:
    aws.put(key, body, SOURCE_BUCKET)
    source = {"bucket": SOURCE_BUCKET, "key": key}
    return {
        "document": {
            "document_id": document_id_of(SOURCE_BUCKET, key),
            "generation": GENERATION,
            "source": source,
        }
    }


def lines_of(aws: World, event: dict[str, Any]) -> list[dict[str, Any]]:
    document = event["document"]
    key = f"documents/{document['document_id']}/{document['generation']}/passages.jsonl"
    return [json.loads(line) for line in aws.read(key).decode().splitlines()]


def passages_in(path: Path, limits: Limits = QUICK) -> tuple[list[NumberedPassage], DocumentPassages]:
    found = DocumentPassages(str(path), NAME, limits)
    return list(found), found


def test_the_sample_event_gives_its_text_in_passages_that_name_their_pages(function: Function, aws: World) -> None:
    source = SAMPLE["document"]["source"]
    aws.put(source["key"], SAMPLE_PDF, source["bucket"])
    result = function(SAMPLE)
    lines = lines_of(aws, SAMPLE)
    document = SAMPLE["document"]
    assert result == {
        "passages": {
            "bucket": DERIVED_BUCKET,
            "key": f"documents/{document['document_id']}/{document['generation']}/passages.jsonl",
        },
        "page_count": 3,
        "passage_count": len(lines),
        "gaps": [],
        "gap_count": 0,
    }
    assert [line["n"] for line in lines] == list(range(len(lines)))
    assert {line["page"] for line in lines} == {1, 2, 3}
    assert {line["language"] for line in lines} == {"en"}
    assert all(line.keys() == {"n", "page", "text", "language"} for line in lines)


@pytest.mark.parametrize(("condition", "is_shown"), CONDITIONS)
def test_optional_content_is_read_if_it_is_shown(tmp_path: Path, condition: str, is_shown: bool) -> None:
    writer = PdfWriter()
    resources = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
    words = b"/OC /Layer BDC BT /F 11 Tf 30 150 Td (The code name is Kestrel) Tj ET EMC"
    page = writer.page(words, resources + optional_content(writer, condition))
    (tmp_path / "a.pdf").write_bytes(writer.pdf([page]))
    assert len(passages_in(tmp_path / "a.pdf")[0]) == is_shown


def test_what_is_seen_is_read_and_not_what_the_structure_says(tmp_path: Path) -> None:
    writer = PdfWriter()
    words = b"/P << /MCID 0 >> BDC BT /F 11 Tf 30 150 Td (The name is left out) Tj ET EMC"
    font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    page = writer.page(words, font, "/StructParents 0")
    tree, part = page + 1, page + 2
    writer.add(f"<< /Type /StructTreeRoot /K [{part} 0 R] /ParentTree << /Nums [0 [{part} 0 R]] >> >>")
    text = "/ActualText (The name is Kestrel)"
    writer.add(f"<< /Type /StructElem /S /P /P {tree} 0 R /Pg {page} 0 R /K 0 {text} >>")
    writer.root = f"/MarkInfo << /Marked true >> /StructTreeRoot {tree} 0 R"
    (tmp_path / "a.pdf").write_bytes(writer.pdf([page]))
    assert [passage.text for passage in passages_in(tmp_path / "a.pdf")[0]] == ["The name is left out"]


def test_a_passage_whose_words_do_not_tell_is_in_the_language_of_its_document(function: Function, aws: World) -> None:
    german = "Die Frist für den Vertrag ist nicht von der Größe des Hauses abhängig und wird vereinbart."
    event = uploaded(aws, pdf(["The ferry to Sark leaves at nine and is on time.", german, "4711 4712 4713"]))
    function(event)
    assert [line["language"] for line in lines_of(aws, event)] == ["en", "de", "de"]


def test_a_pdf_without_text_gives_an_empty_file(function: Function, aws: World) -> None:
    event = uploaded(aws, pdf([""]))
    assert function(event)["passage_count"] == 0
    assert lines_of(aws, event) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"", EmptyPdfError), (b"no PDF at all", UnreadablePdfError)],
)
def test_what_is_no_pdf_is_refused(function: Function, aws: World, body: bytes, error: type[DocentError]) -> None:
    with pytest.raises(error, match=r"a\.pdf"):
        function(uploaded(aws, body))


def test_a_document_that_is_gone_or_has_too_many_pages_is_refused(function: Function, aws: World) -> None:
    event = uploaded(aws, pdf(["one", "two", "three"]))
    function.set(MAX_PAGES="2")
    with pytest.raises(OversizedPdfError, match="3 pages"):
        function(event)
    aws.delete("a.pdf", SOURCE_BUCKET)
    with pytest.raises(MissingDocumentError):
        function(event)


def test_a_page_tree_that_lies_about_its_pages_is_read_all_the_same(function: Function, aws: World) -> None:
    body = pdf(["The ferry to Sark.", "It leaves at nine."])
    for lie in (b"/Count 0", b"/Count -1"):
        assert body.count(b"/Count 2") == 1
        event = uploaded(aws, body.replace(b"/Count 2", lie))
        function(event)
        assert [line["page"] for line in lines_of(aws, event)] == [1, 2]


def sheet(text: str) -> Sheet:
    return Sheet(800, [Line(text, 0, 10, False, True, 50, 300, 312)])


def pages_that(misbehave: dict[int, Callable[[], None]], pages: int = 4) -> Callable[..., Iterator[int | Sheet | str]]:
    """A document some of whose pages do what MuPDF may do."""

    def read(path: str, name: str, limits: Limits, first_page: int) -> Iterator[int | Sheet | str]:
        misbehave.get(0, lambda: None)()
        yield pages
        for page in range(first_page, pages + 1):
            misbehave.get(page, lambda: None)()
            yield sheet(f"Page {page} tells of the ferry.")

    return read


def hang() -> None:
    time.sleep(600)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # as a segmentation fault, but without a dump


@pytest.mark.parametrize(("misbehaviour", "words"), [(hang, "busy for 1 seconds"), (crash, "exit code -9")])
def test_a_page_that_hangs_or_crashes_is_a_gap_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, misbehaviour: Callable[[], None], words: str
) -> None:
    monkeypatch.setattr(document_passages, "read_sheets", pages_that({2: misbehaviour}))
    passages, found = passages_in(tmp_path / "a.pdf")
    assert [(passage.n, passage.page) for passage in passages] == [(0, 1), (1, 3), (2, 4)]
    (gap,) = found.gaps
    assert (gap.page, gap.name) == (2, "UnreadablePageError")
    assert f"Page 2 of {NAME}" in gap.message
    assert words in gap.message


def test_a_page_whose_text_cannot_be_split_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    split = document_passages.passages_by_page

    def splitting(pages: list[Any]) -> Iterator[list[Passage]]:
        for page, passages in zip(pages, split(pages), strict=True):
            if page.number == 3:
                crash()
            yield passages

    monkeypatch.setattr(document_passages, "read_sheets", pages_that({}))
    monkeypatch.setattr(document_passages, "passages_by_page", splitting)
    passages, found = passages_in(tmp_path / "a.pdf")
    assert [passage.page for passage in passages] == [1, 2, 4]
    assert [(gap.page, gap.name) for gap in found.gaps] == [(3, "UnreadablePageError")]


def test_a_document_that_cannot_even_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_passages, "read_sheets", pages_that({0: crash}))
    with pytest.raises(ExtractionStoppedError, match="could not be opened"):
        passages_in(tmp_path / "a.pdf")


def test_what_fails_on_many_pages_is_given_up_and_the_gap_names_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_passages, "read_sheets", pages_that(dict.fromkeys(range(2, 9), crash), pages=9))
    passages, found = passages_in(tmp_path / "a.pdf", Limits(seconds=20, max_restarts=2))
    assert [passage.page for passage in passages] == [1]
    assert [gap.page for gap in found.gaps] == [2, 3, 4, 5]
    assert "pages 5 to 9" in found.gaps[-1].message


def test_at_the_end_of_its_time_the_passages_so_far_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_passages, "read_sheets", pages_that({}))
    seconds = iter([0.0, 1, 1, 1, 1, 1, 1, 1, 1])  # read, then the time ends while the first page is split
    found = DocumentPassages("a.pdf", NAME, Limits(seconds=30), lambda: next(seconds, 99.0))
    passages = list(found)
    assert len(passages) < 4
    gap = found.gaps[-1]
    assert gap.name == "ExtractionStoppedError"
    assert "to 4" in gap.message


def test_a_page_or_a_document_with_too_much_text_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(["Short.", "A page that has far too much text to be one.", "Short.", "Short."]))
    passages, found = passages_in(path, Limits(max_page_characters=20))
    assert [passage.page for passage in passages] == [1, 3, 4]
    assert [(gap.page, gap.name) for gap in found.gaps] == [(2, "UnreadablePageError")]
    passages, found = passages_in(path, Limits(max_characters=50))
    assert [passage.page for passage in passages] == [1, 2]
    assert [(gap.page, gap.name) for gap in found.gaps] == [(3, "OversizedPdfError")]


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    locked = [path for path in sorted(CORPUS.glob("pdf/**/*.pdf")) if path.parent.name == "encrypted-user"]
    if not locked:
        pytest.skip("the corpus is not here")
    for path in locked:
        with pytest.raises(EncryptedPdfError):
            passages_in(path)


@settings(max_examples=8)
@given(st.integers(0, len(SAMPLE_PDF) - 1), st.binary(min_size=1, max_size=40))
def test_a_damaged_file_gives_passages_or_a_named_error(tmp_path: Path, at: int, damage: bytes) -> None:
    path = tmp_path / "damaged.pdf"
    path.write_bytes(SAMPLE_PDF[:at] + damage + SAMPLE_PDF[at + len(damage) :])
    try:
        passages, _ = passages_in(path)
    except (EmptyPdfError, EncryptedPdfError, ExtractionStoppedError, OversizedPdfError, UnreadablePdfError):
        return
    assert [passage.n for passage in passages] == list(range(len(passages)))
