"""A PNG file made from samples that are packed as PNG packs them, or are deflated already.

Samples are processed in pieces, so an image of any size takes little more memory than its file, and each
piece stays in the processor's cache.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isal import igzip_lib, isal_zlib

GRAY, RGB, PALETTE = 0, 2, 3
LEVEL = 1  # of ISA-L: a tenth of the time that zlib's level 2 takes, for about a tenth more bytes
PIECE = 1 << 18  # bytes
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Png:
    """A PNG file. `content_hash` is the SHA-256 (hex) of what the file is made from: ISA-L's bytes for the same samples
    differ from one processor to another, and even from one call to the next."""

    data: bytes
    width: int
    height: int
    content_hash: str


def png_of_samples(
    width: int,
    height: int,
    depth: int,
    colour: int,
    pieces: Iterable[bytes | memoryview],
    palette: bytes = b"",
    source: bytes = b"",
) -> Png:
    """A PNG of rows packed to whole bytes, as PDF and MuPDF pack them too; each piece holds whole rows. If the pieces
    are just inflated from `source`, it is hashed instead of them, since it is shorter.

    No row filter: for the line art and flat colour that come this way, deflate alone does as well, and
    filtering in Python would cost more than all the rest. Raises ValueError if rows are missing.
    """
    stride = row_bytes(width, depth, colour)
    header, deflate = _header(width, height, depth, colour, palette), isal_zlib.compressobj(LEVEL)
    content = hashlib.sha256(b"inflated" + header + source if source else header)
    deflated, taken = [], 0
    for piece in pieces:
        if not source:
            content.update(piece)
        rows = len(piece) // stride
        deflated.append(deflate.compress(_filtered(memoryview(piece)[: rows * stride], rows, stride)))
        taken += len(piece)
    if taken != height * stride:
        raise ValueError(f"{height} whole rows of {stride} bytes are needed; {taken} bytes are there")
    deflated.append(deflate.flush())
    return Png(_file(header, deflated), width, height, content.hexdigest())


def _filtered(samples: memoryview, rows: int, stride: int) -> bytes:
    """The rows with their filters, which are none. Taking them apart and putting them together as one structure takes a
    tenth of the time of a loop over them."""
    return struct.pack(f"x{stride}s" * rows, *struct.unpack(f"{stride}s" * rows, samples))


def png_of_deflated(
    width: int,
    height: int,
    depth: int,
    colour: int,
    deflated: bytes,
    palette: bytes = b"",
) -> Png:
    """A PNG around a zlib stream that holds its rows already, each with its filter byte."""
    header = _header(width, height, depth, colour, palette)
    content = hashlib.sha256(b"deflated" + header + deflated)
    return Png(_file(header, [deflated]), width, height, content.hexdigest())


def _header(width: int, height: int, depth: int, colour: int, palette: bytes) -> bytes:
    header = [_SIGNATURE, *_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))]
    if palette:
        header += _chunk(b"PLTE", palette[: 3 << depth])
    return b"".join(header)


def _file(header: bytes, deflated: Iterable[bytes]) -> bytes:
    chunks = [header]
    for part in deflated:
        if part:
            chunks += _chunk(b"IDAT", part)
    return b"".join([*chunks, *_chunk(b"IEND", b"")])


def row_bytes(width: int, depth: int, colour: int) -> int:
    return (width * depth * (3 if colour == RGB else 1) + 7) // 8


def whole_rows(stride: int, together: int = 1) -> int:
    """The size of a piece: as many whole rows as PIECE holds, some of them always together."""
    return max(1, PIECE // (stride * together)) * stride * together


def in_pieces(samples: bytes | memoryview, stride: int) -> Iterator[memoryview]:
    view, size = memoryview(samples), whole_rows(stride)
    return (view[at : at + size] for at in range(0, len(view), size))


def inflated(deflated: bytes, most: int, size: int = PIECE) -> Iterator[bytes]:
    """The first `most` bytes of a zlib stream, in pieces of `size`. Raises ValueError if it is damaged, or
    ends amid its data."""
    inflate = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_ZLIB)
    try:
        while most > 0 and not inflate.eof:
            piece = inflate.decompress(deflated, min(size, most))
            deflated = b""  # it keeps the rest of its input
            if not piece and not inflate.eof:
                raise ValueError("a deflated stream ends amid its data")
            most -= len(piece)
            yield piece
    except igzip_lib.IsalError as error:  # pyright: ignore[reportGeneralTypeIssues]  # its stub says object
        raise ValueError("a deflated stream is damaged") from error


def holds_rows(deflated: bytes, height: int, stride: int) -> bool:
    """Whether a zlib stream is whole and holds exactly `height` filtered rows of `stride` bytes."""
    expected = height * (stride + 1)
    try:
        return sum(map(len, inflated(deflated, expected + 1))) == expected
    except ValueError:
        return False


def _chunk(name: bytes, data: bytes) -> tuple[bytes, ...]:
    check = isal_zlib.crc32(data, isal_zlib.crc32(name))
    return struct.pack(">I", len(data)), name, data, struct.pack(">I", check)
