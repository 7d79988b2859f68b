"""Clips with sound at known times, and the peaks of it, as the labeling capability prepares them."""

import io
import math
import wave
from array import array
from collections.abc import Sequence
from typing import Any

LEVELS = (10, 100, 1000)


def tones(seconds: float, segments: Sequence[tuple[float, float]], rate: int = 16_000) -> array[int]:
    """Silence, and in each segment a tone of its own."""
    samples = array("h", bytes(2 * round(seconds * rate)))
    for number, (start, end) in enumerate(segments):
        step = 2 * math.pi * (300 + 200 * number) / rate
        for index in range(round(start * rate), round(end * rate)):
            samples[index] = round(16_000 * math.sin(step * index))
    return samples


def wav(samples: array[int], rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def peaks(samples: array[int], per_second: int, rate: int = 16_000) -> bytes:
    """Two signed bytes for each point, the least and the greatest."""
    step = rate // per_second
    found = array("b")
    for first in range(0, len(samples), step):
        part = samples[first : first + step]
        found.extend((min(part) >> 8, max(part) >> 8))
    return found.tobytes()


def mp4(seconds: int, rate: int = 25) -> bytes:
    """H.264 with the number of the frame in its brightness, and silence."""
    import av
    import numpy as np

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.options = {"g": "12"}
        for number in range(seconds * rate):
            picture = np.full((120, 160, 3), (number * 4) % 256, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()
