"""How often and how fast the right page is found by words, by meaning and by both, and how often an answer cites it.

Recall: the share of the questions for which a page that states the answer is among the first 1 or 5 pages found. The
handbooks are of an invented company, and two of them are nearly the same, so often several pages answer. The data set
lists one page for each question; we read the handbooks and noted all. Its own pages are measured too, because other
figures about this data set go by them. The German documents are study regulations. Answers are the extractive
engine's, from the passages found; `DOCENT_MODELS=better` measures the better models.

python -m benchmarks.search CORPUS [--quick]
"""

import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answering.retrieved_passages import heading_and_body
from local.bedrock import prompt, quoting
from local.kendra import passages, results, searching
from local.kendra.embedding import DIMENSIONS
from local.kendra.filters import access_query
from local.kendra.index import Entry, Hit, Question, SearchIndex
from local.kendra.worker import Worker
from passages.splitting import Passage

METHODS = {"words": "BM25", "meaning": "vectors", "hybrid": "both"}
TRUTHS = {"pages": "", "listed": ", by the pages that the data set lists"}
_CITATION = re.compile(r"(\S.*?)#page=(\d+)")
_SECONDS = 120.0
_AT_ONCE = 32
PASSAGES = 10  # that the model gets: MaxPassages

type Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the pages that answer it by each truth that is known."""

    text: str
    truths: dict[str, set[Page]]


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    documents: list[Path]
    questions: list[Asked]


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{recall: {collection: {truth: {questions, method: {at_1, at_5}}}}, confidence: {bucket: {own, foreign}},
    indexing, speed}`"""
    del samples
    recall: dict[str, Any] = {}
    words: Counter[str] = Counter()
    asked: list[str] = []
    confidence: dict[str, dict[str, int]] = {}
    passages_read, seconds = 0, 0.0
    with closing(Worker()) as worker:
        for collection in collections_of(corpus, quick):
            with tempfile.TemporaryDirectory() as folder, closing(SearchIndex(Path(folder))) as index:
                started = time.perf_counter()
                for number, path in enumerate(collection.documents, 1):
                    entry = read_by_kendra(worker, number, path)
                    index.change([entry], [])
                    passages_read += len(entry.passages)
                    words.update(word for passage in entry.passages for word in passage.text.split())
                seconds += time.perf_counter() - started
                recall[collection.name] = _recall(worker, index, collection.questions)
                asked += [question.text for question in collection.questions]
                if collection.name == "handbooks":
                    own = [asked.text for asked in collection.questions]
                    confidence = _confidence(worker, index, own, foreign_to_handbooks(corpus)[: len(own)])
        return {
            "recall": recall,
            "confidence": confidence,
            "indexing": {
                "passages": passages_read,
                "seconds": round(seconds, 1),
                "per_second": round(passages_read / seconds, 1),
            },
            "speed": {
                count: _speed(worker, count, words, asked) for count in ([2_000] if quick else [10_000, 100_000])
            },
        }


def table(results: dict[str, Any]) -> str:
    lines = [
        f"| right page first / among five | questions | {' | '.join(METHODS.values())} | cited in the answer |",
        "|---|---|---|---|---|---|",
    ]
    for collection, truths in results["recall"].items():
        for truth, found in truths.items():
            shares = (f"{found[method]['at_1']:.0%} / {found[method]['at_5']:.0%}" for method in METHODS)
            lines.append(
                f"| {collection}{TRUTHS[truth]} | {found['questions']} | {' | '.join(shares)} | {found['cited']:.0%} |"
            )
    lines += ["", "| confidence of the first passage | answerable | foreign |", "|---|---|---|"]
    for bucket, tally in results["confidence"].items():
        lines.append(f"| {bucket} | {tally['own']} | {tally['foreign']} |")
    lines += [
        "",
        "| passages | open | words p50/p95 | both p50/p95 | both, asked before | both, one user's p50/p95 |",
        "|---|---|---|---|---|---|",
    ]
    for count, speed in results["speed"].items():
        cells = (f"{speed[key][0]:.1f} / {speed[key][1]:.1f} ms" for key in ("words", "hybrid", "again", "restricted"))
        lines.append(f"| {int(count):,} | {speed['open_ms']:.0f} ms | {' | '.join(cells)} |")
    indexing = results["indexing"]
    lines += [
        "",
        f"Reading, embedding and indexing: {indexing['per_second']} passages a second in one worker.",
    ]
    return "\n".join(lines)


def _recall(worker: Worker, index: SearchIndex, questions: list[Asked]) -> dict[str, Any]:
    """`{truth: {questions, cited, method: {at_1, at_5}}}`"""
    ranks: dict[str, dict[str, list[int]]] = {}
    cited: dict[str, list[bool]] = {}
    for asked in questions:
        question, found = searching.search(worker, index, index.corrected(results.truncated(asked.text), None), None)
        sources = sources_of(asked.text, found[:PASSAGES])
        for truth, right in asked.truths.items():
            cited.setdefault(truth, []).append(bool(sources & right))
        for method in METHODS:
            hits = found if method == "hybrid" else index.search(question, None, method)
            pages = list(dict.fromkeys((hit.document_id, hit.page) for hit in hits))
            for truth, right in asked.truths.items():
                rank = next((rank for rank, page in enumerate(pages, 1) if page in right), 1000)
                ranks.setdefault(truth, {}).setdefault(method, []).append(rank)
    return {
        truth: {"questions": len(by_method["hybrid"]), "cited": round(sum(cited[truth]) / len(cited[truth]), 3)}
        | {
            method: {f"at_{k}": round(sum(rank <= k for rank in found) / len(found), 3) for k in (1, 5)}
            for method, found in by_method.items()
        }
        for truth, by_method in ranks.items()
    }


