"""Files that a model can read, made from the placed images of a PDF: kept as they are if possible, else converted."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial

from pymupdf import mupdf

from .image_data import compressed, expect_data, keeps_colours
from .image_drawing import decoded_part_of, drawn, drawn_in_bands, in_png_colours, is_gray, part_of
from .jpeg_header import jpeg_header
from .packed_png import packed_png
from .page_geometry import Box, Matrix
from .page_marks import PlacedImage
from .page_regions import Region
from .page_view import PageView
from .png_stream import GRAY, RGB, in_pieces, png_of_samples, row_bytes

LARGEST_SIDE = 8000  # pixels; a model refuses more
MOST_PIXELS = 16_000_000  # of an image that is not kept as it is stored
PIECE = 1 << 16  # pixels that are looked at together
BLANK = 8  # levels by which the pixels of a blank region may differ


@dataclass(frozen=True)
class ImageFile:
    """The bytes of one distinct image. `format` is png or jpeg; `width` and `height` are pixels; `kind`
    is embedded, inline, drawing or scan."""

    data: bytes
    format: str
    width: int
    height: int
    kind: str

    @cached_property
    def image_id(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def image_file_of(placed: PlacedImage, kind: str) -> ImageFile | None:
    """The image upright as displayed, transparency over white, a stencil black on white. None if its mask hides it all.

    Raises what MuPDF raises on a damaged image.
    """
    turn = turn_of(placed.matrix)
    if _is_hidden(placed.image):
        return None
    if max(placed.image.w(), placed.image.h()) <= LARGEST_SIDE and not _is_masked(placed.image):
        if turn == UPRIGHT:
            kept = _jpeg_kept(placed, kind) or _packed(placed, kind)
            return kept or _decoded(placed, kind)
        if turn == BOTTOM_UP and (packed := _packed(placed, kind, bottom_up=True)):
            return packed
    return _drawn(placed, kind)


def rendered_image(view: PageView, region: Region) -> ImageFile | None:
    """A region of the page as displayed, in its density if that is not too large. None if it is of one colour."""
    for placed in region.images:
        expect_data(placed.image)
    return _rendered(partial(view.rendered, images=region.images, text=region.text), region)


def rendered_by_second(view: PageView, region: Region) -> ImageFile | None:
    """The same, as the second reader shows it."""
    return _rendered(view.rendered_by_second, region)


def _rendered(render: Callable[[Box, float], mupdf.FzPixmap], region: Region) -> ImageFile | None:
    area = region.area
    zoom = min(region.density, LARGEST_SIDE / max(area.width, area.height), (MOST_PIXELS / area.area) ** 0.5)
    pixmap = render(area, zoom)
    return None if is_blank(pixmap) else _encoded([pixmap], pixmap.w(), pixmap.h(), pixmap.n() == 1, region.kind)


def is_blank(pixmap: mupdf.FzPixmap) -> bool:
    """Whether all pixels have nearly the same colour."""
    samples, n = mupdf.fz_pixmap_samples_memoryview(pixmap), pixmap.n()
    first = bytes(samples[:n])
    low, high = list(first), list(first)
    for start in range(0, len(samples), PIECE * n):
        piece = bytes(samples[start : start + PIECE * n])
        if piece == first * (len(piece) // n):
            continue
        for at in range(n):
            levels = set(piece[at::n])
            low[at], high[at] = min(low[at], *levels), max(high[at], *levels)
            if high[at] - low[at] > BLANK:
                return False
    return True


Turn = tuple[int, int, int, int]
UPRIGHT: Turn = (1, 0, 0, 1)
BOTTOM_UP: Turn = (1, 0, 0, -1)  # as Windows stores bitmaps


def turn_of(matrix: Matrix) -> Turn:
    """The nearest of the eight ways an image can be turned and mirrored, as signs of a matrix."""
    a, b, c, d, *_ = matrix
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return (-1 if a < 0 else 1, 0, 0, -1 if d < 0 else 1)
    return (0, -1 if b < 0 else 1, -1 if c < 0 else 1, 0)


def _is_masked(image: mupdf.FzImage) -> bool:
    """Whether a part of it is transparent: many producers add a mask that hides nothing."""
    details = image.m_internal
    if details.use_colorkey or not details.mask:
        return bool(details.use_colorkey)
    alpha = _alpha(image)
    return alpha.count(255) < len(alpha)


def _is_hidden(image: mupdf.FzImage) -> bool:
    return bool(image.m_internal.mask) and not _alpha(image).strip(b"\0")


def _alpha(image: mupdf.FzImage) -> bytes:
    return bytes(mupdf.fz_pixmap_samples_memoryview(image.mask().fz_get_unscaled_pixmap_from_image()))


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
    return ImageFile(data, "jpeg", header.width, header.height, kind)


def _packed(placed: PlacedImage, kind: str, bottom_up: bool = False) -> ImageFile | None:
    data = packed_png(placed, bottom_up)
    return ImageFile(data, "png", placed.image.w(), placed.image.h(), kind) if data else None


def _decoded(placed: PlacedImage, kind: str) -> ImageFile:
    """Decoded by MuPDF, which knows every codec and colour space."""
    image = placed.image
    expect_data(image)
    pixmap = image.fz_get_unscaled_pixmap_from_image()
    if placed.stencil or pixmap.alpha() or (pixmap.w(), pixmap.h()) != (image.w(), image.h()):
        return _drawn(placed, kind)
    pixmap = in_png_colours(pixmap)
    return _encoded([pixmap], pixmap.w(), pixmap.h(), pixmap.n() == 1, kind)


def _drawn(placed: PlacedImage, kind: str) -> ImageFile:
    """Drawn upright by MuPDF's renderer, which knows every mask as well."""
    width, height = placed.image.w(), placed.image.h()
    a, b, c, d = turn_of(placed.matrix)
    if b:
        width, height = height, width
    smaller = max(width, height) > LARGEST_SIDE
    expect_data(placed.image)
    if smaller:
        scale = min(LARGEST_SIDE / max(width, height), (MOST_PIXELS / (width * height)) ** 0.5)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    right, down = (width if a + c < 0 else 0), (height if b + d < 0 else 0)
    matrix = Matrix(a * width, b * height, c * width, d * height, right, down)
    if smaller:
        part = part_of(placed, matrix)
        bands = iter([drawn(part, width, height)])
    else:
        part = decoded_part_of(placed, matrix)
        bands = drawn_in_bands(part, width, height)
    return _encoded(bands, width, height, is_gray(part), kind)


def _encoded(pixmaps: Iterable[mupdf.FzPixmap], width: int, height: int, gray: bool, kind: str) -> ImageFile:
    """As PNG: MuPDF's JPEG encoder takes three times as long, and blurs text."""
    colour = GRAY if gray else RGB
    stride = row_bytes(width, 8, colour)
    pieces = (piece for pixmap in pixmaps for piece in in_pieces(mupdf.fz_pixmap_samples_memoryview(pixmap), stride))
    return ImageFile(png_of_samples(width, height, 8, colour, pieces), "png", width, height, kind)
