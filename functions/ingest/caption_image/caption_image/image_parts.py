"""Where a long image is cut into parts that the model reads at full size.

A cut runs where the image is blank, or the same on both sides, so that it goes through no word. If there is no such
place, the parts overlap.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import PIL.Image

LONG = 2.0  # times as long as wide, at least; a page of A4 has 1.4
MAX_EDGE = 1568  # Claude scales anything longer down to this itself; sending more only costs time
PIXELS = 1_150_000  # of a part; Claude scales larger images down
MOST_PARTS = 20  # that Claude takes in one request at this size
_CALM = 0.1  # of the mean difference between neighbouring lines: there runs no word
_SEARCHED = 1 / 4  # of a part, at its end, is searched for a place to cut
_OVERLAP = 1 / 8  # of a part


def is_long(width: int, height: int) -> bool:
    """Whether the image would lose more than its format should when it is scaled down as a whole."""
    return max(width, height) > MAX_EDGE and max(width, height) >= LONG * min(width, height)


def readable_scale(width: int, height: int) -> float:
    """How much a long image is scaled down: its short side to MAX_EDGE, and all of it to MOST_PARTS."""
    parts = MOST_PARTS * (1 - _SEARCHED)
    whole = min(parts * MAX_EDGE / max(width, height), (parts * PIXELS / (width * height)) ** 0.5)
    return min(1.0, MAX_EDGE / min(width, height), whole)


def cut_points(image: "PIL.Image.Image") -> Iterator[tuple[int, int]]:
    """The start and end of each part, along the longer side of the image."""
    length, breadth = max(image.size), min(image.size)
    size = min(MAX_EDGE, PIXELS // breadth)
    changes = _changes(image)
    calm = _CALM * sum(changes) / len(changes)
    start = 0
    while start + size < length:
        end = start + size
        cut = _calmest(changes, end - int(size * _SEARCHED), end, calm)
        yield start, cut or end
        start = cut or end - int(size * _OVERLAP)
    yield start, length


def _changes(image: "PIL.Image.Image") -> bytes:
    """How much each line across the long side differs from the next one, on average."""
    from PIL import Image, ImageChops

    gray = image.convert("L")
    if gray.width > gray.height:
        gray = gray.transpose(Image.Transpose.TRANSPOSE)
    following = gray.transform(gray.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, 1))
    difference = ImageChops.difference(gray, following).point([min(255, change * 8) for change in range(256)])
    return difference.resize((1, gray.height), Image.Resampling.BOX).tobytes()


def _calmest(changes: bytes, first: int, last: int, calm: float) -> int | None:
    """The middle of the longest calm stretch."""
    best = (0, 0)
    run = 0
    for at in range(first, last):
        run = run + 1 if changes[at] <= calm else 0
        if run > best[0]:
            best = (run, at)
    length, end = best
    return end - length // 2 if length >= 2 else None
