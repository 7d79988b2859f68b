"""Peaks: the least and the greatest sample of each moment, at several zoom levels.

A level is a file of signed bytes: for each point and each channel the least and the greatest value. Points are exact:
point i of a level with n points a second covers the samples of [i / n, (i + 1) / n) seconds.
"""

from pathlib import Path
from typing import Any, BinaryIO

import numpy

LEVELS = (10, 100, 1000)  # points a second


class PeakFiles:
    """Takes sound second by second. `levels` are the numbers of points then; `loudness` that of each 10 ms."""

    def __init__(self, folder: str, rate: int) -> None:
        self._rate = rate
        self._paths = {level: Path(folder, f"peaks-{level}") for level in LEVELS}
        self._files: dict[int, BinaryIO] = {}
        self.levels: dict[int, int] = dict.fromkeys(LEVELS, 0)
        self._loudness: list[Any] = []

    def __enter__(self) -> "PeakFiles":
        self._files = {level: path.open("wb") for level, path in self._paths.items()}
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def path(self, level: int) -> str:
        return str(self._paths[level])

    def add(self, second: Any) -> None:
        """Samples of one second, or of what is left at the end."""
        for level, file in self._files.items():
            edges = numpy.arange(level + 1) * self._rate // level
            starts = edges[:-1][edges[:-1] < len(second)]
            least = numpy.minimum.reduceat(second, starts, axis=0)
            greatest = numpy.maximum.reduceat(second, starts, axis=0)
            points = numpy.stack([_floor(least), _ceiling(greatest)], axis=-1)
            file.write(points.astype(numpy.int8).tobytes())
            self.levels[level] += len(points)
            if level == 100:
                self._loudness.append(numpy.maximum(greatest, -least.astype(numpy.int32)).max(axis=1))

    @property
    def loudness(self) -> Any:
        """The greatest amplitude of each 10 ms, of 32,768."""
        return numpy.concatenate(self._loudness) if self._loudness else numpy.zeros(0)


def _floor(values: Any) -> Any:
    return values.astype(numpy.int32) >> 8


def _ceiling(values: Any) -> Any:
    return numpy.minimum((values.astype(numpy.int32) + 255) >> 8, 127)