def sources_of(text: str, hits: list[Hit]) -> set[Page]:
    """The pages that the extractive engine cites in its answer."""
    parted = [heading_and_body(hit.text) for hit in hits]
    context = [
        prompt.Passage(str(number), body, hit.document_id, str(hit.page or ""), heading)
        for number, (hit, (heading, body)) in enumerate(zip(hits, parted, strict=True))
    ]
    chosen = quoting.choose(text, context)
    return {(hits[int(number)].document_id, hits[int(number)].page or 0) for _, number in chosen}


def _confidence(worker: Worker, index: SearchIndex, own: list[str], foreign: list[str]) -> dict[str, dict[str, int]]:
    """The number of first passages in each bucket, for questions that the documents answer and others."""
    tallies = {bucket: {"own": 0, "foreign": 0} for bucket in ("VERY_HIGH", "HIGH", "MEDIUM", "LOW")}
    for kind, questions in (("own", own), ("foreign", foreign)):
        for text in questions:
            _, hits = searching.search(worker, index, index.corrected(results.truncated(text), None), None)
            bucket = results.confidence(hits[0], text) if hits else "LOW"
            tallies[bucket][kind] += 1
    return tallies


def _speed(worker: Worker, count: int, words: Counter[str], questions: list[str]) -> dict[str, Any]:
    """Milliseconds (p50, p95) of 100 searches with these questions, the question's vector included. The passages are
    invented from words, as frequent as they are. `again` is the time of a question that was asked before."""
    chance = np.random.default_rng(1)
    vocabulary = list(words)
    frequencies = np.array(list(words.values()), np.float64)
    frequencies /= frequencies.sum()
    with tempfile.TemporaryDirectory() as folder:
        with closing(SearchIndex(Path(folder))) as index:
            for start in range(0, count, 10_000):
                index.change(_made_up(chance, vocabulary, frequencies, start, min(10_000, count - start)), [])
        started = time.perf_counter()
        index = SearchIndex(Path(folder))
        opened = time.perf_counter() - started
        measured: dict[str, list[float]] = {"words": [], "hybrid": [], "again": [], "restricted": []}
        user = {"UserId": "user3", "Groups": ["staff"]}
        for number in range(100):
            text = questions[number % len(questions)]
            for name, times in measured.items():
                if name != "again":
                    worker.call(_SECONDS, _forget_questions)
                started = time.perf_counter()
                if name == "words":
                    index.search(Question(text, None), None, "words")
                else:
                    restriction = access_query(index.tantivy, user, "") if name == "restricted" else None
                    searching.search(worker, index, text, restriction)
                times.append((time.perf_counter() - started) * 1000)
        index.close()
    return {"open_ms": round(opened * 1000, 1)} | {
        name: [round(float(np.percentile(times, share)), 1) for share in (50, 95)] for name, times in measured.items()
    }


def _forget_questions() -> None:
    """Runs in the worker."""
    searching.embedded.cache_clear()


def _made_up(
    chance: np.random.Generator, vocabulary: list[str], frequencies: Any, start: int, count: int
) -> Iterator[Entry]:
    """Documents of ten passages of 100 words; every tenth document is readable by one user only."""
    subject = chance.normal(size=DIMENSIONS)
    for number in range(start // 10 + 1, (start + count) // 10 + 1):
        vectors = (subject + chance.normal(size=(10, DIMENSIONS))).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        words = chance.choice(vocabulary, (10, 100), p=frequencies)
        found = [Passage(" ".join(row), page) for page, row in enumerate(words, 1)]
        access = [{"Access": "ALLOW", "Type": "USER", "Name": f"user{number % 10}"}]
        yield Entry(number, f"document-{number}", f"Document {number}", [], access, found, vectors)


def read_by_kendra(worker: Worker, number: int, path: Path) -> Entry:
    found, _ = worker.call(_SECONDS, passages.read_passages, str(path), "PDF")
    texts = [passages.described(path.name, passage) for passage in found]
    starts = range(0, len(texts), _AT_ONCE)
    parts = [worker.call(_SECONDS, passages.embed, texts[start : start + _AT_ONCE]) for start in starts]
    return Entry(number, path.name, path.name, [], [], found, np.concatenate(parts))


def collections_of(corpus: Path, quick: bool = False) -> list[Collection]:
    handbooks = corpus / "qa" / "both" / "contoso" / "docs"
    return [
        _collection("handbooks", corpus / "qa2" / "handbooks-corrected.json", handbooks, quick),
        _collection("German", corpus / "qa2" / "german.json", corpus / "qa2", quick),
    ]


def _collection(name: str, questions: Path, documents: Path, quick: bool) -> Collection:
    """`quick` takes a third of the questions, and only the documents that answer them."""
    rows = json.loads(questions.read_text())[: 12 if quick else None]
    asked = [Asked(row["question"], {truth: _pages(row[truth]) for truth in TRUTHS if truth in row}) for row in rows]
    needed = {name for each in asked for name, _ in each.truths["pages"]}
    paths = sorted(path for path in documents.glob("*.pdf") if path.name in needed or not quick)
    return Collection(name, paths, asked)


def _pages(cited: str | list[str]) -> set[Page]:
    """From "file.pdf#page=3 other.pdf#page=4", or a list of such."""
    each = [cited] if isinstance(cited, str) else cited
    return {(name, int(page)) for text in each for name, page in _CITATION.findall(text)}


def foreign_to_handbooks(corpus: Path) -> list[str]:
    """Questions about other documents, which the handbooks do not answer."""
    return json.loads((corpus / "qa" / "dev" / "shareholder-letters" / "qa_samples2.json").read_text())["question"]


if __name__ == "__main__":
    print(table(run(Path(sys.argv[1]), Path("samples"), "--quick" in sys.argv)))
