"""The PNG of an image whose samples are packed in the PDF as in a PNG, without looking at single pixels."""

from collections.abc import Iterator
from functools import cache

from pymupdf import mupdf

from .image_data import PACKED, RowFilter, compressed, keeps_colours, row_filter
from .jbig2_data import is_beyond_mupdf
from .page_marks import PlacedImage
from .pixel_colours import samples_in
from .png_stream import (
    GRAY,
    PALETTE,
    RGB,
    Png,
    holds_rows,
    inflated,
    png_of_deflated,
    png_of_samples,
    row_bytes,
    whole_rows,
)


def packed_png(placed: PlacedImage, halvings: int = 0) -> Png | None:
    """The samples unchanged: PDF packs them as PNG does, and a palette does the rest.

    This works for any image of one component, whatever its colour space and Decode array, as MuPDF
    turns each of its few values into a colour; of three components those that are RGB. None for all others.
    Bytes of an RGB with another profile are converted.
    An image of bytes that are grey or RGB can be halved in both directions some times, by the means of its pixels.
    """
    image, details = placed.image, placed.image.m_internal
    depth, codec = image.bpc(), image.fz_compressed_image_type()
    if codec not in PACKED:
        return None
    palette, converts = b"", False
    if image.n() == 1 and depth in (1, 2, 4, 8):
        palette = _palette(placed)
        if palette == _gray_palette(depth):
            colour, palette = GRAY, b""
        else:
            colour = PALETTE
    elif image.n() == 3 and depth == 8 and image.colorspace().fz_colorspace_is_rgb() and not details.use_decode:
        colour, converts = RGB, not keeps_colours(image.colorspace())
    else:
        return None
    if halvings and (depth < 8 or palette):
        return None
    width, height = image.w(), image.h()
    stride = row_bytes(width, depth, colour)
    size = whole_rows(stride, 1 << halvings)
    pieces, source = _decoded_pieces(image, height, stride, size), b""
    if codec == mupdf.FZ_IMAGE_JBIG2:
        if is_beyond_mupdf(compressed(image), blank=False):
            return None
        pieces = _shown(pieces)
    if codec == mupdf.FZ_IMAGE_FLATE:
        deflated, filtered, unchanged = compressed(image), row_filter(placed), not (halvings or converts)
        if unchanged and filtered is RowFilter.PNG and holds_rows(deflated, height, stride):
            return png_of_deflated(width, height, depth, colour, deflated, palette)
        if filtered is RowFilter.NONE:
            pieces, source = inflated(deflated, stride * height, size), deflated if unchanged else b""
    if converts:
        pieces = (_in_rgb(piece, image.colorspace(), width) for piece in pieces)
    try:
        if halvings:
            pieces = _halved(pieces, width, colour, halvings)
            width, height = -(-width >> halvings), -(-height >> halvings)
        return png_of_samples(width, height, depth, colour, pieces, palette, source)
    except ValueError:  # damaged, cut off or blank: MuPDF shows what there is
        return None


def _decoded_pieces(image: mupdf.FzImage, height: int, stride: int, size: int) -> Iterator[bytes]:
    """The packed samples as MuPDF decodes them, some whole rows at a time, and no more than the image has."""
    stream = mupdf.fz_open_compressed_buffer(image.fz_compressed_image_buffer())
    for start in range(0, stride * height, size):
        wanted = min(size, stride * height - start)
        piece = mupdf.fz_read_all(mupdf.fz_open_null_filter(stream, wanted, start), wanted).fz_buffer_extract_copy()
        yield piece
        if len(piece) < wanted:
            return


def _pixmap(samples: bytes, colours: mupdf.FzColorspace, width: int) -> mupdf.FzPixmap:
    """Of whole rows. Raises ValueError if they are not."""
    rows = len(samples) // (width * colours.fz_colorspace_n())
    pixmap = mupdf.fz_new_pixmap(colours, width, rows, mupdf.FzSeparations(), 0)
    mupdf.fz_pixmap_samples_memoryview(pixmap)[:] = samples
    return pixmap


def _in_rgb(samples: bytes, colours: mupdf.FzColorspace, width: int) -> bytes:
    return samples_in(_pixmap(samples, colours, width), mupdf.fz_device_rgb())


def _halved(pieces: Iterator[bytes], width: int, colour: int, times: int) -> Iterator[memoryview]:
    """Raises ValueError if a piece does not hold whole rows. Pieces that are alike, as blank ones are, are halved
    once."""
    colours = mupdf.fz_device_rgb() if colour == RGB else mupdf.fz_device_gray()
    last, pixmap = b"", mupdf.FzPixmap()
    for piece in pieces:
        if piece != last:
            pixmap = _pixmap(piece, colours, width)
            pixmap.fz_subsample_pixmap(times)
        last = piece
        yield mupdf.fz_pixmap_samples_memoryview(pixmap)


def _shown(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same. Raises ValueError if they are blank."""
    levels: set[int] = set()
    for piece in pieces:
        if len(levels) < 2:
            levels.update(piece)
        yield piece
    if len(levels) < 2:
        raise ValueError("all samples are the same")


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
    return samples_in(strip, mupdf.fz_device_rgb())


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
