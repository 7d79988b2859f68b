"""Passages and excerpts of a text: nothing is lost, and nothing is longer than allowed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.kendra import passages, results
from local.kendra.embedding import sentence_model
from local.kendra.worker import Worker
from tests.support.odd_images import odd_images
from tests.support.pdfs import pdf
from tests.support.project import ROOT

SLOW = settings(max_examples=40)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=3000)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with closing(Worker()) as worker:
        yield worker


def split(worker: Worker, text: str) -> list[str]:
    return worker.call(20, passages.split, text)


def words(text: str) -> str:
    return "".join(text.split())


@SLOW
@given(TEXTS)
def test_no_character_of_a_text_is_lost_or_doubled(worker: Worker, text: str) -> None:
    assert words("".join(split(worker, text))) == words(text)


@SLOW
@given(TEXTS)
def test_an_excerpt_is_part_of_its_text_and_highlights_lie_in_it(text: str) -> None:
    stems = results.stems_of_question(text[:200])
    excerpt = results.excerpt(text, stems)
    assert excerpt.removeprefix("...").removesuffix("...") in text or excerpt in text
    for highlight in results.highlights(excerpt, stems):
        word = excerpt[highlight["BeginOffset"] : highlight["EndOffset"]]
        assert not results.stems_of(word).isdisjoint(stems)


def test_a_passage_holds_whole_sentences_and_about_200_tokens(worker: Worker) -> None:
    sentence = "Die Kündigungsfrist beträgt z. B. drei Monate zum 1. Mai eines jeden Jahres."
    found = split(worker, f"{sentence} " * 40)
    assert len(found) > 3
    for passage in found:
        assert passage.startswith("Die ")
        assert passage.endswith("Jahres.")
    assert all(count <= passages.PASSAGE_TOKENS for count in sentence_model().count_tokens(found))


def test_a_sentence_without_end_is_cut_between_words(worker: Worker) -> None:
    found = split(worker, "honey " * 1000)
    assert 5 <= len(found) <= 7
    assert all(set(passage.split()) == {"honey"} for passage in found)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Wie lang ist die Frist für den Vertrag?", "de"), ("How long is the notice period?", "en"), ("", "en")],
)
def test_the_language_is_guessed_by_the_commonest_words(text: str, language: str) -> None:
    assert passages.language_of(text) == language


def test_a_page_tree_that_lies_about_its_pages_is_read_all_the_same(worker: Worker, tmp_path: Path) -> None:
    body = pdf(["The ferry to Sark.", "It leaves at nine."])
    for lie in (b"/Count 0", b"/Count -1"):
        assert body.count(b"/Count 2") == 1
        (tmp_path / "lies.pdf").write_bytes(body.replace(b"/Count 2", lie))
        found, _ = worker.call(20, passages.read_passages, str(tmp_path / "lies.pdf"), "PDF")
        assert [(each.text, each.page) for each in found] == [("The ferry to Sark.", 1), ("It leaves at nine.", 2)]


SAMPLES = {path.name: path.read_bytes() for path in sorted((ROOT / "samples").glob("*.pdf"))} | odd_images()


@SLOW
@given(name=st.sampled_from(sorted(SAMPLES)), data=st.data())
def test_a_damaged_pdf_is_read_or_refused_and_never_ends_the_worker(
    worker: Worker, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    damaged = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(0, 30), label="flips")):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "damaged.pdf"
    path.write_bytes(damaged)
    try:
        found, _ = worker.call(20, passages.read_passages, str(path), "PDF")
    except passages.UnreadableFileError:
        return
    assert all(each.page for each in found)
