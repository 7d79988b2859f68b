"""Files that a model can read, made from the placed images of a PDF: kept as they are if possible, else converted."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pymupdf
from pymupdf import mupdf

from .image_data import compressed, decode_parameters, expect_data
from .image_drawing import decoded_part_of, drawn, drawn_in_bands, in_png_colours, is_gray, part_of
from .jpeg_header import jpeg_header
from .packed_png import packed_png
from .page_geometry import Box, Matrix
from .page_images import PlacedImage
from .png_stream import GRAY, RGB, in_pieces, png_of_samples, row_bytes

LARGEST_SIDE = 8000  # pixels; a model refuses more
RENDERED_SIDE = 1568  # pixels; a model scales longer images down
LONG = 2.0  # times as long as wide: caption_image cuts such an image into parts, which a model reads at full size


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


def image_file_of(placed: PlacedImage, document: mupdf.PdfDocument, kind: str) -> ImageFile:
    """The image upright as displayed, transparency over white, a stencil black on white.

    Raises what MuPDF raises on a damaged image.
    """
    turn = turn_of(placed.matrix)
    if max(placed.image.w(), placed.image.h()) <= LARGEST_SIDE and not _is_masked(placed.image):
        if turn == UPRIGHT:
            kept = _jpeg_kept(placed, document, kind) or _packed(placed, document, kind)
            return kept or _decoded(placed, kind)
        if turn == BOTTOM_UP and (packed := _packed(placed, document, kind, bottom_up=True)):
            return packed
    return _drawn(placed, kind)


def joined_image(parts: list[PlacedImage], area: Box, kind: str) -> ImageFile:
    """One image of parts that are placed beside each other, at the finest resolution of any of them."""
    scale = max(density(part) for part in parts)
    if scale * max(area.width, area.height) > LARGEST_SIDE:
        scale = _most(area.width, area.height) / max(area.width, area.height)
    width, height = max(1, round(area.width * scale)), max(1, round(area.height * scale))
    scales = (width / area.width, height / area.height)
    pieces = [part_of(part, part.matrix.then(*scales, area.x0, area.y0)) for part in parts]
    return _encoded([drawn(pieces, width, height)], width, height, is_gray(pieces), kind)


def rendered_image(page: pymupdf.Page, clip: Box, kind: str, zoom: float) -> ImageFile:
    """A part of the page as displayed, `zoom` pixels a point, but no longer than a model reads."""
    zoom = min(zoom, _most(clip.width, clip.height) / max(clip.width, clip.height))
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), clip=pymupdf.Rect(clip), alpha=False)
    return _encoded([pixmap.this], pixmap.width, pixmap.height, False, kind)


def _most(width: float, height: float) -> int:
    """Pixels of the longer side of an image that is not kept as it is."""
    return LARGEST_SIDE if max(width, height) >= LONG * min(width, height) else RENDERED_SIDE


def density(placed: PlacedImage) -> float:
    """Pixels a point, the finer of the two directions."""
    a, b, c, d, *_ = placed.matrix
    across, down = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
    return max(placed.image.w() / max(across, 0.01), placed.image.h() / max(down, 0.01))


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
    alpha = bytes(mupdf.fz_pixmap_samples_memoryview(image.mask().fz_get_unscaled_pixmap_from_image()))
    return alpha.count(255) < len(alpha)


def _jpeg_kept(placed: PlacedImage, document: mupdf.PdfDocument, kind: str) -> ImageFile | None:
    """The stream unchanged, if every reader shows it as a PDF reader does."""
    image, details = placed.image, placed.image.m_internal
    if placed.stencil or details.use_decode:
        return None
    if image.fz_compressed_image_type() != mupdf.FZ_IMAGE_JPEG:
        return None
    colours = image.colorspace()
    plain = colours.fz_colorspace_is_gray() or colours.fz_colorspace_is_rgb()
    if not plain or "ColorTransform" in decode_parameters(document, placed.xref):
        return None
    data = compressed(image)
    header = jpeg_header(data)
    same = header and (header.width, header.height, header.components) == (image.w(), image.h(), image.n())
    if not header or not same or header.depth != 8 or header.oriented or not header.common:
        return None
    return ImageFile(data, "jpeg", header.width, header.height, kind)


def _packed(placed: PlacedImage, document: mupdf.PdfDocument, kind: str, bottom_up: bool = False) -> ImageFile | None:
    data = packed_png(placed, document, bottom_up)
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
    expect_data(placed.image, whole=not smaller)
    if smaller:
        scale = _most(width, height) / max(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    right, down = (width if a + c < 0 else 0), (height if b + d < 0 else 0)
    matrix = Matrix(a * width, b * height, c * width, d * height, right, down)
    if smaller:
        part = part_of(placed, matrix)
        bands = iter([drawn([part], width, height)])
    else:
        part = decoded_part_of(placed, matrix)
        bands = drawn_in_bands(part, width, height)
    return _encoded(bands, width, height, is_gray([part]), kind)


def _encoded(pixmaps: Iterable[mupdf.FzPixmap], width: int, height: int, gray: bool, kind: str) -> ImageFile:
    """As PNG: MuPDF's JPEG encoder takes three times as long, and blurs text."""
    colour = GRAY if gray else RGB
    stride = row_bytes(width, 8, colour)
    pieces = (piece for pixmap in pixmaps for piece in in_pieces(mupdf.fz_pixmap_samples_memoryview(pixmap), stride))
    return ImageFile(png_of_samples(width, height, 8, colour, pieces), "png", width, height, kind)
