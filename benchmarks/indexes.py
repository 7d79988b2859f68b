"""The same questions through both indexes: how often the right page is found and cited, and how long a search takes.

Both are the engines of this machine, so this compares what is ours (passages, hybrid search, scores) and not the
services. Kendra reads the files itself; for S3 Vectors `extract_passages` does. A search of S3 Vectors is one query by
vector and texts, with a filter by kind and audience, which finds four times as many passages as are wanted; both scores
choose among them, or a reranking model does. Times are those of one search, the question's vector included.

python -m benchmarks.indexes CORPUS [--quick]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from answering.question_words import subject_of
from answering.vector_retrieval import CANDIDATES, best_first
from benchmarks.search import PASSAGES, Collection, collections_of, read_by_kendra, sources_of
from local.bedrock import relevance
from local.kendra import passages, results, searching
from local.kendra.embedding import DIMENSIONS
from local.kendra.index import SearchIndex
from local.kendra.worker import Worker
from local.s3vectors.index import Hit, Question, VectorIndex
from local.s3vectors.store import Store
from passages.file_names import in_words

sys.path.append(str(Path(__file__).resolve().parent.parent / "functions" / "ingest" / "extract_passages"))
_SECONDS = 300.0
_AT_ONCE = 32
_CHOSEN = {"$and": [{"kind": {"$eq": "document"}}, {"audience": {"$in": ["0123456789abcdef"]}}]}
_SETTINGS = {
    "dimension": DIMENSIONS,
    "distanceMetric": "cosine",
    "metadataConfiguration": {
        "nonFilterableMetadataKeys": ["text_en", "text_de", "key"],
        "textSearchConfigurations": [
            {"metadataKey": "text_en", "language": "en"},
            {"metadataKey": "text_de", "language": "de"},
        ],
    },
}
METHODS = {
    "kendra": "Kendra",
    "vectors": "S3 Vectors, by meaning alone",
    "hybrid": "S3 Vectors",
    "reranked": "S3 Vectors and a reranking model",
}


class Passage(Protocol):
    @property
    def document_id(self) -> str: ...
    @property
    def page(self) -> int | None: ...
    @property
    def text(self) -> str: ...


type Search = Callable[[str], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Found:
    document_id: str
    page: int | None
    text: str


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{collection: {questions, passages, method: {at_1, at_5, cited, p50, p95}}}`"""
    del samples
    measured: dict[str, Any] = {}
    with closing(Worker()) as worker, closing(Worker()) as ranker:
        for collection in collections_of(corpus, quick):
            with _kendra(worker, collection) as (kendra, first), _vectors(worker, ranker, collection) as (ways, second):
                measured[collection.name] = {
                    "questions": len(collection.questions),
                    "passages": {"kendra": first, "vectors": second},
                } | {name: _measured(search, collection) for name, search in {"kendra": kendra, **ways}.items()}
    return measured


def table(results: dict[str, Any]) -> str:
    lines = [
        "| questions | index | right page first / among five | cited in the answer | search p50 / p95 |",
        "|---|---|---|---|---|",
    ]
    for collection, found in results.items():
        for name, title in METHODS.items():
            of = found[name]
            lines.append(
                f"| {collection}, {found['questions']} | {title} | {of['at_1']:.0%} / {of['at_5']:.0%} | "
                f"{of['cited']:.0%} | {of['p50']:.0f} / {of['p95']:.0f} ms |"
            )
    counts = "; ".join(
        f"{collection}: {found['passages']['kendra']} and {found['passages']['vectors']}"
        for collection, found in results.items()
    )
    return "\n".join([*lines, "", f"Passages in Kendra's engine and by `extract_passages`: {counts}."])


