"""A PNG file made from samples that are packed as PNG packs them, or are deflated already."""

import struct
import zlib

GRAY, RGB, PALETTE = 0, 2, 3
LEVEL = 2  # of deflate: level 6 takes three times as long for a tenth less
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_of_samples(width: int, height: int, depth: int, colour: int, samples: bytes, palette: bytes = b"") -> bytes:
    """A PNG of rows packed to whole bytes, as PDF and MuPDF pack them too.

    No row filter: for the line art and flat colour that come this way, deflate alone does as well, and
    filtering in Python would cost more than all the rest.
    """
    stride = row_bytes(width, depth, colour)
    rows = b"".join(b"\x00" + samples[start : start + stride] for start in range(0, stride * height, stride))
    return png_of_deflated(width, height, depth, colour, zlib.compress(rows, LEVEL), palette)


def png_of_deflated(width: int, height: int, depth: int, colour: int, deflated: bytes, palette: bytes = b"") -> bytes:
    """A PNG around a zlib stream that holds its rows already, each with its filter byte."""
    chunks = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))]
    if palette:
        chunks.append(_chunk(b"PLTE", palette[: 3 << depth]))
    return b"".join([_SIGNATURE, *chunks, _chunk(b"IDAT", deflated), _chunk(b"IEND", b"")])


def row_bytes(width: int, depth: int, colour: int) -> int:
    return (width * depth * (3 if colour == RGB else 1) + 7) // 8


def holds_rows(deflated: bytes, height: int, stride: int) -> bool:
    """Whether a zlib stream is whole and holds exactly `height` filtered rows of `stride` bytes."""
    inflate = zlib.decompressobj()
    expected = height * (stride + 1)
    found, data = 0, deflated
    try:
        while not inflate.eof and found <= expected:
            piece = inflate.decompress(data, 1 << 20)
            if not piece and not inflate.eof:
                return False
            found, data = found + len(piece), inflate.unconsumed_tail
    except zlib.error:
        return False
    return inflate.eof and found == expected


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))
