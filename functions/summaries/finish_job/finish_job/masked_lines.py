"""The masked replies of a job, found by their record ids.

They come in any order. They are written to a file, and only the place of each is kept in memory: some 100 bytes for a
record, however long its summary is.
"""

import json
import tempfile
from collections.abc import Iterable
from typing import Any, Self


class MaskedLines:
    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._places: dict[str, int] = {}
        self._read: set[str] = set()

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile()
        end = 0
        for line in self._lines:
            if not line.strip():
                continue
            self._places.setdefault(json.loads(line)["record_id"], end)
            end += self._file.write(line.rstrip(b"\n") + b"\n")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def of(self, record_id: str) -> dict[str, Any] | None:
        """The reply of one record; the first of several."""
        if (place := self._places.get(record_id)) is None:
            return None
        self._read.add(record_id)
        self._file.seek(place)
        return json.loads(self._file.readline())

    @property
    def left(self) -> int:
        """How many belong to no record that was asked for."""
        return len(self._places) - len(self._read)
