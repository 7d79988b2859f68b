"""A PNG made in pieces holds the samples it was made of, and what is not whole is noticed."""

import io
import random
import zlib

import pytest
from PIL import Image

from extract_images import png_stream
from extract_images.png_stream import (
    GRAY,
    PALETTE,
    PIECE,
    RGB,
    holds_rows,
    in_pieces,
    inflated,
    png_of_deflated,
    png_of_samples,
    row_bytes,
    whole_rows,
)

NOISE = random.Random(1).randbytes(3 * PIECE)


def decoded(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize(
    ("colour", "depth", "mode", "width", "height"),
    [
        (RGB, 8, "RGB", 500, 400),
        (RGB, 8, "RGB", 1, 1),
        (RGB, 8, "RGB", 100_000, 2),  # a row is longer than a piece
        (GRAY, 8, "L", 700, 900),
        (GRAY, 1, "1", 2501, 1500),
        (PALETTE, 8, "P", 640, 480),
    ],
)
def test_what_is_written_is_read_back(colour: int, depth: int, mode: str, width: int, height: int) -> None:
    stride = row_bytes(width, depth, colour)
    samples = NOISE[: stride * height]
    palette = bytes(range(256)) * 3 if colour == PALETTE else b""
    image = decoded(png_of_samples(width, height, depth, colour, in_pieces(samples, stride), palette).data)
    assert (image.mode, image.size) == (mode, (width, height))
    assert image.tobytes() == Image.frombytes(mode, (width, height), samples).tobytes()
    if palette:
        assert bytes(image.getpalette() or ()) == palette


def test_the_hash_is_of_what_is_shown_not_of_how_it_is_deflated(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, stride = bytes(100) * 1000, 1000
    first = png_of_samples(1000, 100, 8, GRAY, in_pieces(samples, stride))
    monkeypatch.setattr(png_stream, "LEVEL", 3)
    again = png_of_samples(1000, 100, 8, GRAY, [samples[:stride], samples[stride:]])
    assert again.data != first.data
    assert again.content_hash == first.content_hash
    others = [
        png_of_samples(1000, 100, 8, GRAY, [samples[:-1], b"\1"]),
        png_of_samples(500, 200, 8, GRAY, [samples]),
        png_of_samples(8000, 100, 1, GRAY, [samples]),
        png_of_samples(1000, 100, 8, PALETTE, [samples], bytes(768)),
        png_of_samples(1000, 100, 8, PALETTE, [samples], bytes(767) + b"\1"),
    ]
    assert len({first.content_hash, *(other.content_hash for other in others)}) == 6


def test_a_stream_with_and_without_filtered_rows_has_two_hashes() -> None:
    stream = zlib.compress(bytes(11 * 10))
    plain = png_of_samples(10, 10, 8, GRAY, inflated(stream, 10 * 10), source=stream)
    same = png_of_samples(10, 10, 8, GRAY, inflated(stream, 10 * 10), source=stream)
    narrow = png_of_samples(5, 20, 8, GRAY, inflated(stream, 5 * 20), source=stream)
    filtered = png_of_deflated(10, 10, 8, GRAY, stream)
    assert same == plain
    assert len({png.content_hash for png in (plain, narrow, filtered)}) == 3


@pytest.mark.parametrize("size", [0, 39, 40, 20 * 39, 20 * 40 - 1, 20 * 41])
def test_rows_that_are_missing_or_too_many_are_told(size: int) -> None:
    with pytest.raises(ValueError, match="whole rows"):
        png_of_samples(40, 20, 8, GRAY, in_pieces(bytes(size), 40))


def test_pieces_are_whole_rows_and_all_there_is() -> None:
    pieces = list(in_pieces(NOISE[:700_000], 1000))
    assert {len(piece) % 1000 for piece in pieces} == {0}
    assert max(map(len, pieces)) == whole_rows(1000) <= PIECE
    assert b"".join(pieces) == NOISE[:700_000]


def test_no_more_is_inflated_than_asked_for() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    assert [len(piece) for piece in inflated(bomb, 250_000, 100_000)] == [100_000, 100_000, 50_000]
    assert b"".join(inflated(zlib.compress(NOISE), len(NOISE) + 9)) == NOISE


@pytest.mark.parametrize("stream", [b"", b"no zlib", zlib.compress(NOISE)[:1000], zlib.compress(NOISE)[:-1] + b"?"])
def test_a_damaged_stream_is_told(stream: bytes) -> None:
    with pytest.raises(ValueError, match="deflated stream"):
        list(inflated(stream, len(NOISE) + 1))


@pytest.mark.parametrize(("rows", "whole"), [(100, True), (99, False), (101, False)])
def test_exactly_the_rows_of_the_image_are_wanted(rows: int, whole: bool) -> None:
    stream = zlib.compress(bytes(rows * 41))
    assert holds_rows(stream, 100, 40) is whole
    assert not holds_rows(stream[:-6], 100, 40)
