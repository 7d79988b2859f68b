"""How far a copy is from its original: measured in what is heard, and where nothing is heard, in their timestamps."""

from fractions import Fraction
from typing import Any

import numpy

from .opened_media import beginning_of, opened, packets_of
from .sound import samples_of

RATE = 8_000
SECONDS = 30
# A copy that is further off than this is none.
MOST = 2  # seconds


def measured_offset(original: str, copy: str) -> int:
    """Microseconds to add to a time of the copy to get that of the original."""
    one, other = _heard(original), _heard(copy)
    if one is not None and other is not None and one.any() and other.any():
        return _lag(one, other)
    return round((_first_frame(original) - _first_frame(copy)) * 1_000_000)


def _heard(path: str) -> Any:
    """The first half minute; None without sound."""
    with opened(path) as container:
        if not container.streams.audio:
            return None
        blocks, count = list[Any](), 0
        for block in samples_of(container, RATE, 1):
            blocks.append(block[:, 0])
            count += len(block)
            if count >= RATE * SECONDS:
                break
    return numpy.concatenate(blocks)[: RATE * SECONDS].astype(numpy.float64) if blocks else None


def _lag(one: Any, other: Any) -> int:
    """Where their cross-correlation is greatest. Both differ by less than a sample where that is at 0."""
    size = 1 << (len(one) + len(other)).bit_length()
    spectrum = numpy.fft.rfft(one, size) * numpy.conj(numpy.fft.rfft(other, size))
    correlation = numpy.fft.irfft(spectrum, size)
    most = min(MOST * RATE, size // 2)  # a short clip has no more places
    lags = numpy.concatenate([numpy.arange(0, most), numpy.arange(-most, 0)])
    best = int(lags[numpy.argmax(correlation[lags])])
    return best * 1_000_000 // RATE


def _first_frame(path: str) -> Fraction:
    with opened(path) as container:
        if not container.streams.video:
            return Fraction(0)
        first = next((frame for frame in packets_of(container, container.streams.video[0])), None)
        if first is None or first.pts is None:
            return Fraction(0)
        return first.pts * first.time_base - beginning_of(container)
