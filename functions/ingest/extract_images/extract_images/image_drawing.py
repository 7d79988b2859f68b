"""Images drawn by MuPDF's renderer, which knows every codec, colour space and mask.

Drawn in bands, so that no more than one band of a large image is in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pymupdf import mupdf

from .page_geometry import Matrix
from .page_marks import PlacedImage

BAND = 1 << 20  # bytes
TURNED_ACROSS = 512  # pixels of a turned image at once: its columns lie far apart in memory, and the cache is small


@dataclass(frozen=True, slots=True)
class Part:
    """A stored image and where it goes in the drawn one."""

    image: mupdf.FzImage
    mask: mupdf.FzImage | None
    stencil: bool
    matrix: Matrix


def part_of(placed: PlacedImage, matrix: Matrix) -> Part:
    mask = placed.image.mask() if placed.image.m_internal.mask else None
    return Part(placed.image, mask, placed.stencil, matrix)


def decoded_part_of(placed: PlacedImage, matrix: Matrix) -> Part:
    """The same, decoded once for all bands. Not for images drawn smaller than they are: MuPDF then decodes
    less of them."""
    part = part_of(placed, matrix)
    pixmap = placed.image.fz_get_unscaled_pixmap_from_image()
    if not placed.stencil:
        pixmap = in_png_colours(pixmap)
    mask = part.mask and _image(part.mask.fz_get_unscaled_pixmap_from_image())
    return Part(_image(pixmap), mask, placed.stencil, matrix)


def in_png_colours(pixmap: mupdf.FzPixmap) -> mupdf.FzPixmap:
    """The same pixels in grey or RGB."""
    colours = pixmap.colorspace()
    gray = colours.fz_colorspace_is_gray()
    if colours.fz_colorspace_is_device() and (gray or colours.fz_colorspace_is_rgb()):
        return pixmap
    return mupdf.fz_convert_pixmap(
        pixmap,
        _colours(gray),
        mupdf.FzColorspace(),
        mupdf.FzDefaultColorspaces(),
        mupdf.FzColorParams(),
        pixmap.alpha(),
    )


def is_gray(part: Part) -> bool:
    return part.stencil or bool(part.image.colorspace().fz_colorspace_is_gray())


def drawn(part: Part, width: int, height: int, top: int = 0) -> mupdf.FzPixmap:
    """The part over white, from row `top` on to row `height`."""
    area = mupdf.FzIrect(0, top, width, height)
    pixmap = mupdf.fz_new_pixmap_with_bbox(_colours(is_gray(part)), area, mupdf.FzSeparations(), 0)
    mupdf.fz_clear_pixmap_with_value(pixmap, 255)
    across = TURNED_ACROSS if part.matrix.b else width
    for left in range(0, width, across):
        clip = mupdf.FzIrect(left, top, min(width, left + across), height)
        device = mupdf.fz_new_draw_device_with_bbox(mupdf.FzMatrix(), pixmap, clip)
        _draw(device, part)
        mupdf.fz_close_device(device)
    return pixmap


def drawn_in_bands(part: Part, width: int, height: int) -> Iterator[mupdf.FzPixmap]:
    """The same from top to bottom. For what decoded_part_of gives: others would be decoded for each band."""
    rows = max(1, BAND // (width * (1 if is_gray(part) else 3)))
    return (drawn(part, width, min(height, top + rows), top) for top in range(0, height, rows))


def _draw(device: mupdf.FzDevice, part: Part) -> None:
    where = mupdf.FzMatrix(*part.matrix)
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
    elif part.mask:  # as MuPDF's interpreter has it: the mask clips what is drawn
        mupdf.fz_clip_image_mask(device, part.mask, where, mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE))
        mupdf.fz_fill_image(device, part.image, where, 1.0, mupdf.FzColorParams())
        mupdf.fz_pop_clip(device)
    else:
        mupdf.fz_fill_image(device, part.image, where, 1.0, mupdf.FzColorParams())


def _image(pixmap: mupdf.FzPixmap) -> mupdf.FzImage:
    return mupdf.fz_new_image_from_pixmap(pixmap, mupdf.FzImage())


def _colours(gray: bool) -> mupdf.FzColorspace:
    return mupdf.fz_device_gray() if gray else mupdf.fz_device_rgb()
