"""The vectors of an index: one memory-mapped file of float32 rows, found by slot.

Among many rows, those with nearly the same signs as a question's vector are compared with it in full. The signs of a
row fit in 48 bytes instead of 1,536, and counting those that differ takes a few instructions.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local.kendra.embedding import DIMENSIONS, Vectors
from local.models import chosen

FEW = 4_000  # rows that are all compared in full: more are faster by their signs first
PRESELECTED = 2_000  # of many rows; 98 of 100 of the five nearest were among the first 2 %
_MADE_BY, _UNFINISHED = "models", "vectors-unfinished"  # files beside the vectors
_ROW_BYTES = DIMENSIONS * 4
_GROWTH = 4096  # rows
_WORDS = DIMENSIONS // 64  # 64 signs each
_AT_ONCE = 8192  # rows whose signs are read at once

type Slots = NDArray[np.int64]
type Signs = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The vectors at one point in time. Only rows that are `live` are valid."""

    vectors: Vectors
    live: NDArray[np.bool_]
    signs: Signs = field(repr=False)

    @property
    def count(self) -> int:
        return int(np.count_nonzero(self.live))

    def nearest(self, vector: Vectors) -> Slots:
        """Slots of the rows that can be the nearest: all, or at least PRESELECTED if there are many."""
        if self.count <= FEW:
            return np.flatnonzero(self.live)
        different = np.zeros(len(self.live), np.uint16)
        for mine, others in zip(_signs(vector[None]), self.signs, strict=True):
            different += np.bitwise_count(others ^ mine)
        different[~self.live] = DIMENSIONS + 1
        most = int(np.cumsum(np.bincount(different)).searchsorted(PRESELECTED))
        return np.flatnonzero(different <= min(most, DIMENSIONS))

    def cosines(self, slots: Slots, vector: Vectors) -> Vectors:
        return self.vectors[slots] @ vector


class VectorFile:
    """Written by one thread. Arrays returned by `rows` stay valid while the file grows."""

    def __init__(self, folder: Path, used: Slots) -> None:
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
        self._live = np.zeros(self._capacity, np.bool_)
        self._signs = np.zeros((_WORDS, self._capacity), np.uint64)
        self._grow(int(used.max()) + 1 if used.size else 0)
        self._live[used] = True
        for start in range(0, int(used.max()) + 1 if used.size else 0, _AT_ONCE):
            self._signs[:, start : start + _AT_ONCE] = _signs(self._vectors[start : start + _AT_ONCE])
        self.missing: list[int] = []
        if self._unfinished.exists():
            self._still_missing([int(slot) for slot in used[~self._vectors[used].any(axis=1)]])

    def rows(self) -> Rows:
        return Rows(self._vectors, self._live, self._signs)

    def add(self, vectors: Vectors) -> list[int]:
        """Writes rows to free slots. Running searches hold the previous `live` and do not see them."""
        free = np.flatnonzero(~self._live)[: len(vectors)]
        if len(free) < len(vectors):
            self._grow(self._capacity + len(vectors))
            free = np.flatnonzero(~self._live)[: len(vectors)]
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
        self._signs[:, slots] = _signs(vectors)

    def _set_live(self, slots: Sequence[int], value: bool) -> None:
        # A new array, because running searches hold the old one.
        live = self._live.copy()
        live[list(slots)] = value
        self._live = live

    def _grow(self, rows: int) -> None:
        if rows > self._capacity or self._capacity == 0:
            new = max(rows, self._capacity * 5 // 4) + _GROWTH - self._capacity
            self._capacity += new
            os.ftruncate(self._file, self._capacity * _ROW_BYTES)
            self._live = np.concatenate([self._live, np.zeros(new, np.bool_)])
            self._signs = np.concatenate([self._signs, np.zeros((_WORDS, new), np.uint64)], axis=1)
        self._vectors: Vectors = np.memmap(self._path, np.float32, "r", shape=(self._capacity, DIMENSIONS))


def _signs(vectors: Vectors) -> Signs:
    """Shape (6, rows): the signs of each vector's numbers, 64 in one."""
    packed = np.packbits(vectors > 0, axis=1).reshape(len(vectors), _WORDS * 8)
    return np.ascontiguousarray(packed.view(np.uint64).T)


def lack_vectors(folder: Path) -> bool:
    """Whether passages of the index in a folder have no vectors of the models of today."""
    return folder.is_dir() and (_models_of(folder) != chosen.models() or (folder / _UNFINISHED).exists())


def _models_of(folder: Path) -> str:
    file = folder / _MADE_BY
    return file.read_text() if file.exists() else "standard"
