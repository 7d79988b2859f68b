"""One vector index: its vectors, filters and texts, and the searches in them.

A put or deleted vector is read back by its key at once. Queries see it when its change is due, which is at once too
unless a fault delays it: AWS does not document how soon that is.
"""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from local.s3vectors.filters import Postings
from local.s3vectors.metadata import filterable
from local.s3vectors.store import IndexRecord, Record, Store
from local.s3vectors.texts import Texts
from local.s3vectors.vector_file import VectorFile, Vectors

_FUSION = 60  # the constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)
_CANDIDATES = 4  # times topK, of each ranking that is fused

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A vector, texts by metadata key, or both; `filter` has been checked."""

    most: int
    vector: Vectors | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    filter: Json | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """`distance` is None if the vector search did not find it, `fused` if only one search was made."""

    record: Record
    distance: float | None
    words: Mapping[str, float]
    fused: float | None


@dataclass(frozen=True, slots=True)
class _Change:
    due: float
    added: Sequence[Record]
    removed: Sequence[int]


class VectorIndex:
    """Many threads use it, one at a time."""

    def __init__(self, folder: Path, store: Store, record: IndexRecord) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.record = record
        self._store = store
        self._number = record.number
        settings = record.settings
        self.metric: str = settings["distanceMetric"]
        configuration = settings.get("metadataConfiguration", {})
        self.non_filterable: list[str] = configuration.get("nonFilterableMetadataKeys", [])
        languages = {
            each["metadataKey"]: each.get("language", "") for each in configuration.get("textSearchConfigurations", [])
        }
        self.searchable = frozenset(languages)
        self._lock = threading.RLock()
        self._changes: list[_Change] = []
        self._found = Postings()
        self._slots: set[int] = set()
        store.forget_retired(self._number)
        self._texts = Texts(folder / "texts", languages) if languages else None
        self._load()
        self._file = VectorFile(folder / "vectors", settings["dimension"], np.array(sorted(self._slots), np.int64))

    def put(self, vectors: Mapping[str, tuple[Vectors, Json]], due: float) -> None:
        """Vectors and metadata by key. Queries find them at the time `due`."""
        with self._lock:
            slots = self._file.take(np.stack([vector for vector, _ in vectors.values()]))
            records = [
                Record(slot, key, metadata) for slot, (key, (_, metadata)) in zip(slots, vectors.items(), strict=True)
            ]
            self._changes.append(_Change(due, records, self._store.put(self._number, records)))
            self._apply()

    def delete(self, keys: Sequence[str], due: float) -> None:
        with self._lock:
            self._changes.append(_Change(due, (), self._store.retire(self._number, keys)))
            self._apply()

    def get(self, keys: Sequence[str]) -> list[Record]:
        """Those that exist, in the order of the keys."""
        found = {record.key: record for record in self._store.current(self._number, keys)}
        return [found[key] for key in dict.fromkeys(keys) if key in found]

    def after(self, key: str, most: int) -> list[Record]:
        return self._store.after(self._number, key, most)

    def numbers(self, records: Sequence[Record]) -> Vectors:
        with self._lock:
            return self._file.rows([record.slot for record in records])

    def query(self, question: Question) -> list[Hit]:
        """The best vectors that the filter allows, best first."""
        with self._lock:
            self._apply()
            among = None if question.filter is None else self._found.matching(question.filter)
            near: dict[int, float] = {}
            depth = question.most * _CANDIDATES if question.texts else question.most
            if question.vector is not None:
                near = self._nearest(question.vector, among, depth)
            words = self._by_words(question.texts, among, depth)
            order, fused = list(near), {}
            if question.texts:
                best = sorted(words, key=lambda slot: (-sum(words[slot].values()), slot))
                order = best
                if question.vector is not None:
                    fused = _fused(list(near), best)
                    order = sorted(fused, key=lambda slot: (-fused[slot], slot))
            chosen = order[: question.most]
            records = self._store.at(self._number, chosen)
            return [Hit(records[slot], near.get(slot), words.get(slot, {}), fused.get(slot)) for slot in chosen]

    def close(self) -> None:
        with self._lock:
            if self._texts:
                self._texts.close()
            self._file.close()

    def _nearest(self, vector: Vectors, among: Collection[int] | None, most: int) -> dict[int, float]:
        """Distances by slot, the nearest first."""
        slots = np.array(sorted(self._slots if among is None else among), np.int64)
        distances = self._file.distances(slots, vector, self.metric)
        if len(slots) > most:
            best = np.argpartition(distances, most)[:most]
            slots, distances = slots[best], distances[best]
        order = np.lexsort((slots, distances))
        return dict(zip(slots[order].tolist(), distances[order].tolist(), strict=True))

    def _by_words(
        self, texts: Mapping[str, str], among: Collection[int] | None, most: int
    ) -> dict[int, dict[str, float]]:
        """BM25 scores by slot and metadata key."""
        assert self._texts or not texts
        found: dict[int, dict[str, float]] = {}
        for key, text in texts.items():
            assert self._texts
            for slot, score in self._texts.scores(key, text, among, most).items():
                found.setdefault(slot, {})[key] = score
        return found

    def _apply(self) -> None:
        """Make changes visible that are due, in their order: a later one is never seen before an earlier one."""
        while self._changes and self._changes[0].due <= time.time():
            change = self._changes.pop(0)
            removed = list(self._store.at(self._number, change.removed).values())
            if self._texts:
                self._texts.change(((each.slot, each.metadata) for each in change.added), change.removed)
            for record in removed:
                self._found.remove(record.slot, filterable(record.metadata, self.non_filterable))
            for record in change.added:
                self._found.add(record.slot, filterable(record.metadata, self.non_filterable))
            self._slots.difference_update(change.removed)
            self._slots.update(record.slot for record in change.added)
            self._store.forget(self._number, change.removed)
            self._file.release(change.removed)

    def _load(self) -> None:
        """After a start. If a crash came between the store and the texts, the store is right."""
        known = self._texts.slots() if self._texts else set()
        missing: list[Record] = []
        for record in self._store.all_current(self._number):
            self._found.add(record.slot, filterable(record.metadata, self.non_filterable))
            self._slots.add(record.slot)
            if record.slot not in known:
                missing.append(record)
        if self._texts and (missing or known - self._slots):
            self._texts.change(((each.slot, each.metadata) for each in missing), known - self._slots)


def _fused(*rankings: Sequence[int]) -> dict[int, float]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, slot in enumerate(ranking, 1):
            scores[slot] = scores.get(slot, 0.0) + 1 / (_FUSION + rank)
    return scores
