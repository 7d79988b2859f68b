"""How often and how fast the right page is found by words, by meaning and by both.

Recall: the share of the corpus's questions for which a page they cite is among the first 1 or 5 pages found. The
documents are invented company handbooks, two of which are nearly the same, so often several pages answer.

python -m benchmarks.search CORPUS [--quick]
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from local.kendra import passages, results
from local.kendra.embedding import DIMENSIONS
from local.kendra.filters import access_query
from local.kendra.index import Entry, Question, SearchIndex, words_of
from local.kendra.passages import Passage
from local.kendra.worker import Worker

METHODS = {"words": "BM25", "meaning": "vectors", "hybrid": "both"}
_CITATION = re.compile(r"\[([^\[\]]+?)#page=(\d+)\]")
_SECONDS = 120.0

type Page = tuple[str, int]


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{questions, recall: {method: {at_1, at_5}}, confidence: {bucket: {own, foreign}}, indexing, speed}`"""
    del samples
    with closing(Worker()) as worker, _new_index() as index:
        asked = corpus / "qa" / "dev"
        questions = questions_of(corpus)
        foreign = json.loads((asked / "shareholder-letters" / "qa_samples2.json").read_text())["question"]
        limit = 12 if quick else None
        cited = {name for _, pages in questions for name, _ in pages}
        documents = sorted((corpus / "qa" / "both" / "contoso" / "docs").glob("*.pdf"))
        read = 0
        started = time.perf_counter()
        for number, path in enumerate(documents, 1):
            if not quick or path.name in cited:
                entry = _read(worker, number, path)
                index.change([entry], [])
                read += len(entry.passages)
        seconds = time.perf_counter() - started
        return {
            **_recall(worker, index, questions[:limit]),
            "confidence": _confidence(worker, index, [text for text, _ in questions[:limit]], foreign[:limit]),
            "indexing": {
                "passages": read,
                "seconds": round(seconds, 1),
                "per_second": round(read / seconds, 1),
            },
            "speed": {count: _speed(worker, count) for count in ([2_000] if quick else [10_000, 100_000])},
        }


def table(results: dict[str, Any]) -> str:
    lines = [f"| {results['questions']} questions | BM25 | vectors | both |", "|---|---|---|---|"]
    for key, name in (("at_1", "right page first"), ("at_5", "right page among five")):
        shares = (f"{results['recall'][method][key]:.0%}" for method in METHODS)
        lines.append(f"| {name} | {' | '.join(shares)} |")
    lines += ["", "| confidence of the first passage | answerable | foreign |", "|---|---|---|"]
    for bucket, tally in results["confidence"].items():
        lines.append(f"| {bucket} | {tally['own']} | {tally['foreign']} |")
    lines += [
        "",
        "| passages | open | words p50/p95 | both p50/p95 | both, one user's p50/p95 |",
        "|---|---|---|---|---|",
    ]
    for count, speed in results["speed"].items():
        cells = (f"{speed[key][0]:.1f} / {speed[key][1]:.1f} ms" for key in ("words", "hybrid", "restricted"))
        lines.append(f"| {int(count):,} | {speed['open_ms']:.0f} ms | {' | '.join(cells)} |")
    indexing = results["indexing"]
    lines += [
        "",
        f"Reading, embedding and indexing: {indexing['per_second']} passages a second in one worker.",
    ]
    return "\n".join(lines)


def _recall(worker: Worker, index: SearchIndex, questions: list[tuple[str, set[Page]]]) -> dict[str, Any]:
    vectors = worker.call(_SECONDS, passages.embed, [text for text, _ in questions])
    ranks: dict[str, list[int]] = {method: [] for method in METHODS}
    for (text, cited), vector in zip(questions, vectors, strict=True):
        question = Question(tuple(words_of(results.truncated(text))), vector)
        for method in METHODS:
            hits = index.search(question, None, method)
            pages = list(dict.fromkeys((hit.document_id, hit.page) for hit in hits))
            ranks[method].append(next((rank for rank, page in enumerate(pages, 1) if page in cited), 1000))
    recall = {
        method: {f"at_{k}": round(sum(rank <= k for rank in found) / len(questions), 3) for k in (1, 5)}
        for method, found in ranks.items()
    }
    return {"questions": len(questions), "recall": recall}


