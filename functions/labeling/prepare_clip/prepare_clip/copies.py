"""The copy of a clip that is played: every byte of it has a place in time.

Sound becomes a WAV file of PCM samples, which has neither frames nor a delay: any player seeks in it exactly. Of a
video, H.264 and AAC are taken as they are into an MP4 with its index in front; everything else is converted to that.
"""

import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer

from docent.errors.labeling import UnreadableClipError

from .opened_media import beginning_of, opened, packets_of
from .peaks import PeakFiles
from .sound import samples_of, whole_seconds

# What is above 12 kHz tells nothing of speech, and makes the copy of an hour larger than it needs to be.
MOST_RATE = 24_000
LEAST_RATE = 4_000  # so that there is a sample for each point of the finest peaks
MOST_WIDTH = 1280
KEYFRAME_SECONDS = 2
MICROSECONDS = 1_000_000

# A conversion that is slower than the time that there is by so much, after so many seconds, will not be done.
LOOK_AFTER, SLOWER = 30.0, 1.25

type SecondsLeft = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Copy:
    """`media_type` is that of the file; `width` 0 has no image, `channels` 0 no sound. `sound` is the path of a video's
    sound as WAV, in one channel, from which the page draws."""

    path: str
    media_type: str
    duration_us: int
    channels: int
    sample_rate: int
    width: int = 0
    height: int = 0
    frame_rate: Fraction | None = None
    sound: str = ""


def sound_format(container: InputContainer) -> tuple[int, int]:
    """The sample rate and the channels of a copy. Raises UnreadableClipError if there is no sound."""
    if not container.streams.audio:
        raise UnreadableClipError("The file has no audio track.")
    stream = container.streams.audio[0]
    if not stream.rate or not stream.channels:
        raise UnreadableClipError("The file's audio track has no sample rate.")
    return max(LEAST_RATE, min(stream.rate, MOST_RATE)), min(stream.channels, 2)


def copy_sound(path: str, folder: str, peaks_of: Callable[[int], PeakFiles]) -> tuple[Copy, PeakFiles]:
    """A WAV file, and its peaks, made from the very samples that are in it."""
    target, count = str(Path(folder, "copy.wav")), 0
    with opened(path) as container:
        rate, channels = sound_format(container)
        with written_sound(target, rate, channels) as file, peaks_of(rate) as peaks:
            for second in whole_seconds(samples_of(container, rate, channels), rate):
                file.writeframesraw(second.tobytes())
                peaks.add(second)
                count += len(second)
    if not count:
        raise UnreadableClipError("The file has no sound that can be decoded.")
    return Copy(target, "audio/wav", round(Fraction(count * MICROSECONDS, rate)), channels, rate), peaks


@contextmanager
def written_sound(path: str, rate: int, channels: int) -> Iterator[wave.Wave_write]:
    """A WAV file of samples of 16 bit, as they are written."""
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        yield file


def copy_video(path: str, folder: str, seconds_left: SecondsLeft) -> Copy:
    """An MP4 file. Raises UnreadableClipError as soon as it is clear that converting it takes too long."""
    target = str(Path(folder, "copy.mp4"))
    with opened(path) as container:
        if not container.streams.video:
            raise UnreadableClipError("The file has no video track.")
        video = container.streams.video[0]
        sound = container.streams.audio[0] if container.streams.audio else None
        is_fit = video.codec_context.name == "h264" and video.codec_context.pix_fmt in ("yuv420p", "yuvj420p")
        is_fit = is_fit and (sound is None or sound.codec_context.name == "aac")
        with av.open(target, "w", format="mp4", options={"movflags": "+faststart"}) as output:
            if is_fit:
                _remux(container, output, [stream for stream in (video, sound) if stream], seconds_left)
            else:
                _convert(container, output, video, sound, seconds_left)
    return _described(target)


def _remux(container: InputContainer, output: OutputContainer, streams: list[Any], seconds_left: SecondsLeft) -> None:
    begin = beginning_of(container)
    targets = {stream.index: output.add_stream_from_template(stream) for stream in streams}
    for packet in container.demux(*streams):
        if packet.dts is None:
            continue
        _check(seconds_left)
        shift = round(begin / packet.time_base)
        packet.dts -= shift
        if packet.pts is not None:
            packet.pts -= shift
        packet.stream = targets[packet.stream.index]
        output.mux(packet)


