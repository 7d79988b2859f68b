"""Images that stand edge to edge are the strips or tiles of one picture."""

from dataclasses import dataclass

import pymupdf

from page_images import PlacedImage
from pdf_pictures import density, turn_of

TOUCH = 0.6  # points; producers round the places of strips
DENSITY = 0.05  # by which the resolution of strips may differ


@dataclass(frozen=True, slots=True)
class ImageGroup:
    """The images of one picture, in drawing order; mostly it is one."""

    images: tuple[PlacedImage, ...]

    @property
    def bbox(self) -> pymupdf.Rect:
        boxes = [placed.bbox for placed in self.images]
        return pymupdf.Rect(
            min(box.x0 for box in boxes),
            min(box.y0 for box in boxes),
            max(box.x1 for box in boxes),
            max(box.y1 for box in boxes),
        )


def grouped(images: list[PlacedImage]) -> list[ImageGroup]:
    """Joins images that follow each other and touch along a whole edge at the same resolution.

    Producers draw strips in order and tiles row by row, so it is enough to look at the last group and the
    one before: strips grow into a picture, tiles into rows and rows into a picture.
    """
    groups: list[_Growing] = []
    for placed in images:
        groups.append(_Growing([placed], placed.bbox))
        while len(groups) > 1 and _are_one(groups[-2], groups[-1]):
            last = groups.pop()
            groups[-1] = _Growing(groups[-1].images + last.images, groups[-1].bbox | last.bbox)
    return [ImageGroup(tuple(group.images)) for group in groups]


@dataclass(slots=True)
class _Growing:
    images: list[PlacedImage]
    bbox: pymupdf.Rect


def _are_one(one: _Growing, other: _Growing) -> bool:
    return _share_an_edge(one.bbox, other.bbox) and _alike(one.images[0], other.images[0])


def _share_an_edge(one: pymupdf.Rect, other: pymupdf.Rect) -> bool:
    def close(*edges: tuple[float, float]) -> bool:
        return all(abs(a - b) <= TOUCH for a, b in edges)

    beside = close((one.y0, other.y0), (one.y1, other.y1)) and (
        close((one.x1, other.x0)) or close((other.x1, one.x0))
    )
    below = close((one.x0, other.x0), (one.x1, other.x1)) and (
        close((one.y1, other.y0)) or close((other.y1, one.y0))
    )
    return beside or below


def _alike(one: PlacedImage, other: PlacedImage) -> bool:
    if one.stencil != other.stencil or turn_of(one.matrix) != turn_of(other.matrix):
        return False
    return abs(density(one) - density(other)) <= DENSITY * density(one)