def _measured(search: Search, collection: Collection) -> dict[str, float]:
    search(collection.questions[0].text)  # loads the model
    ranks: list[int] = []
    cited: list[bool] = []
    times: list[float] = []
    for asked in collection.questions:
        started = time.perf_counter()
        hits = list(search(asked.text))
        times.append((time.perf_counter() - started) * 1000)
        right = asked.truths["pages"]
        pages = list(dict.fromkeys((hit.document_id, hit.page) for hit in hits))
        ranks.append(next((rank for rank, page in enumerate(pages, 1) if page in right), 1000))
        cited.append(bool(sources_of(asked.text, hits[:PASSAGES]) & right))
    return {f"at_{k}": round(sum(rank <= k for rank in ranks) / len(ranks), 3) for k in (1, 5)} | {
        "cited": round(sum(cited) / len(cited), 3),
        "p50": round(float(np.percentile(times, 50)), 1),
        "p95": round(float(np.percentile(times, 95)), 1),
    }


@contextmanager
def _kendra(worker: Worker, collection: Collection) -> Iterator[tuple[Search, int]]:
    with tempfile.TemporaryDirectory() as folder, closing(SearchIndex(Path(folder))) as index:
        count = 0
        for number, path in enumerate(collection.documents, 1):
            entry = read_by_kendra(worker, number, path)
            index.change([entry], [])
            count += len(entry.passages)

        def search(text: str) -> Sequence[Passage]:
            return searching.search(worker, index, index.corrected(results.truncated(text), None), None)[1]

        yield search, count


@contextmanager
def _vectors(worker: Worker, ranker: Worker, collection: Collection) -> Iterator[tuple[dict[str, Search], int]]:
    """A search by each way, and the number of passages."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder) / "store")) as store:
        store.add_index("index", "bucket", _SETTINGS)
        record = store.index("index")
        assert record
        with closing(VectorIndex(Path(folder) / "index", store, record)) as index:
            count = sum(_put(worker, index, path) for path in collection.documents)

            def query(text: str, most: int = PASSAGES, by_words: bool = True) -> list[Found]:
                vector = worker.call(_SECONDS, searching.embed_question, text)
                subject = subject_of(text)
                texts = {"text_en": subject, "text_de": subject} if by_words else {}
                hits = index.query(Question(PASSAGES * CANDIDATES, vector, texts, _CHOSEN))
                return [_found(hit["metadata"]) for hit in best_first([[_as_told(hit) for hit in hits]])[:most]]

            def reranked(text: str) -> list[Found]:
                found = query(text, PASSAGES * CANDIDATES)
                scores = ranker.call(_SECONDS, relevance.relevances, text, [each.text for each in found])
                order = sorted(range(len(found)), key=lambda number: -scores[number])
                return [found[number] for number in order[:PASSAGES]]

            ways: dict[str, Search] = {
                "vectors": lambda text: query(text, by_words=False),
                "hybrid": query,
                "reranked": reranked,
            }
            yield ways, count


def _put(worker: Worker, index: VectorIndex, path: Path) -> int:
    from extract_passages.document_passages import DocumentPassages
    from extract_passages.extraction_limits import Limits

    found = list(DocumentPassages(str(path), path.name, Limits()))
    for batch in batched(found, _AT_ONCE, strict=False):
        texts = [f"{in_words(path.name)}. {passage.text}" for passage in batch]
        vectors = worker.call(_SECONDS, passages.embed, texts)
        put = {
            f"{path.name}/{passage.n}": (vector, _metadata(path.name, passage))
            for vector, passage in zip(vectors, batch, strict=True)
        }
        index.put(put, 0)
    return len(found)


def _metadata(name: str, passage: Any) -> dict[str, Any]:
    return {
        "kind": "document",
        "audience": _CHOSEN["$and"][1]["audience"]["$in"][0],
        "key": name,
        "page": passage.page,
        f"text_{passage.language}": passage.text,
    }


def _as_told(hit: Hit) -> dict[str, Any]:
    """As QueryVectors tells it."""
    near = {} if hit.distance is None else {"vectorDistance": hit.distance}
    words = [{"metadataKey": key, "score": score} for key, score in hit.words.items()]
    return {"metadata": hit.record.metadata, "scores": {**near, "bm25Scores": words}}


def _found(metadata: dict[str, Any]) -> Found:
    return Found(metadata["key"], metadata["page"], metadata.get("text_en") or metadata["text_de"])


if __name__ == "__main__":
    print(table(run(Path(sys.argv[1]), Path("samples"), "--quick" in sys.argv)))
