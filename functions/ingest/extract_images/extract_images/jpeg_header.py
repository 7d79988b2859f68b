"""What the markers of a JPEG stream say, read without decoding it."""

from dataclasses import dataclass

_SOF = {0xC0, 0xC1, 0xC2}  # baseline, extended and progressive Huffman, which every reader decodes
_OTHER_SOF = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers with no length


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """`components` is counted in the frame, as the PDF's colour space may say otherwise; `oriented` says
    that EXIF asks readers to turn the image; `common` that the stream is whole and of a kind that every
    reader decodes."""

    width: int
    height: int
    depth: int
    components: int
    oriented: bool
    common: bool


def jpeg_header(data: bytes) -> JpegHeader | None:
    """The header, or None if the stream holds no image at all."""
    frame, oriented, at = b"", False, 2
    common = data[:2] == b"\xff\xd8" and b"\xff\xd9" in data[-64:]
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        if marker in _SOF or marker in _OTHER_SOF:
            frame, common = body, common and marker in _SOF
        elif marker == 0xE1 and body[:4] == b"Exif":
            oriented = oriented or _asks_to_be_turned(body[6:])
        elif marker == 0xDA:
            break
        at += 2 + length
    if len(frame) < 6:
        return None
    height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
    return JpegHeader(width, height, frame[0], frame[5], oriented, common)


def _asks_to_be_turned(tiff: bytes) -> bool:
    """Whether the first directory of the EXIF block holds an orientation (tag 0x0112) other than upright.

    PDF readers ignore it and every other reader obeys it, so such a stream would come out turned.
    """
    order = "little" if tiff[:2] == b"II" else "big"
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for at in range(start + 2, start + 2 + 12 * min(count, 100), 12):
        if int.from_bytes(tiff[at : at + 2], order) == 0x0112:
            return int.from_bytes(tiff[at + 8 : at + 10], order) not in (0, 1)
    return False
