"""A PDF that hangs, crashes or eats memory ends in a result or a named error, and leaves no process."""

import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docent.documents import Gap, Place
from docent.errors import DocentError
from docent.errors.ingest import (
    EmptyPdfError,
    EncryptedPdfError,
    ExtractionStoppedError,
    OversizedPdfError,
    UnreadablePdfError,
)
from extract_images import pdf_worker
from extract_images.pdf_images import Extraction, ImageFile, Limits
from extract_images.pdf_scan import Event, Found, PageCount, PageStarted
from tests.support.odd_images import odd_images
from tests.support.project import CORPUS, ROOT

NAME = "s3://documents/a.pdf"
CORPUS_PDFS = sorted(CORPUS.glob("pdf/**/*.pdf"))
LOCKED = {path for path in CORPUS_PDFS if path.parent.name == "encrypted-user" or "- open" in path.name}
QUICK = Limits(seconds=20, page_seconds=1)
# Seconds for starting and ending the worker; what hangs, hangs for longer.
GRACE = 60
# How a document may end: what else there is in the tree of errors, no damage to a file brings about.
OF_DOCUMENTS = {EmptyPdfError, EncryptedPdfError, ExtractionStoppedError, OversizedPdfError, UnreadablePdfError}
SMALL_PDF = odd_images()["half-size soft mask"]


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    # Direct children only: a stack of this test process starts and ends workers of its own meanwhile.
    before = {child.pid for child in psutil.Process().children()}
    yield
    assert {child.pid for child in psutil.Process().children()} <= before


def extract(path: Path, limits: Limits = QUICK) -> tuple[Extraction, list[ImageFile]]:
    saved: list[ImageFile] = []
    return pdf_worker.extract_in_worker(str(path), NAME, limits, saved.append), saved


def outcome(path: Path, limits: Limits) -> tuple[Extraction, list[ImageFile]] | DocentError:
    try:
        return extract(path, limits)
    except DocentError as error:
        return error


def written(tmp_path: Path, pdf: bytes) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    return path


def image_file(page: int) -> ImageFile:
    return ImageFile(f"{page:064x}", b"image of page %d" % page, "png", 10, 10, "embedded")


def pages_that(misbehave: dict[int, object], pages: int = 4):
    """A scan of a document with an image on each page, some of which do what MuPDF may do."""

    def scan(path: str, name: str, limits: Limits, first_page: int = 1) -> Iterator[Event]:
        yield PageCount(pages)
        for page in range(first_page, pages + 1):
            yield PageStarted(page)
            yield Found(image_file(page).image_id, Place(page, (0, 0, 9, 9)), image_file(page))
            if page in misbehave:
                misbehave[page]()

    return scan


def hang() -> None:
    time.sleep(600)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # as a segmentation fault, but without a dump


def test_a_worker_finds_what_reading_in_process_finds(tmp_path: Path) -> None:
    extraction, saved = extract(written(tmp_path, SMALL_PDF))
    assert [image.image_id for image in extraction.images] == [each.image_id for each in saved]
    assert (extraction.page_count, extraction.gaps, len(saved)) == (1, (), 1)


def test_errors_come_through_by_their_class_and_words(tmp_path: Path) -> None:
    with pytest.raises(EmptyPdfError) as caught:
        extract(written(tmp_path, b""))
    assert str(caught.value) == f"{NAME} has no bytes. {EmptyPdfError.remedy}"


@pytest.mark.parametrize(("misbehaviour", "words"), [(hang, "did not come back"), (crash, "exit code -9")])
def test_a_page_that_hangs_or_crashes_is_a_gap_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, misbehaviour: object, words: str
) -> None:
    monkeypatch.setattr(pdf_worker, "scan_pdf", pages_that({2: misbehaviour}))
    extraction, saved = extract(tmp_path / "a.pdf")
    assert [place.page for image in extraction.images for place in image.places] == [1, 2, 3, 4]
    assert len(saved) == 4
    (gap,) = extraction.gaps
    assert (gap.page, gap.name) == (2, "UnreadablePageError")
    assert f"page 2 of {NAME}" in gap.message
    assert words in gap.message


def test_a_worker_that_is_killed_while_it_sends_an_image_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scan(path: str, name: str, limits: Limits, first_page: int = 1) -> Iterator[Event]:
        yield PageCount(2)
        if first_page == 2:
            return
        yield PageStarted(1)
        yield Found("first", Place(1, (0, 0, 9, 9)), image_file(1))
        threading.Timer(0.5, crash).start()
        large = ImageFile("large", bytes(10_000_000), "png", 10, 10, "embedded")  # more than a pipe holds
        yield Found("large", Place(1, (0, 0, 9, 9)), large)

    def save(file: ImageFile) -> None:
        (worker,) = multiprocessing.active_children()
        worker.join()

    monkeypatch.setattr(pdf_worker, "scan_pdf", scan)
    extraction = pdf_worker.extract_in_worker("a.pdf", NAME, Limits(), save)
    assert [image.image_id for image in extraction.images] == ["first"]
    assert [(gap.page, gap.name) for gap in extraction.gaps] == [(1, "UnreadablePageError")]


