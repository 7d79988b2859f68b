"""The vectors of an index: one memory-mapped file of float32 rows, found by slot."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local.kendra.embedding import DIMENSIONS, Vectors

_ROW_BYTES = DIMENSIONS * 4
_GROWTH = 4096  # rows


class VectorFile:
    """Written by one thread. Arrays returned by `rows` stay valid while the file grows."""

    def __init__(self, path: Path, used: NDArray[np.int64]) -> None:
        """`used` are the slots that the search index refers to. All others are free."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._capacity = os.fstat(self._file).st_size // _ROW_BYTES
        self._path = path
        self._grow(int(used.max()) + 1 if used.size else 0)
        self.live = np.zeros(self._capacity, np.bool_)
        self.live[used] = True

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
        for slot, vector in zip(slots, vectors, strict=True):
            os.pwrite(self._file, vector.astype(np.float32).tobytes(), slot * _ROW_BYTES)
        self._set_live(slots, True)
        return slots

    def erase(self, slots: Sequence[int]) -> None:
        for slot in slots:
            os.pwrite(self._file, bytes(_ROW_BYTES), slot * _ROW_BYTES)
        self._set_live(slots, False)

    def close(self) -> None:
        os.close(self._file)

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
