"""Clips of audio and video with known sound, made by the wave module and by PyAV."""

import io
import math
import wave
from array import array
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import av
import numpy

TONE = 440.0


def sound(seconds: float, tones: Iterable[tuple[float, float]] = (), rate: int = 16_000, channels: int = 1) -> Any:
    """Samples: silence, but for a tone from each start to each end, in seconds."""
    samples = numpy.zeros((round(seconds * rate), channels), dtype=numpy.int16)
    for start, end in tones:
        first, last = round(start * rate), round(end * rate)
        at = numpy.arange(first, last) / rate
        # A tone that rises: every moment of it is unlike every other.
        wave_of = numpy.sin(2 * math.pi * (TONE + 200 * (at - start)) * at)
        samples[first:last] = (wave_of * 20_000).astype(numpy.int16)[:, None]
    return samples


def wav(samples: Any, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(samples.shape[1])
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(array("h", samples.flatten().tolist()).tobytes())
    return file.getvalue()


def encoded(samples: Any, codec: str, file_format: str, rate: int = 16_000, **options: str) -> bytes:
    """The same sound by another codec, such as libmp3lame in mp3."""
    file = io.BytesIO()
    with av.open(file, "w", format=file_format) as target:
        layout = "stereo" if samples.shape[1] == 2 else "mono"
        stream: Any = target.add_stream(codec, rate=rate, layout=layout)
        stream.options = options
        _encode_sound(target, stream, samples, rate, layout)
    return file.getvalue()


def video(
    seconds: float,
    samples: Any = None,
    rate: int = 16_000,
    fps: Fraction = Fraction(25),
    codec: str = "libx264",
    file_format: str = "mp4",
    skipped: Sequence[int] = (),
) -> bytes:
    """Frames whose brightness is their number, with sound if there are samples. `skipped` frames are left out."""
    file = io.BytesIO()
    with av.open(file, "w", format=file_format) as target:
        image: Any = target.add_stream(codec, rate=fps)
        image.width, image.height, image.pix_fmt = 64, 48, "yuv420p"
        heard: Any = None
        layout = "mono" if samples is None or samples.shape[1] == 1 else "stereo"
        if samples is not None:
            heard = target.add_stream("aac", rate=rate, layout=layout)
        for number in range(round(seconds * fps)):
            if number in skipped:
                continue
            grey = numpy.full((48, 64, 3), number * 3 % 256, dtype=numpy.uint8)
            frame: Any = av.VideoFrame.from_ndarray(grey, "rgb24")
            frame.pts, frame.time_base = number, 1 / fps
            target.mux(image.encode(frame))
        target.mux(image.encode(None))
        if heard:
            _encode_sound(target, heard, samples, rate, layout)
    return file.getvalue()


def _encode_sound(target: Any, stream: Any, samples: Any, rate: int, layout: str) -> None:
    resampler = av.AudioResampler(stream.codec_context.format or "s16", layout, stream.rate, 1024)
    for start in range(0, len(samples), 1024):
        block = numpy.ascontiguousarray(samples[start : start + 1024].reshape(1, -1))
        frame: Any = av.AudioFrame.from_ndarray(block, "s16", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        for part in resampler.resample(frame):
            target.mux(stream.encode(part))
    for part in resampler.resample(None):
        target.mux(stream.encode(part))
    target.mux(stream.encode(None))
