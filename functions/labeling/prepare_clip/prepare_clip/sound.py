"""The sound of a file as samples, each at its time: gaps are silence, and what overlaps is left out."""

from collections.abc import Iterator
from typing import Any

import numpy
from av import AudioResampler
from av.container import InputContainer

from docent.errors.labeling import UnreadableClipError

from .opened_media import beginning_of, packets_of

type Samples = Any  # an array of int16, a row for each sample and a column for each channel
# Frames that are this much off their place are moved there; timestamps are often rounded to milliseconds.
TOLERANCE = 0.05  # seconds
MOST_SECONDS = 8 * 3600


def samples_of(container: InputContainer, rate: int, channels: int) -> Iterator[Samples]:
    """Blocks of samples from the time 0 of a player on. Raises UnreadableClipError if it is too long."""
    stream, begin = container.streams.audio[0], beginning_of(container)
    layout = "stereo" if channels == 2 else "mono"
    resampler, placed = AudioResampler("s16", layout, rate), _Placed(rate, channels)
    for frame in packets_of(container, stream):
        wanted = round((frame.pts * frame.time_base - begin) * rate) if frame.pts is not None else None
        frame.pts = None
        if wanted is not None and placed.is_off(wanted):
            yield from placed.blocks(resampler.resample(None))
            yield from placed.gap_before(wanted)
            resampler = AudioResampler("s16", layout, rate)
        placed.came(frame.samples / frame.sample_rate)
        yield from placed.blocks(resampler.resample(frame))
    yield from placed.blocks(resampler.resample(None))


class _Placed:
    """How many samples were given, and how many the frames until now amount to."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate, self._channels = rate, channels
        self._given, self._heard, self._skip = 0, 0.0, 0

    def came(self, seconds: float) -> None:
        self._heard += seconds * self._rate
        if self._heard > MOST_SECONDS * self._rate:
            raise UnreadableClipError(f"The clip is longer than {MOST_SECONDS // 3600} hours.")

    def is_off(self, wanted: int) -> bool:
        return abs(wanted - self._heard) > TOLERANCE * self._rate

    def gap_before(self, wanted: int) -> Iterator[Samples]:
        """Silence up to `wanted`; what comes too early is left out instead."""
        self._skip = max(0, self._given - wanted)
        silent = wanted - self._given
        if silent > MOST_SECONDS * self._rate:
            raise UnreadableClipError(f"The clip is longer than {MOST_SECONDS // 3600} hours.")
        while silent > 0:
            some = min(silent, self._rate)
            self._given += some
            silent -= some
            yield numpy.zeros((some, self._channels), dtype=numpy.int16)
        self._heard = float(wanted)

    def blocks(self, frames: list[Any]) -> Iterator[Samples]:
        for frame in frames:
            block = frame.to_ndarray().reshape(-1, self._channels)
            left_out = min(self._skip, len(block))
            self._skip -= left_out
            block = block[left_out:]
            self._given += len(block)
            if len(block):
                yield block


def whole_seconds(blocks: Iterator[Samples], rate: int) -> Iterator[Samples]:
    """The same samples, a second in each block; the last one is shorter."""
    kept: list[Samples] = []
    count = 0
    for block in blocks:
        kept.append(block)
        count += len(block)
        if count >= rate:
            joined = numpy.concatenate(kept)
            whole = count // rate * rate
            for start in range(0, whole, rate):
                yield joined[start : start + rate]
            kept, count = [joined[whole:]], count - whole
    if count:
        yield numpy.concatenate(kept)
