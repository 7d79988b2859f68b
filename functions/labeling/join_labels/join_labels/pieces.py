"""Pieces of bytes as a file that is read once, from its beginning to its end."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, override

BUFFER = 1 << 20


def as_file(pieces: Iterator[bytes]) -> BinaryIO:
    """`read(size)` gives fewer bytes only at the end."""
    return io.BufferedReader(_Pieces(pieces), BUFFER)


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
