"""The numbers of an index's vectors: one memory-mapped file of float32 rows, found by slot.

Vectors are kept as they were put, because GetVectors returns them.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_GROWTH = 1024  # rows
_AT_ONCE = 8192  # rows that are compared at once
_DENSE = 6  # times as many rows are compared as are wanted, rather than that the wanted ones are copied

type Vectors = NDArray[np.float32]
type Slots = NDArray[np.int64]


class VectorFile:
    def __init__(self, path: Path, dimension: int, used: Slots) -> None:
        """`used` are the slots of known vectors. All others are free."""
        self._path, self._dimension = path, dimension
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._capacity = os.fstat(self._file).st_size // (4 * dimension)
        self._free = np.ones(self._capacity, np.bool_)
        self._lengths = np.ones(self._capacity, np.float32)
        self._grow(int(used.max()) + 1 if used.size else 0)
        self._free[used] = False
        for start in range(0, self._capacity, _AT_ONCE):
            self._measure(slice(start, start + _AT_ONCE))

    def take(self, vectors: Vectors) -> list[int]:
        """Writes vectors to free slots."""
        missing = len(vectors) - int(np.count_nonzero(self._free))
        if missing > 0:
            self._grow(self._capacity + missing)
        slots = [int(slot) for slot in np.flatnonzero(self._free)[: len(vectors)]]
        row_bytes = 4 * self._dimension
        for slot, vector in zip(slots, vectors, strict=True):
            os.pwrite(self._file, vector.tobytes(), slot * row_bytes)
        self._free[slots] = False
        self._lengths[slots] = np.linalg.norm(vectors, axis=1)
        return slots

    def release(self, slots: Sequence[int]) -> None:
        self._free[list(slots)] = True

    def rows(self, slots: Sequence[int]) -> Vectors:
        return np.array(self._vectors[list(slots)])

    def distances(self, slots: Slots, vector: Vectors, metric: str) -> Vectors:
        """The cosine or Euclidean distance of each row to a vector."""
        parts = [slots[start : start + _AT_ONCE] for start in range(0, len(slots), _AT_ONCE)]
        return np.concatenate([self._some(part, vector, metric) for part in parts] or [np.zeros(0, np.float32)])

    def close(self) -> None:
        os.close(self._file)

    def _some(self, slots: Slots, vector: Vectors, metric: str) -> Vectors:
        first, after = int(slots[0]), int(slots[-1]) + 1
        if after - first > _DENSE * len(slots):
            return self._compared(self._vectors[slots], self._lengths[slots], vector, metric)
        # Rows that lie close together are read where they are: a copy of them takes longer than to compare all.
        part = slice(first, after)
        return self._compared(self._vectors[part], self._lengths[part], vector, metric)[slots - first]

    @staticmethod
    def _compared(rows: Vectors, lengths: Vectors, vector: Vectors, metric: str) -> Vectors:
        if metric == "euclidean":
            distances: Vectors = np.linalg.norm(rows - vector, axis=1).astype(np.float32, copy=False)
            return distances
        return np.maximum(1 - rows @ (vector / np.linalg.norm(vector)) / lengths, 0)

    def _measure(self, part: slice) -> None:
        lengths = np.linalg.norm(self._vectors[part], axis=1)
        self._lengths[part] = np.where(lengths > 0, lengths, 1)

    def _grow(self, rows: int) -> None:
        if rows > self._capacity or self._capacity == 0:
            new = max(rows, self._capacity * 5 // 4) + _GROWTH - self._capacity
            self._capacity += new
            os.ftruncate(self._file, 4 * self._capacity * self._dimension)
            self._free = np.concatenate([self._free, np.ones(new, np.bool_)])
            self._lengths = np.concatenate([self._lengths, np.ones(new, np.float32)])
        self._vectors: Vectors = np.memmap(self._path, np.float32, "r", shape=(self._capacity, self._dimension))
