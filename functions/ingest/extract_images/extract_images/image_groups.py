"""Placed images that touch edge to edge are the strips or tiles of one image."""

from dataclasses import dataclass

from .image_files import density, turn_of
from .page_geometry import Box, around
from .page_images import PlacedImage

TOUCH = 0.6  # points; producers round the positions of strips
DENSITY = 0.05  # by which the resolution of strips may differ


@dataclass(frozen=True, slots=True)
class ImageGroup:
    """The placed images that make up one image, in drawing order; mostly it is one."""

    images: tuple[PlacedImage, ...]

    box: Box


def grouped(images: list[PlacedImage]) -> list[ImageGroup]:
    """Joins images that follow each other and touch along a whole edge at the same resolution.

    Producers draw strips in order and tiles row by row, so it is enough to look at the last group and the
    one before: strips grow into an image, tiles into rows and rows into an image.
    """
    groups: list[ImageGroup] = []
    for group in map(alone, images):
        groups.append(group)
        while len(groups) > 1 and _are_one(groups[-2], groups[-1]):
            last = groups.pop()
            groups[-1] = ImageGroup(groups[-1].images + last.images, around([groups[-1].box, last.box]))
    return groups


def alone(placed: PlacedImage) -> ImageGroup:
    return ImageGroup((placed,), placed.box)


def _are_one(one: ImageGroup, other: ImageGroup) -> bool:
    return _share_an_edge(one.box, other.box) and _alike(one.images[0], other.images[0])


def _share_an_edge(one: Box, other: Box) -> bool:
    def close(*edges: tuple[float, float]) -> bool:
        return all(abs(a - b) <= TOUCH for a, b in edges)

    beside = close((one.y0, other.y0), (one.y1, other.y1)) and (close((one.x1, other.x0)) or close((other.x1, one.x0)))
    below = close((one.x0, other.x0), (one.x1, other.x1)) and (close((one.y1, other.y0)) or close((other.y1, one.y0)))
    return beside or below


def _alike(one: PlacedImage, other: PlacedImage) -> bool:
    if one.stencil != other.stencil or turn_of(one.matrix) != turn_of(other.matrix):
        return False
    return abs(density(one) - density(other)) <= DENSITY * density(one)
