"""The picture a model can read, made from an image of a PDF: kept as it is where possible, else converted."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, cached_property

import pymupdf
from pymupdf import mupdf

from jpeg_header import jpeg_header
from page_geometry import Box, Matrix
from page_images import PlacedImage
from png_stream import (
    GRAY,
    PALETTE,
    RGB,
    holds_rows,
    in_pieces,
    inflated,
    png_of_deflated,
    png_of_samples,
    row_bytes,
    upside_down,
    whole_rows,
)

LARGEST_SIDE = 8000  # pixels; a model refuses more
RENDERED_SIDE = 1568  # pixels; a model scales down whatever is longer


@dataclass(frozen=True)
class Picture:
    """One distinct picture with its bytes. `format` is png or jpeg; `width` and `height` are pixels; `kind`
    is embedded, inline, drawing or scan."""

    data: bytes
    format: str
    width: int
    height: int
    kind: str

    @cached_property
    def picture_id(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def picture_of(placed: PlacedImage, document: mupdf.PdfDocument, kind: str) -> Picture:
    """The picture upright as displayed, transparency over white, a stencil black on white.

    Raises whatever MuPDF raises on a damaged image.
    """
    turn = turn_of(placed.matrix)
    if max(placed.image.w(), placed.image.h()) <= LARGEST_SIDE and not _is_masked(placed.image):
        if turn == UPRIGHT:
            kept = _jpeg_kept(placed, document, kind) or _png_packed(placed, document, kind)
            return kept or _decoded(placed, kind)
        if turn == BOTTOM_UP and (flipped := _png_packed(placed, document, kind, bottom_up=True)):
            return flipped
    return _drawn(placed, kind)


def joined_picture(parts: list[PlacedImage], area: Box, kind: str) -> Picture:
    """One picture of images that stand beside each other, at the finest resolution of any of them."""
    scale = max(density(part) for part in parts)
    if scale * max(area.width, area.height) > LARGEST_SIDE:
        scale = RENDERED_SIDE / max(area.width, area.height)
    width, height = max(1, round(area.width * scale)), max(1, round(area.height * scale))
    scales = (width / area.width, height / area.height)
    pixmap = _draw([(part, part.matrix.then(*scales, area.x0, area.y0)) for part in parts], width, height)
    return _encoded(pixmap, kind)


def rendered_picture(page: pymupdf.Page, clip: Box, kind: str, zoom: float) -> Picture:
    """A part of the page as displayed, `zoom` pixels a point, but no longer than a model wants it."""
    zoom = min(zoom, RENDERED_SIDE / max(clip.width, clip.height))
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), clip=pymupdf.Rect(clip), alpha=False)
    return _encoded(pixmap.this, kind)


def density(placed: PlacedImage) -> float:
    """Pixels a point, the finer of the two directions."""
    a, b, c, d, *_ = placed.matrix
    across, down = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
    return max(placed.image.w() / max(across, 0.01), placed.image.h() / max(down, 0.01))


Turn = tuple[int, int, int, int]
UPRIGHT: Turn = (1, 0, 0, 1)
BOTTOM_UP: Turn = (1, 0, 0, -1)  # as bitmaps of Windows are stored


def turn_of(matrix: Matrix) -> Turn:
    """The nearest of the eight ways an image can be turned and mirrored, as signs of a matrix."""
    a, b, c, d, *_ = matrix
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return (-1 if a < 0 else 1, 0, 0, -1 if d < 0 else 1)
    return (0, -1 if b < 0 else 1, -1 if c < 0 else 1, 0)


def _is_masked(image: mupdf.FzImage) -> bool:
    """Whether anything of it is transparent: many producers give images a mask that hides nothing."""
    details = image.m_internal
    if details.use_colorkey or not details.mask:
        return bool(details.use_colorkey)
    alpha = bytes(mupdf.fz_pixmap_samples_memoryview(image.mask().fz_get_unscaled_pixmap_from_image()))
    return alpha.count(255) < len(alpha)


def _jpeg_kept(placed: PlacedImage, document: mupdf.PdfDocument, kind: str) -> Picture | None:
    """The stream as it is, where every reader shows it as a PDF reader does."""
    image, details = placed.image, placed.image.m_internal
    if placed.stencil or details.use_decode:
        return None
    if image.fz_compressed_image_type() != mupdf.FZ_IMAGE_JPEG:
        return None
    colours = image.colorspace()
    plain = colours.fz_colorspace_is_gray() or colours.fz_colorspace_is_rgb()
    if not plain or _decode_parameter(document, placed.xref, "ColorTransform") is not None:
        return None
    data = _bytes(image)
    header = jpeg_header(data)
    same = header and (header.width, header.height, header.components) == (image.w(), image.h(), image.n())
    if not header or not same or header.depth != 8 or header.oriented or not header.common:
        return None
    return Picture(data, "jpeg", header.width, header.height, kind)


def _png_packed(placed: PlacedImage, document: mupdf.PdfDocument, kind: str, bottom_up: bool = False) -> Picture | None:
    """The samples as they are: PDF packs them as PNG does, and a palette says the rest.

    Any image of one component can be had this way, whatever its colour space and Decode array, as MuPDF
    turns each of its few values into a colour; of three components those that are RGB.
    """
    image, details = placed.image, placed.image.m_internal
    depth, codec = image.bpc(), image.fz_compressed_image_type()
    if codec not in _SAMPLES:
        return None
    palette = b""
    if image.n() == 1 and depth in (1, 2, 4, 8):
        palette = _palette(placed)
        if palette == _gray_palette(depth):
            colour, palette = GRAY, b""
        else:
            colour = PALETTE
    elif image.n() == 3 and depth == 8 and image.colorspace().fz_colorspace_is_rgb() and not details.use_decode:
        colour = RGB
    else:
        return None
    width, height = image.w(), image.h()
    stride = row_bytes(width, depth, colour)
    pieces = _decoded_pieces(image, height, stride)
    if codec == mupdf.FZ_IMAGE_FLATE and placed.xref:
        filtered = _row_filter(document, placed)
        if filtered is RowFilter.PNG and not bottom_up and holds_rows(deflated := _bytes(image), height, stride):
            kept = png_of_deflated(width, height, depth, colour, [deflated], palette)
            return Picture(kept, "png", width, height, kind)
        if filtered is RowFilter.NONE:
            pieces = inflated(_bytes(image), stride * height, whole_rows(stride))
    try:
        pieces = upside_down(pieces, stride) if bottom_up else pieces
        data = png_of_samples(width, height, depth, colour, pieces, palette)
    except ValueError:  # damaged or cut short: MuPDF knows best how to show what there is
        return None
    return Picture(data, "png", width, height, kind)


def _decoded_pieces(image: mupdf.FzImage, height: int, stride: int) -> Iterator[bytes]:
    """The packed samples as MuPDF decodes them, some whole rows at a time, and no more than the image has."""
    stream = mupdf.fz_open_compressed_buffer(image.fz_compressed_image_buffer())
    size = whole_rows(stride)
    for start in range(0, stride * height, size):
        wanted = min(size, stride * height - start)
        piece = mupdf.fz_read_all(mupdf.fz_open_null_filter(stream, wanted, start), wanted).fz_buffer_extract_copy()
        yield piece
        if len(piece) < wanted:
            return


_SAMPLES = {
    mupdf.FZ_IMAGE_RAW,
    mupdf.FZ_IMAGE_FAX,
    mupdf.FZ_IMAGE_FLATE,
    mupdf.FZ_IMAGE_LZW,
    mupdf.FZ_IMAGE_RLD,
    mupdf.FZ_IMAGE_JBIG2,
}


def _decoded(placed: PlacedImage, kind: str) -> Picture:
    """Decoded by MuPDF, which knows every codec and colour space."""
    image = placed.image
    _expect_data(image)
    pixmap = image.fz_get_unscaled_pixmap_from_image()
    if placed.stencil or pixmap.alpha() or (pixmap.w(), pixmap.h()) != (image.w(), image.h()):
        return _drawn(placed, kind)
    colours = pixmap.colorspace()
    if not colours.fz_colorspace_is_device_gray():
        pixmap = mupdf.fz_convert_pixmap(
            pixmap,
            mupdf.fz_device_gray() if colours.fz_colorspace_is_gray() else mupdf.fz_device_rgb(),
            mupdf.FzColorspace(),
            mupdf.FzDefaultColorspaces(),
            mupdf.FzColorParams(),
            0,
        )
    return _encoded(pixmap, kind)


def _drawn(placed: PlacedImage, kind: str) -> Picture:
    """Drawn upright by MuPDF's renderer, which knows every mask as well."""
    _expect_data(placed.image)
    width, height = placed.image.w(), placed.image.h()
    a, b, c, d = turn_of(placed.matrix)
    if b:
        width, height = height, width
    if max(width, height) > LARGEST_SIDE:
        scale = RENDERED_SIDE / max(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    right, down = (width if a + c < 0 else 0), (height if b + d < 0 else 0)
    matrix = Matrix(a * width, b * height, c * width, d * height, right, down)
    return _encoded(_draw([(placed, matrix)], width, height), kind)


def _expect_data(image: mupdf.FzImage) -> None:
    """MuPDF shows what it cannot decode as black; half a picture is worth having, but not none at all."""
    codec = image.fz_compressed_image_type()
    if codec == mupdf.FZ_IMAGE_JPEG:
        empty = jpeg_header(_bytes(image)) is None
    elif codec in _SAMPLES:
        stream = mupdf.fz_open_compressed_buffer(image.fz_compressed_image_buffer())
        empty = not mupdf.fz_read_all(mupdf.fz_open_null_filter(stream, 1, 0), 1).fz_buffer_extract_copy()
    else:
        empty = False
    if empty:
        raise ValueError("its data cannot be decoded")


def _draw(parts: list[tuple[PlacedImage, Matrix]], width: int, height: int) -> mupdf.FzPixmap:
    gray = all(part.stencil or part.image.colorspace().fz_colorspace_is_gray() for part, _ in parts)
    colours = mupdf.fz_device_gray() if gray else mupdf.fz_device_rgb()
    pixmap = mupdf.fz_new_pixmap(colours, width, height, mupdf.FzSeparations(), 0)
    mupdf.fz_clear_pixmap_with_value(pixmap, 255)
    device = mupdf.fz_new_draw_device(mupdf.FzMatrix(), pixmap)
    for part, matrix in parts:
        where = mupdf.FzMatrix(*matrix)
        if part.stencil:
            black = mupdf.new_floats(1)
            mupdf.floats_setitem(black, 0, 0.0)
            mupdf.ll_fz_fill_image_mask(
                device.m_internal,
                part.image.m_internal,
                where.internal(),
                mupdf.fz_device_gray().m_internal,
                black,
                1.0,
                mupdf.FzColorParams().internal(),
            )
            mupdf.delete_floats(black)
        elif part.image.m_internal.mask:  # as MuPDF's interpreter has it: the mask clips what is drawn
            mupdf.fz_clip_image_mask(device, part.image.mask(), where, mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE))
            mupdf.fz_fill_image(device, part.image, where, 1.0, mupdf.FzColorParams())
            mupdf.fz_pop_clip(device)
        else:
            mupdf.fz_fill_image(device, part.image, where, 1.0, mupdf.FzColorParams())
    mupdf.fz_close_device(device)
    return pixmap


