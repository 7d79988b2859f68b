"""What the segments of a JBIG2 stream hold, read without decoding them."""

import struct
from collections.abc import Iterator

HALFTONES, REFINEMENTS = (20, 22, 23), (40, 42, 43)  # kinds of segments
REGION = 17  # bytes that say where a region is
COMBINED = 0xF0  # the bits of a halftone that say how it is combined with what is there, and with which ground
BLANK_BYTES = 200  # of a stream, from which it is no blank image


def is_beyond_mupdf(data: bytes, blank: bool) -> bool:
    """Whether MuPDF shows something else than the stream says: it leaves out what it cannot decode, paints all
    halftones over what is there, and refines a part of a page as if it were its corner. `blank` says whether it shows
    one colour only."""
    if blank and len(data) > BLANK_BYTES:
        return True
    regions = ((kind, body) for kind, body in _segments(data) if len(body) > REGION)
    return any(kind in REFINEMENTS or (kind in HALFTONES and body[REGION] & COMBINED) for kind, body in regions)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind of each segment, and its first bytes."""
    at = 0
    try:
        while at < len(data):
            number, flags = struct.unpack_from(">IB", data, at)
            at += 5
            referred = data[at] >> 5
            if referred == 7:
                referred = struct.unpack_from(">I", data, at)[0] & 0x1FFFFFFF
                at += 4 + (referred + 8) // 8
            else:
                at += 1
            at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4)
            at += 4 if flags & 0x40 else 1
            (length,) = struct.unpack_from(">I", data, at)
            at += 4
            yield flags & 0x3F, data[at : at + REGION + 1]
            at += length
    except (struct.error, IndexError):
        return
