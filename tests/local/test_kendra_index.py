"""The search index alone: which of many rows are compared, what restrictions hide, and files of other versions."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from local.kendra import vectors
from local.kendra.embedding import DIMENSIONS, Vectors
from local.kendra.filters import access_query
from local.kendra.index import Entry, OtherFormatError, Question, SearchIndex
from passages.splitting import Passage

PASSAGES = 300


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    with closing(SearchIndex(tmp_path / "index")) as index:
        yield index


def unit(rows: Vectors) -> Vectors:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def entry(number: int, texts: list[str], rows: Vectors, title: str = "", reader: str = "") -> Entry:
    access = [{"Access": "ALLOW", "Type": "USER", "Name": reader}] if reader else []
    passages = [Passage(text, page) for page, text in enumerate(texts, 1)]
    return Entry(number, f"d{number}", title or f"d{number}", [], access, passages, rows)


def test_the_nearest_of_many_passages_are_found(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "FEW", 10)
    monkeypatch.setattr(vectors, "PRESELECTED", 20)
    chance = np.random.default_rng(1)
    rows = unit(chance.normal(size=(PASSAGES, DIMENSIONS)))
    index.change([entry(1, ["word"] * PASSAGES, rows)], [])
    for wanted in (0, 150, 299):
        question = Question("other", unit(rows[wanted] + chance.normal(size=DIMENSIONS) * 0.02))
        assert index.search(question, None)[0].page == wanted + 1


def test_passages_of_others_do_not_hide_a_users_own(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "FEW", 10)
    monkeypatch.setattr(vectors, "PRESELECTED", 20)
    chance = np.random.default_rng(1)
    subject = chance.normal(size=DIMENSIONS)
    near = unit(subject + 0.5 * chance.normal(size=(PASSAGES, DIMENSIONS)))
    far = unit(subject + 1.5 * chance.normal(size=(3, DIMENSIONS)))
    index.change([entry(1, ["word"] * PASSAGES, near, reader="ann"), entry(2, ["word"] * 3, far, reader="bob")], [])
    hits = index.search(Question("other", unit(subject)), access_query(index.tantivy, {"UserId": "bob"}, ""))
    assert [hit.document_id for hit in hits] == ["d2"] * 3


def test_passages_keep_their_vectors_when_the_index_is_opened_again(tmp_path: Path) -> None:
    rows = unit(np.random.default_rng(1).normal(size=(3, DIMENSIONS)))
    for number in range(2):
        with closing(SearchIndex(tmp_path)) as index:
            if number == 0:
                index.change([entry(1, ["a", "b", "c"], rows)], [])
            assert index.search(Question("other", rows[1]), None)[0].text == "b"


def test_the_document_that_a_question_names_is_preferred(index: SearchIndex) -> None:
    rows = unit(np.ones((1, DIMENSIONS)))
    titles = ["Plan_Standard.pdf", "Plan_Plus.pdf", "Handbook.pdf"]
    index.change([entry(number, ["It pays for glasses."], rows, title) for number, title in enumerate(titles)], [])
    for number, question in enumerate(["Does Standard pay for glasses?", "Are glasses paid by Plus?"]):
        hits = index.search(Question(question, rows[0]), None)
        assert hits[0].title == titles[number]
        assert hits[0].score > 1.1 * hits[1].score


@pytest.mark.parametrize(
    "question", ["ข้าวไทย", "口座", "한국어", "السلام", "ordnung", "wellknown", "known", "東"], ids=lambda word: word
)
def test_a_word_of_any_script_finds_its_page_by_words(index: SearchIndex, question: str) -> None:
    texts = [
        "รายงานการส่งออกข้าวไทยไปญี่ปุ่น",
        "この銀行口座を開設する。",
        "한국어는 어렵습니다.",
        "ﺍﻟﺴﻼﻡ عليكم",
        "Geschäfts-Ordnung",
        "The remedy is wellknown.",
        "東",
        "ข้อมูลสำคัญอยู่หน้าสอง. 銀座. 국가. Something else",
    ]
    wanted = [number for number, text in enumerate(texts) if question in text]
    rows = unit(np.ones((len(texts), DIMENSIONS)))
    passages = [Passage(text, page) for page, text in enumerate(texts)]
    passages[5] = replace(passages[5], parts=("well", "known"))
    index.change([Entry(1, "d", "title", [], [], passages, rows)], [])
    found = index.search(Question(question, None), None, "words")
    assert found[0].page == (wanted or {"السلام": [3], "ordnung": [4], "known": [5]}[question])[0]
    assert found[0].text == texts[found[0].page or 0], "what a person reads has no pairs of letters"


def test_a_word_without_spaces_is_not_spelt_as_another(index: SearchIndex) -> None:
    index.change([entry(1, ["ここに銀行口座番号があります"], unit(np.ones((1, DIMENSIONS))))], [])
    assert index.corrected("銀行口座番地", None) == "銀行口座番地"


def test_words_that_no_document_has_are_spelt_as_in_those_the_user_may_read(index: SearchIndex) -> None:
    rows = unit(np.ones((1, DIMENSIONS)))
    own = entry(1, ["The salary of the gardener rises."], rows, reader="ann")
    index.change([own, entry(2, ["Bonuses are secret."], rows, reader="bob")], [])
    ann = access_query(index.tantivy, {"UserId": "ann"}, "")
    asked = "What is the salery of the gradener, and the bonis?"
    assert index.corrected(asked, ann) == "What is the salary of the gardener, and the bonis?"
    assert index.corrected("Which vacation is unknown?", None) == "Which vacation is unknown?"


def test_an_index_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    SearchIndex(tmp_path / "index").close()
    SearchIndex(tmp_path / "index").close()
    (tmp_path / "index" / "format").unlink()  # the first version had no such file
    with pytest.raises(OtherFormatError, match="docent down --wipe"):
        SearchIndex(tmp_path / "index")