def _encoded(pixmap: mupdf.FzPixmap, kind: str) -> Picture:
    """As PNG: MuPDF's JPEG encoder takes three times as long, and blurs the text that this is about."""
    width, height, colour = pixmap.w(), pixmap.h(), GRAY if pixmap.n() == 1 else RGB
    pieces = in_pieces(mupdf.fz_pixmap_samples_memoryview(pixmap), row_bytes(width, 8, colour))
    return Picture(png_of_samples(width, height, 8, colour, pieces), "png", width, height, kind)


def _palette(placed: PlacedImage) -> bytes:
    """The colour of each value a sample can have, three bytes each."""
    image, values = placed.image, 1 << placed.image.bpc()
    if not placed.stencil and not image.m_internal.use_decode and image.colorspace().fz_colorspace_is_device_gray():
        return _gray_palette(image.bpc())
    low, high = _decode(placed)
    levels = [low + value * (high - low) / (values - 1) for value in range(values)]
    if placed.stencil:
        return bytes(255 if level >= 0.5 else 0 for level in levels for _ in range(3))
    colours = image.colorspace()
    indexed = colours.fz_colorspace_is_indexed()
    strip = mupdf.fz_new_pixmap(colours, values, 1, mupdf.FzSeparations(), 0)
    samples = mupdf.fz_pixmap_samples_memoryview(strip)
    samples[:] = bytes(min(255, max(0, round(level if indexed else level * 255))) for level in levels)
    if indexed:
        strip = mupdf.fz_convert_indexed_pixmap_to_base(strip)
    strip = mupdf.fz_convert_pixmap(
        strip,
        mupdf.fz_device_rgb(),
        mupdf.FzColorspace(),
        mupdf.FzDefaultColorspaces(),
        mupdf.FzColorParams(),
        1,
    )
    return bytes(mupdf.fz_pixmap_samples_memoryview(strip))