def test_a_last_page_that_crashes_ends_the_extraction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_worker, "scan_pdf", pages_that({4: crash}))
    extraction, _ = extract(tmp_path / "a.pdf")
    assert [gap.page for gap in extraction.gaps] == [4]


def test_too_many_crashes_stop_the_extraction_and_keep_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_worker, "scan_pdf", pages_that(dict.fromkeys(range(1, 10), crash), pages=9))
    extraction, saved = extract(tmp_path / "a.pdf", Limits(max_restarts=2))
    assert len(saved) == 3
    assert [gap.name for gap in extraction.gaps] == ["UnreadablePageError"] * 3 + ["ExtractionStoppedError"]


def test_a_document_that_cannot_be_opened_in_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never_opens(*arguments: object) -> Iterator[Event]:
        hang()
        yield PageCount(1)

    monkeypatch.setattr(pdf_worker, "scan_pdf", never_opens)
    with pytest.raises(ExtractionStoppedError, match=NAME):
        extract(tmp_path / "a.pdf")


def test_memory_is_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy() -> None:
        bytearray(4_000_000_000)

    monkeypatch.setattr(pdf_worker, "scan_pdf", pages_that({1: greedy}, pages=2))
    extraction, _ = extract(tmp_path / "a.pdf", Limits(max_megabytes=200))
    assert [gap.page for gap in extraction.gaps] == [1]


def test_what_saving_raises_comes_through_and_the_worker_is_gone(tmp_path: Path) -> None:
    def full(_: ImageFile) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        pdf_worker.extract_in_worker(str(written(tmp_path, SMALL_PDF)), NAME, QUICK, full)


@pytest.mark.skipif(not CORPUS_PDFS, reason="the corpus is not here")
@pytest.mark.parametrize("path", CORPUS_PDFS, ids=lambda path: path.name)
def test_a_real_pdf_ends_in_a_result_or_a_named_error(path: Path) -> None:
    limits = Limits(seconds=30, page_seconds=10)
    started = time.monotonic()
    ended = outcome(path, limits)
    assert isinstance(ended, EncryptedPdfError) == (path in LOCKED)
    if isinstance(ended, DocentError):
        assert NAME in str(ended)
    else:
        extraction, saved = ended
        assert [image.image_id for image in extraction.images] == [each.image_id for each in saved]
        assert all(isinstance(gap, Gap) and NAME in gap.message for gap in extraction.gaps)
    assert time.monotonic() - started < limits.seconds + GRACE


# The odd images, the samples, and what of the corpus is small enough to be damaged in little time.
WHOLE = odd_images()
WHOLE |= {path.name: path.read_bytes() for path in sorted((ROOT / "samples").glob("*.pdf"))}
WHOLE |= {
    path.name: path.read_bytes()
    for path in CORPUS_PDFS
    if path.stat().st_size < 1_000_000 and path.parent.name != "hostile-large"
}


@settings(max_examples=80)
@given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_a_damaged_pdf_gives_a_result_or_a_named_error(tmp_path: Path, name: str, data: st.DataObject) -> None:
    whole = WHOLE[name]
    # Most damage is none to the beginning: with that gone, nothing else matters.
    cut = data.draw(st.just(len(whole)) | st.integers(0, len(whole)), label="length")
    damaged = bytearray(whole[:cut])
    for _ in range(data.draw(st.integers(0, 8), label="flips") if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    started = time.monotonic()
    ended = outcome(written(tmp_path, bytes(damaged)), QUICK)
    assert time.monotonic() - started < QUICK.seconds + GRACE
    if isinstance(ended, DocentError):
        assert type(ended) in OF_DOCUMENTS
        assert NAME in str(ended)
        return
    extraction, saved = ended
    assert [image.image_id for image in extraction.images] == [each.image_id for each in saved]
    assert all(1 <= place.page <= extraction.page_count for image in extraction.images for place in image.places)
    assert all(isinstance(gap, Gap) and NAME in gap.message for gap in extraction.gaps)
    for each in saved:
        shown = Image.open(io.BytesIO(each.data))
        assert (shown.format or "").lower() == each.format
        assert shown.size == (each.width, each.height)
