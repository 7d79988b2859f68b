"""JBIG2 data that MuPDF shows wrongly is told by its segments."""

import struct

import pytest

from extract_images.jbig2_data import is_beyond_mupdf
from tests.support.odd_images import ink, jbig2

REGION = struct.pack(">IIIIB", 8, 8, 0, 0, 0)


def segment(kind: int, data: bytes, number: int = 9) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


@pytest.mark.parametrize("kind", [20, 22, 23])
def test_halftones_that_are_combined_with_what_is_there_are_beyond_it(kind: int) -> None:
    assert is_beyond_mupdf(jbig2(ink()) + segment(kind, REGION + b"\x20" + bytes(20)), blank=False)
    assert not is_beyond_mupdf(jbig2(ink()) + segment(kind, REGION + b"\x06" + bytes(20)), blank=False)


@pytest.mark.parametrize("kind", [40, 42, 43])
def test_refinements_are_beyond_it(kind: int) -> None:
    assert is_beyond_mupdf(jbig2(ink()) + segment(kind, REGION + bytes(20)), blank=False)


def test_a_blank_image_of_much_data_was_not_decoded() -> None:
    data = jbig2(ink()) + segment(36, bytes(300))
    assert is_beyond_mupdf(data, blank=True)
    assert not is_beyond_mupdf(data, blank=False)
    assert not is_beyond_mupdf(data[:40], blank=True)


@pytest.mark.parametrize("data", [b"", b"\xff" * 30, jbig2(ink())[:25], segment(23, REGION)])
def test_data_that_breaks_off_is_left_to_mupdf(data: bytes) -> None:
    assert not is_beyond_mupdf(data, blank=False)