def _decode(placed: PlacedImage) -> tuple[float, float]:
    details = placed.image.m_internal
    if details.use_decode:
        return mupdf.floats_getitem(details.decode, 0), mupdf.floats_getitem(details.decode, 1)
    indexed = not placed.stencil and placed.image.colorspace().fz_colorspace_is_indexed()
    return 0.0, float((1 << placed.image.bpc()) - 1 if indexed else 1)


@cache
def _gray_palette(depth: int) -> bytes:
    values = 1 << depth
    return bytes(value * 255 // (values - 1) for value in range(values) for _ in range(3))


def _bytes(image: mupdf.FzImage) -> bytes:
    """The compressed stream, freed of the filters that are no image codec."""
    buffer = image.fz_compressed_image_buffer().m_internal.buffer
    return mupdf.ll_fz_buffer_to_bytes_internal(buffer, 0)


class RowFilter(Enum):
    """What was done to the rows of a deflated image: nothing, PNG's filters row by row, or something else."""

    NONE = auto()
    PNG = auto()
    OTHER = auto()


def _row_filter(document: mupdf.PdfDocument, placed: PlacedImage) -> RowFilter:
    image = placed.image
    said = {
        name: _decode_parameter(document, placed.xref, name)
        for name in ("Predictor", "Columns", "Colors", "BitsPerComponent")
    }
    predictor = said["Predictor"] or 1
    shape = (said["Columns"] or 1, said["Colors"] or 1, said["BitsPerComponent"] or 8)
    if predictor == 1:
        return RowFilter.NONE
    same = shape == (image.w(), image.n(), image.bpc())
    return RowFilter.PNG if predictor >= 10 and same else RowFilter.OTHER


def _decode_parameter(document: mupdf.PdfDocument, xref: int, name: str) -> int | None:
    """A whole number from the decode parameters of the image's last filter."""
    if not xref:
        return None
    image = mupdf.pdf_new_indirect(document, xref, 0)
    parameters = mupdf.pdf_dict_geta(image, mupdf.PDF_ENUM_NAME_DecodeParms, mupdf.PDF_ENUM_NAME_DP)
    if mupdf.pdf_is_array(parameters):
        parameters = mupdf.pdf_array_get(parameters, mupdf.pdf_array_len(parameters) - 1)
    value = mupdf.pdf_dict_gets(parameters, name) if mupdf.pdf_is_dict(parameters) else None
    return mupdf.pdf_to_int(value) if value is not None and value.m_internal else None