def _confidence(worker: Worker, index: SearchIndex, own: list[str], foreign: list[str]) -> dict[str, dict[str, int]]:
    """The number of first passages in each bucket, for questions that the documents answer and others."""
    tallies = {bucket: {"own": 0, "foreign": 0} for bucket in ("VERY_HIGH", "HIGH", "MEDIUM", "LOW")}
    for kind, questions in (("own", own), ("foreign", foreign)):
        vectors = worker.call(_SECONDS, passages.embed, questions)
        for text, vector in zip(questions, vectors, strict=True):
            hits = index.search(Question(tuple(words_of(results.truncated(text))), vector), None)
            bucket = results.confidence(hits[0], text) if hits else "LOW"
            tallies[bucket][kind] += 1
    return tallies


def _speed(worker: Worker, count: int) -> dict[str, Any]:
    """Milliseconds (p50, p95) of 100 searches among invented passages, including the question's vector."""
    chance = np.random.default_rng(1)
    vocabulary = [f"{part}{number}" for part in ("vertrag", "notice", "period", "kosten") for number in range(5_000)]
    frequencies = 1 / np.arange(1, len(vocabulary) + 1)
    frequencies /= frequencies.sum()
    with tempfile.TemporaryDirectory() as folder:
        with closing(SearchIndex(Path(folder))) as index:
            for start in range(0, count, 10_000):
                index.change(_made_up(chance, vocabulary, frequencies, start, min(10_000, count - start)), [])
        started = time.perf_counter()
        index = SearchIndex(Path(folder))
        opened = time.perf_counter() - started
        measured: dict[str, list[float]] = {"words": [], "hybrid": [], "restricted": []}
        user = {"UserId": "user3", "Groups": ["staff"]}
        for _ in range(100):
            text = " ".join(chance.choice(vocabulary, 8, p=frequencies))
            for name, times in measured.items():
                started = time.perf_counter()
                vector = None if name == "words" else worker.call(_SECONDS, passages.embed, [text])[0]
                question = Question(tuple(words_of(text)), vector)
                restriction = access_query(index.tantivy, user, "") if name == "restricted" else None
                index.search(question, restriction, "words" if name == "words" else "hybrid")
                times.append((time.perf_counter() - started) * 1000)
        index.close()
    return {"open_ms": round(opened * 1000, 1)} | {
        name: [round(float(np.percentile(times, share)), 1) for share in (50, 95)] for name, times in measured.items()
    }


def _made_up(
    chance: np.random.Generator, vocabulary: list[str], frequencies: Any, start: int, count: int
) -> Iterator[Entry]:
    """Documents of ten passages of 100 words; every tenth document is readable by one user only."""
    for number in range(start // 10 + 1, (start + count) // 10 + 1):
        vectors = chance.normal(size=(10, DIMENSIONS)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        words = chance.choice(vocabulary, (10, 100), p=frequencies)
        found = [Passage(" ".join(row), page) for page, row in enumerate(words, 1)]
        access = [{"Access": "ALLOW", "Type": "USER", "Name": f"user{number % 10}"}]
        yield Entry(number, f"document-{number}", f"Document {number}", [], access, found, vectors)


def _read(worker: Worker, number: int, path: Path) -> Entry:
    found, _ = worker.call(_SECONDS, passages.read_passages, str(path), "PDF")
    texts = [passage.text for passage in found]
    parts = [worker.call(_SECONDS, passages.embed, texts[start : start + 32]) for start in range(0, len(texts), 32)]
    return Entry(number, path.name, path.stem, [], [], found, np.concatenate(parts))


def questions_of(corpus: Path) -> list[tuple[str, set[Page]]]:
    """The corpus's questions with the pages that their answers cite."""
    truths = corpus / "qa" / "dev" / "contoso" / "ground_truth_dev.jsonl"
    rows = [json.loads(line) for line in truths.read_text().splitlines()]
    return [(row["question"], {(name, int(page)) for name, page in _CITATION.findall(row["truth"])}) for row in rows]


@contextmanager
def _new_index() -> Iterator[SearchIndex]:
    with tempfile.TemporaryDirectory() as folder, closing(SearchIndex(Path(folder))) as index:
        yield index


if __name__ == "__main__":
    print(table(run(Path(sys.argv[1]), Path("samples"), "--quick" in sys.argv)))
