"""The vectors of an index: one memory-mapped file of float32 rows, found by slot."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local.kendra.embedding import DIMENSIONS, Vectors
from local.models import chosen

# A line through the similarities of the multilingual model: it turns the least, the median and the best ones among
# study regulations into those of MiniLM, for which all thresholds are set.
_FACTOR, _SHIFT = 4.44, -3.37
_MADE_BY, _UNFINISHED = "models", "vectors-unfinished"  # files beside the vectors
_ROW_BYTES = DIMENSIONS * 4
_GROWTH = 4096  # rows


class VectorFile:
    """Written by one thread. Arrays returned by `rows` stay valid while the file grows."""

    def __init__(self, folder: Path, used: NDArray[np.int64]) -> None:
        """`used` are the slots that the search index refers to. All others are free.

        `missing` are used slots without a vector, because the models were changed since it was made.
        """
        self._path = folder / "vectors"
        self._unfinished = folder / _UNFINISHED
        if _models_of(folder) != chosen.models():  # the vectors of one model mean nothing to another
            self._path.unlink(missing_ok=True)
            self._unfinished.touch()
            (folder / _MADE_BY).write_text(chosen.models())
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._capacity = os.fstat(self._file).st_size // _ROW_BYTES
        self._grow(int(used.max()) + 1 if used.size else 0)
        self.live = np.zeros(self._capacity, np.bool_)
        self.live[used] = True
        self.missing: list[int] = []
        if self._unfinished.exists():
            self._still_missing([int(slot) for slot in used[~self._rows[used].any(axis=1)]])

    def rows(self) -> Vectors:
        """All rows by slot. Only those in `live` are valid."""
        return self._rows

    def add(self, vectors: Vectors) -> list[int]:
        """Writes rows to free slots. Running searches hold the previous `live` and do not see them."""
        free = np.flatnonzero(~self.live)[: len(vectors)]
        if len(free) < len(vectors):
            self._grow(self._capacity + len(vectors))
            free = np.flatnonzero(~self.live)[: len(vectors)]
        slots = [int(slot) for slot in free]
        self._write(slots, vectors)
        self._set_live(slots, True)
        return slots

    def fill(self, slots: Sequence[int], vectors: Vectors) -> None:
        """Writes vectors that were missing."""
        self._write(slots, vectors)
        filled = set(slots)
        self._still_missing([slot for slot in self.missing if slot not in filled])

    def erase(self, slots: Sequence[int]) -> None:
        for slot in slots:
            os.pwrite(self._file, bytes(_ROW_BYTES), slot * _ROW_BYTES)
        self._set_live(slots, False)
        if self.missing:
            gone = set(slots)
            self._still_missing([slot for slot in self.missing if slot not in gone])

    def close(self) -> None:
        os.close(self._file)

    def _still_missing(self, slots: list[int]) -> None:
        self.missing = slots
        if not slots:
            self._unfinished.unlink(missing_ok=True)

    def _write(self, slots: Sequence[int], vectors: Vectors) -> None:
        for slot, vector in zip(slots, vectors, strict=True):
            os.pwrite(self._file, vector.astype(np.float32).tobytes(), slot * _ROW_BYTES)

    def _set_live(self, slots: Sequence[int], value: bool) -> None:
        # A new array, because running searches hold the old one.
        live = self.live.copy()
        live[list(slots)] = value
        self.live = live

    def _grow(self, rows: int) -> None:
        if rows > self._capacity or self._capacity == 0:
            self._capacity = max(rows, self._capacity * 5 // 4) + _GROWTH
            os.ftruncate(self._file, self._capacity * _ROW_BYTES)
            if hasattr(self, "live"):
                self.live = np.concatenate([self.live, np.zeros(self._capacity - len(self.live), np.bool_)])
        self._rows: Vectors = np.memmap(self._path, np.float32, "r", shape=(self._capacity, DIMENSIONS))


def similarities(rows: Vectors, question: Vectors) -> Vectors:
    """How near passages are to a question in meaning: about 0 if they have nothing to do with it, at most about 1."""
    cosines = rows @ question
    return np.maximum(cosines * np.float32(_FACTOR) + np.float32(_SHIFT), 0) if chosen.are_better() else cosines


def lack_vectors(folder: Path) -> bool:
    """Whether passages of the index in a folder have no vectors of the models of today."""
    return folder.is_dir() and (_models_of(folder) != chosen.models() or (folder / _UNFINISHED).exists())


def _models_of(folder: Path) -> str:
    file = folder / _MADE_BY
    return file.read_text() if file.exists() else "standard"
