"""Files that a model can read, made from the regions of a page: as they are stored if possible, else rendered."""

import hashlib
from dataclasses import dataclass
from typing import Self

from pymupdf import mupdf

from .image_data import compressed, expect_data, keeps_colours
from .jpeg_header import jpeg_header
from .packed_png import packed_png
from .page_geometry import UPRIGHT
from .page_marks import PlacedImage
from .page_regions import LONG, Region
from .page_view import PageView
from .pixel_colours import converted
from .png_stream import GRAY, RGB, Png, in_pieces, png_of_samples, row_bytes

LARGEST_SIDE = 8000  # pixels; a model refuses more
MOST_PIXELS = 16_000_000  # of an image that is not kept as it is stored
FEW = 499  # pixels apart that are looked at first
BLANK = 4  # levels by which the pixels of a blank region may differ from the first one


@dataclass(frozen=True)
class ImageFile:
    """The bytes of one distinct image. `image_id` is the SHA-256 (hex) of its content, the same in each extraction;
    `format` is png or jpeg; `width` and `height` are pixels; `kind` is embedded, inline, drawing or scan."""

    image_id: str
    data: bytes
    format: str
    width: int
    height: int
    kind: str

    @classmethod
    def of(cls, png: Png, kind: str) -> Self:
        return cls(png.content_hash, png.data, "png", png.width, png.height, kind)


def stored_file(placed: PlacedImage, kind: str) -> ImageFile | None:
    """The stored image, a stencil black on white. None if it is turned or mirrored, transparent in part, or too large
    for a model to be decoded at once, or to be halved.

    Raises what MuPDF raises on a damaged image.
    """
    if placed.matrix.turn != UPRIGHT or _is_masked(placed.image):
        return None
    shortest, longest = sorted((placed.image.w(), placed.image.h()))
    halvings = ((longest - 1) // LARGEST_SIDE).bit_length()
    if halvings and longest >= LONG * shortest:
        return None  # it is read in parts, so half of its pixels would be missed
    if not halvings and (kept := _jpeg_kept(placed, kind)):
        return kept
    if png := packed_png(placed, halvings):
        return ImageFile.of(png, kind)
    return None if halvings else _decoded(placed, kind)


def rendered_image(view: PageView, region: Region) -> ImageFile | None:
    """A region of the page as displayed, in its density if that is not too large. None if it is of one colour."""
    for placed in region.images:
        expect_data(placed.image, min(1.0, _zoom(region) / placed.density))
    return _shown(view.rendered(region.area, _zoom(region), region.images, region.text), region.kind)


def rendered_by_second(view: PageView, region: Region) -> ImageFile | None:
    """The same, as the second reader shows it."""
    return _shown(view.rendered_by_second(region.area, _zoom(region)), region.kind)


def _zoom(region: Region) -> float:
    area = region.area
    return min(region.density, LARGEST_SIDE / max(area.width, area.height), (MOST_PIXELS / area.area) ** 0.5)


def _shown(pixmap: mupdf.FzPixmap, kind: str) -> ImageFile | None:
    return None if is_blank(pixmap) else _encoded(pixmap, kind)


def is_blank(pixmap: mupdf.FzPixmap) -> bool:
    """Whether all pixels have nearly the colour of the first one."""
    samples, n = mupdf.fz_pixmap_samples_memoryview(pixmap), pixmap.n()
    alike = [bytes(range(max(0, first - BLANK), min(255, first + BLANK) + 1)) for first in samples[:n]]
    return not any(
        bytes(samples[at :: n * apart]).translate(None, alike[at])
        for apart in (FEW, 1)  # most images differ in few of their pixels already
        for at in range(n)
    )


def _is_masked(image: mupdf.FzImage) -> bool:
    """Whether a part of it is transparent: many producers add a mask that hides nothing."""
    details = image.m_internal
    if details.use_colorkey or not details.mask:
        return bool(details.use_colorkey)
    mask = image.mask().fz_get_unscaled_pixmap_from_image()
    alpha = bytes(mupdf.fz_pixmap_samples_memoryview(mask))
    return alpha.count(255) < len(alpha)


def _jpeg_kept(placed: PlacedImage, kind: str) -> ImageFile | None:
    """The stream unchanged, if every reader shows it as a PDF reader does."""
    image, details = placed.image, placed.image.m_internal
    if placed.stencil or details.use_decode or placed.parameters is None or "ColorTransform" in placed.parameters:
        return None
    if image.fz_compressed_image_type() != mupdf.FZ_IMAGE_JPEG:
        return None
    colours = image.colorspace()
    plain = colours.fz_colorspace_is_gray() or colours.fz_colorspace_is_rgb()
    if not plain or not keeps_colours(colours):
        return None
    data = compressed(image)
    header = jpeg_header(data)
    same = header and (header.width, header.height, header.components) == (image.w(), image.h(), image.n())
    if not header or not same or header.depth != 8 or header.oriented or not header.common:
        return None
    return ImageFile(hashlib.sha256(data).hexdigest(), data, "jpeg", header.width, header.height, kind)


def _decoded(placed: PlacedImage, kind: str) -> ImageFile | None:
    """Decoded by MuPDF, which knows every codec and colour space. None if it has transparent parts then."""
    expect_data(placed.image)
    pixmap = placed.image.fz_get_unscaled_pixmap_from_image()
    if placed.stencil or pixmap.alpha() or (pixmap.w(), pixmap.h()) != (placed.image.w(), placed.image.h()):
        return None
    shown = mupdf.fz_device_gray() if pixmap.colorspace().fz_colorspace_is_gray() else mupdf.fz_device_rgb()
    return _encoded(converted(pixmap, shown), kind)


def _encoded(pixmap: mupdf.FzPixmap, kind: str) -> ImageFile:
    """As PNG: MuPDF's JPEG encoder takes three times as long, and blurs text."""
    width, height, colour = pixmap.w(), pixmap.h(), GRAY if pixmap.n() == 1 else RGB
    pieces = in_pieces(mupdf.fz_pixmap_samples_memoryview(pixmap), row_bytes(width, 8, colour))
    return ImageFile.of(png_of_samples(width, height, 8, colour, pieces), kind)
