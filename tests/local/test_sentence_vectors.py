"""Vectors of sentences are computed when a document is indexed, and removed with the document."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from local.kendra import sentence_vectors
from local.kendra.embedding import SentenceModel, sentence_model
from local.kendra.sentence_vectors import SentenceVectors, stated_in, vectors_of
from local.kendra.service import KendraService
from tests.support.waiting import wait_until

LEASE = "Lease of the mill\nThe rent is 900 euros a month. It is due on the first day."


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "sentences.sqlite"
    monkeypatch.setenv(sentence_vectors.PLACE, str(path))
    sentence_vectors._reader.cache_clear()
    yield path
    sentence_vectors._reader.cache_clear()


def indexed(file: Path, *texts: str) -> None:
    with closing(SentenceVectors(file)) as kept:
        kept.replace("index", {number: [text] for number, text in enumerate(texts, 1)})
        passages = kept.waiting(["index"], 10)
        kept.keep(passages, sentence_vectors.read_passages([passage.text for passage in passages]))
    sentence_vectors._reader.cache_clear()  # another process has nothing in memory


def test_vectors_are_those_of_the_model(file: Path) -> None:
    texts = ["The rent is due.", "Bees make honey.", "The rent is due."]
    assert np.allclose(vectors_of(texts), sentence_model().embed(texts), atol=2e-3)
    assert vectors_of([]).shape == (0, 384)


def test_the_sentences_of_an_indexed_passage_are_not_computed_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(file, LEASE)
    computed: list[str] = []

    def embed(model: SentenceModel, texts: list[str]) -> np.ndarray:
        computed.extend(texts)
        return np.zeros((len(texts), 384), np.float32)

    expected = sentence_model().embed(stated_in(LEASE))
    monkeypatch.setattr(SentenceModel, "embed", embed)
    assert np.allclose(vectors_of(["A new one.", *stated_in(LEASE)])[1:], expected, atol=2e-3)
    assert computed == ["A new one."]


def test_what_no_document_states_any_more_is_forgotten(file: Path) -> None:
    indexed(file, LEASE, "Bees make honey. " + LEASE)
    with closing(SentenceVectors(file)) as kept, closing(sqlite3.connect(file)) as reader:

        def vectors() -> int:
            return reader.execute("SELECT COUNT(*) FROM vectors").fetchone()[0]

        before = vectors()
        kept.replace("index", {2: []})
        kept.forget_unused()
        assert 0 < vectors() < before
        kept.remove_index("index")
        kept.forget_unused()
        assert vectors() == 0


def test_a_passage_that_was_removed_while_it_was_read_stays_removed(file: Path) -> None:
    with closing(SentenceVectors(file)) as kept:
        kept.replace("index", {1: [LEASE]})
        passages = kept.waiting(["index"], 10)
        found = sentence_vectors.read_passages([LEASE])
        kept.replace("index", {1: []})
        kept.keep(passages, found)
        assert kept.vectors(list(found[0])) == {}


def test_an_indexer_computes_them_when_a_document_is_searchable(file: Path, tmp_path: Path) -> None:
    with closing(KendraService(tmp_path / "kendra", lambda role: None, indexing_seconds=0)) as service:  # pyright: ignore[reportArgumentType]
        role = "arn:aws:iam::000000000000:role/kendra"
        index = service._indices.create_index({"Name": "documents", "RoleArn": role})["Id"]
        wait_until(lambda: service._indices.record(index).active)
        document = {"Id": "lease", "Blob": LEASE.encode(), "ContentType": "PLAIN_TEXT"}
        service._batch_put_document({"IndexId": index, "Documents": [document]})
        hashes = [sentence_vectors._hash(sentence) for sentence in stated_in(LEASE)]
        with closing(SentenceVectors(file)) as kept:
            wait_until(lambda: set(kept.vectors(hashes)) == set(hashes))
            service._batch_delete_document({"IndexId": index, "DocumentIdList": ["lease"]})
            wait_until(lambda: kept.vectors(hashes) == {})