def _convert(
    container: InputContainer, output: OutputContainer, video: Any, sound: Any, seconds_left: SecondsLeft
) -> None:
    begin = beginning_of(container)
    rate = video.average_rate or Fraction(25)
    image: Any = output.add_stream("libx264", rate=rate)
    width = min(video.width, MOST_WIDTH)
    image.width, image.height = width // 2 * 2, round(video.height * width / video.width) // 2 * 2
    image.pix_fmt, image.time_base = "yuv420p", Fraction(1, 90_000)
    image.codec_context.time_base = Fraction(1, 90_000)
    image.gop_size = max(1, round(KEYFRAME_SECONDS * rate))
    image.options = {"preset": "superfast", "crf": "24", "bf": "0"}
    heard: Any = output.add_stream("aac", rate=48_000, layout="stereo") if sound else None
    resampler = av.AudioResampler("fltp", "stereo", 48_000)
    streams = [stream for stream in (video, sound) if stream]
    pace = _Pace(container.duration, seconds_left)
    last = -1
    for frame in packets_of(container, streams):
        if frame.pts is None:
            continue
        at = frame.pts * frame.time_base - begin
        pace.check(float(at))
        if isinstance(frame, av.VideoFrame):
            frame = frame.reformat(image.width, image.height, "yuv420p")
            frame.time_base, frame.pts = Fraction(1, 90_000), max(last + 1, round(at * 90_000))
            last = frame.pts
            output.mux(image.encode(frame))
        else:
            frame.time_base, frame.pts = Fraction(1, frame.sample_rate), round(at * frame.sample_rate)
            for part in resampler.resample(frame):
                output.mux(heard.encode(part))
    output.mux(image.encode(None))
    if heard:
        for part in resampler.resample(None):
            output.mux(heard.encode(part))
        output.mux(heard.encode(None))


def _described(path: str) -> Copy:
    with opened(path) as container:
        if not container.streams.video or not container.duration:
            raise UnreadableClipError("The file has no image that can be decoded.")
        video = container.streams.video[0]
        sound = container.streams.audio[0] if container.streams.audio else None
        rate, channels = sound_format(container) if sound else (0, 0)
        duration = container.duration * MICROSECONDS // av.time_base
        steady = steady_rate(container, video)
    return Copy(path, "video/mp4", duration, channels, rate, video.width, video.height, steady)


def steady_rate(container: InputContainer, video: Any) -> Fraction | None:
    """The frame rate, if all frames follow each other at the same distance."""
    times = sorted(packet.pts for packet in container.demux(video) if packet.pts is not None)
    rate = video.average_rate
    if len(times) < 2 or not rate:
        return None
    step = 1 / (rate * video.time_base)
    is_steady = all(abs(at - times[0] - number * step) <= 1 for number, at in enumerate(times))
    return Fraction(rate) if is_steady else None


class _Pace:
    """How fast a conversion is. `duration` is the clip's, in microseconds, or None if nobody knows."""

    def __init__(self, duration: int | None, seconds_left: SecondsLeft) -> None:
        self._seconds = (duration or 0) / av.time_base
        self._left, self._given = seconds_left, seconds_left()

    def check(self, at: float) -> None:
        """`at` seconds of the clip are converted."""
        left = self._left()
        spent = self._given - left
        needed = spent * self._seconds / at if at > 0 else 0.0
        if left <= 0 or (spent > LOOK_AFTER and needed > self._given * SLOWER):
            minutes = max(round(needed / 60), round(self._given / 60))
            raise _too_long(f"Converting the clip takes about {minutes} minutes, and there are {self._given / 60:.0f}.")


def _check(seconds_left: SecondsLeft) -> None:
    if seconds_left() <= 0:
        raise _too_long("Copying the clip takes too long.")


def _too_long(what: str) -> UnreadableClipError:
    return UnreadableClipError(f"{what} Save it as MP4 with H.264 and AAC, or cut it into shorter clips.")
