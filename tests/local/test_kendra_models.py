"""An index whose models are changed: its passages get new vectors, and are found by their words meanwhile."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from local.kendra.embedding import DIMENSIONS, Vectors
from local.kendra.index import Entry, Question, SearchIndex
from local.kendra.searching import embed_question, in_both_orders, search
from local.kendra.service import KendraService
from local.models import chosen
from passages.splitting import Passage
from tests.support.waiting import wait_until


def direction(number: int) -> Vectors:
    return np.eye(DIMENSIONS, dtype=np.float32)[number]


def entry(number: int, *texts: str) -> Entry:
    found = [Passage(text, page, ("Part A",)) for page, text in enumerate(texts, 1)]
    vectors = np.array([direction(number * 10 + place) for place in range(len(texts))])
    return Entry(number, f"d{number}", f"Title {number}", [], [], found, vectors)


def near(index: SearchIndex, vector: Vectors) -> list[str]:
    return [hit.text for hit in index.search(Question("elsewhere", vector), None, "meaning")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of two documents with vectors of the standard models."""
    with closing(SearchIndex(tmp_path / "index")) as index:
        index.change([entry(1, "bees", "wasps"), entry(2, "ants")], [])
        assert near(index, direction(20)) == ["ants"]
    return tmp_path / "index"


@pytest.fixture
def better(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chosen.VARIABLE, "better")


def test_vectors_of_another_model_are_not_compared(folder: Path, better: None) -> None:
    with closing(SearchIndex(folder)) as index:
        assert near(index, direction(20)) == []
        assert [hit.text for hit in index.search(Question("ants", direction(20)), None)] == ["ants"]


def test_passages_without_vectors_get_new_ones(folder: Path, better: None) -> None:
    with closing(SearchIndex(folder)) as index:
        waiting = index.without_vectors(16)
        assert {(hit.title, hit.text, *hit.headings) for hit in waiting.values()} == {
            ("Title 1", "bees", "Part A"),
            ("Title 1", "wasps", "Part A"),
            ("Title 2", "ants", "Part A"),
        }
        for number, (slot, hit) in enumerate(waiting.items()):
            index.give_vectors([slot], np.array([direction(100 + number)]))
            assert near(index, direction(100 + number)) == [hit.text]
        assert index.without_vectors(16) == {}


def test_an_interrupted_change_of_models_goes_on_after_a_restart(folder: Path, better: None) -> None:
    with closing(SearchIndex(folder)) as index:
        slot = min(index.without_vectors(16))
        index.give_vectors([slot], np.array([direction(100)]))
    with closing(SearchIndex(folder)) as index:
        assert len(index.without_vectors(16)) == 2
        assert len(near(index, direction(100))) == 1


def test_documents_that_change_meanwhile_have_their_own_vectors(folder: Path, better: None) -> None:
    with closing(SearchIndex(folder)) as index:
        index.change([entry(3, "moths")], [2])
        assert near(index, direction(30)) == ["moths"]
        assert {hit.text for hit in index.without_vectors(16).values()} == {"bees", "wasps"}
        index.change([], [1])
        assert index.without_vectors(16) == {}


def test_changing_back_does_not_bring_old_vectors_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for models in ("better", "standard"):
        monkeypatch.setenv(chosen.VARIABLE, models)
        with closing(SearchIndex(folder)) as index:
            assert near(index, direction(20)) == []
            assert len(index.without_vectors(16)) == 3


@contextmanager
def service(folder: Path) -> Iterator[KendraService]:
    with closing(KendraService(folder, lambda _role: None, indexing_seconds=0)) as found:  # pyright: ignore
        yield found


def call(kendra: KendraService, operation: str, **request: Any) -> dict[str, Any]:
    target = {"X-Amz-Target": f"AWSKendraFrontendService.{operation}"}
    body = json.dumps(request).encode()
    status, _, answer = asyncio.run(kendra.handle_request("POST", "/", target, body, {}))
    assert status == 200, answer
    return json.loads(answer)


def test_the_service_embeds_again_what_another_model_embedded(tmp_path: Path) -> None:
    with service(tmp_path) as kendra:
        role = "arn:aws:iam::000000000000:role/kendra"
        index = call(kendra, "CreateIndex", Name="documents", RoleArn=role)["Id"]
        wait_until(lambda: call(kendra, "DescribeIndex", Id=index)["Status"] == "ACTIVE")
        document = {"Id": "leave", "Blob": "WW91IGdldCB0aGlydHkgZGF5cyBvZmYgYSB5ZWFyLg==", "ContentType": "PLAIN_TEXT"}
        call(kendra, "BatchPutDocument", IndexId=index, Documents=[document])
        found = lambda: call(kendra, "Retrieve", IndexId=index, QueryText="How long are holidays?")["ResultItems"]  # noqa: E731
        wait_until(lambda: len(found()) == 1)
    (tmp_path / "indexes" / index / "models").write_text("better")
    with service(tmp_path) as kendra:
        wait_until(lambda: len(found()) == 1)


class Reader:
    """A worker whose cross-encoder likes long texts."""

    def call(self, seconds: float, function: Any, *arguments: Any) -> Any:
        return direction(99) if function is embed_question else [len(text) for text in arguments[1]]


def texts_found(folder: Path, question: str) -> list[str]:
    with closing(SearchIndex(folder)) as index:
        index.change([entry(7, "bees", "bees and honey", "die Biene und das bees")], [])
        return [hit.text for hit in search(Reader(), index, question, None)[1]]  # pyright: ignore[reportArgumentType]


def test_only_english_hits_of_an_english_question_are_read_again(tmp_path: Path, better: None) -> None:
    assert texts_found(tmp_path / "one", "bees") == ["bees and honey", "bees", "die Biene und das bees"]
    found = texts_found(tmp_path / "two", "was ist das und wie bees")
    assert found.index("bees") < found.index("bees and honey")


def test_the_standard_models_read_nothing_again(tmp_path: Path) -> None:
    assert texts_found(tmp_path / "one", "bees")[0] == "bees"


def test_the_cross_encoder_s_order_counts_more_than_the_index_s() -> None:
    assert in_both_orders([1.0, 2.0, 9.0]) == [2, 1, 0]
    assert in_both_orders([9.0, 1.0, 2.0]) == [0, 2, 1]
    assert in_both_orders([]) == []
