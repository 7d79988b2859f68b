"""Copies of clips: every sample is where it was, whatever the original is encoded with."""

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest

from docent.errors.labeling import UnreadableClipError
from prepare_clip.copies import copy_sound, copy_video
from prepare_clip.offsets import measured_offset
from prepare_clip.peaks import PeakFiles
from tests.support.clips import encoded, sound, video, wav

TONES = ((0.5, 1.0), (1.7, 2.25))
CODECS = {
    "wav": ("pcm_s16le", "wav", 44_100),
    "mp3": ("libmp3lame", "mp3", 44_100),
    "flac": ("flac", "flac", 44_100),
    "opus": ("libopus", "ogg", 48_000),
    "m4a": ("aac", "mp4", 44_100),
}


def plenty() -> float:
    return 840.0


def copied(path: Path) -> tuple[Any, Any]:
    return copy_sound(str(path), str(path.parent), lambda rate: PeakFiles(str(path.parent), rate))


def edges_of(samples: Any, rate: int) -> list[float]:
    """When sound begins and ends, in seconds."""
    loud = numpy.flatnonzero(numpy.abs(samples.astype(int)).max(axis=1) > 1500)
    breaks = numpy.flatnonzero(numpy.diff(loud) > rate // 20)
    places = [loud[0], *(each for at in breaks for each in (loud[at], loud[at + 1])), loud[-1]]
    return [float(place) / rate for place in places]


@pytest.mark.parametrize("name", CODECS)
def test_a_sound_is_in_the_copy_where_it_was_to_the_millisecond(tmp_path: Path, name: str) -> None:
    codec, file_format, rate = CODECS[name]
    path = tmp_path / f"original.{name}"
    path.write_bytes(encoded(sound(3, TONES, rate), codec, file_format, rate))
    copy, _ = copied(path)
    with wave.open(copy.path) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype=numpy.int16)[:, None]
    assert edges_of(samples, 24_000) == pytest.approx([0.5, 1.0, 1.7, 2.25], abs=0.003)
    assert abs(measured_offset(str(path), copy.path)) <= 125
    assert copy.duration_us == pytest.approx(3_000_000, abs=60_000)


def test_peaks_are_those_of_the_copy_at_every_level(tmp_path: Path) -> None:
    path = tmp_path / "original.wav"
    samples = sound(2.5, TONES, 22_050, channels=2)
    path.write_bytes(wav(samples, 22_050))
    copy, peaks = copied(path)
    assert (copy.channels, copy.sample_rate, peaks.levels) == (2, 22_050, {10: 25, 100: 250, 1000: 2500})
    for level in peaks.levels:
        points = numpy.frombuffer(Path(peaks.path(level)).read_bytes(), dtype=numpy.int8).reshape(-1, 2, 2)
        assert len(points) == peaks.levels[level]
        for number in (0, level // 2, level, 2 * level):
            within = samples[number * 22_050 // level : (number + 1) * 22_050 // level, 0]
            assert points[number, 0, 0] == int(within.min()) >> 8
            assert points[number, 0, 1] == min(127, -(-int(within.max()) // 256))


def test_a_video_that_browsers_play_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "original.mp4"
    path.write_bytes(video(3, sound(3, TONES, 44_100), 44_100, Fraction(30_000, 1001)))
    copy = copy_video(str(path), str(tmp_path), plenty)
    assert (copy.width, copy.height, copy.frame_rate, copy.channels) == (64, 48, Fraction(30_000, 1001), 1)
    assert abs(measured_offset(str(path), copy.path)) <= 1000
    assert b"moov" in Path(copy.path).read_bytes()[:4096]


def test_another_video_is_converted_and_keeps_its_times(tmp_path: Path) -> None:
    path = tmp_path / "original.mkv"
    path.write_bytes(video(2, sound(2, ((0.5, 1.0),)), codec="mpeg4", file_format="matroska", skipped=(10, 11, 30)))
    copy = copy_video(str(path), str(tmp_path), plenty)
    assert (copy.media_type, copy.frame_rate) == ("video/mp4", None)  # frames are missing, so it is not steady
    assert abs(measured_offset(str(path), copy.path)) <= 1000
    assert copy.duration_us == pytest.approx(2_000_000, abs=60_000)


def test_a_video_without_sound_has_no_channels(tmp_path: Path) -> None:
    path = tmp_path / "original.mp4"
    path.write_bytes(video(1))
    copy = copy_video(str(path), str(tmp_path), plenty)
    assert (copy.channels, copy.duration_us) == (0, 1_000_000)
    assert measured_offset(str(path), copy.path) == 0


@pytest.mark.parametrize(("content", "reason"), [
    (b"no clip at all", "cannot be decoded"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "cannot be decoded"),
    (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n", "cannot be decoded"),
    (wav(sound(0)), "no sound that can be decoded"),
    (video(1), "no audio track"),
])  # fmt: skip
def test_what_cannot_be_heard_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "original.wav"
    path.write_bytes(content)
    with pytest.raises(UnreadableClipError, match=reason):
        copied(path)


def test_a_file_that_is_damaged_in_the_middle_keeps_the_rest_where_it_was(tmp_path: Path) -> None:
    whole = bytearray(encoded(sound(3, TONES, 44_100), "libmp3lame", "mp3", 44_100))
    middle = int(len(whole) * 0.4)
    whole[middle : middle + 600] = b"\x00" * 600
    path = tmp_path / "original.mp3"
    path.write_bytes(bytes(whole))
    copy, _ = copied(path)
    assert copy.duration_us == pytest.approx(3_000_000, abs=150_000)


def test_a_video_for_whose_conversion_there_is_no_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "original.mkv"
    path.write_bytes(video(1, codec="mpeg4", file_format="matroska"))
    with pytest.raises(UnreadableClipError, match="takes about"):
        copy_video(str(path), str(tmp_path), lambda: 0)


def test_a_conversion_that_is_too_slow_is_given_up_early(tmp_path: Path) -> None:
    path = tmp_path / "original.mkv"
    path.write_bytes(video(20, codec="mpeg4", file_format="matroska"))
    # Each look takes ten seconds of 14 minutes: 500 frames would take more than an hour.
    left = iter(range(840, 0, -10))
    with pytest.raises(UnreadableClipError, match=r"takes about \d+ minutes, and there are 14"):
        copy_video(str(path), str(tmp_path), lambda: float(next(left)))
    assert next(left) > 700, "it was not tried to the end"


@pytest.mark.parametrize("seconds", [0.001, 0.05, 0.5])
def test_a_clip_of_a_moment_is_prepared(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "original.wav"
    path.write_bytes(wav(sound(seconds, ((0, seconds),))))
    copy, _ = copied(path)
    assert (copy.duration_us, measured_offset(str(path), copy.path)) == (round(seconds * 1_000_000), 0)
