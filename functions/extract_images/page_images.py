"""Every image that a page really draws, with where and how it stands, found by running the page.

Running a page finds what walking its resources does not: inline images, images in forms at any depth and
in annotations, and only those that are shown. MuPDF decodes nothing for it, so it costs about a
millisecond a page.
"""

# MuPDF calls the methods of a device by place; its stubs name the parameters.
# pyright: reportIncompatibleMethodOverride=false

from dataclasses import dataclass, replace
from typing import Any

import pymupdf
from pymupdf import mupdf

from page_geometry import Box, Matrix, mapped

PAGE_SHARE = 0.8  # of the page's area


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """One drawing of one image. `matrix` maps the unit square, its origin the image's top left, to the
    page as displayed, and `box` is where that lies; `stencil` images have no colour of their own; `xref` is
    0 if unknown."""

    image: mupdf.FzImage
    matrix: Matrix
    box: Box
    stencil: bool
    xref: int = 0


@dataclass(frozen=True, slots=True)
class PageRun:
    """What running a page showed. `box` is the page itself; `images` are in drawing order and `left_off`
    counts those beyond the cap; `paths` and `glyphs` count what is visible: not hidden under an image of the
    whole page, and not the invisible text that text recognition lays over a scan; `errors` counts what MuPDF
    had to pass over."""

    box: Box
    images: list[PlacedImage]
    left_off: int
    paths: int
    glyphs: int
    errors: int


def run_page(document: pymupdf.Document, number: int, max_images: int, count: bool = True) -> PageRun:
    """Runs a page, `number` from 0. May raise whatever MuPDF raises on a damaged page.

    Takes the fonts from the page, as loading them is most of the time that running a page takes: the
    document is good for nothing but finding images afterwards. Paths and glyphs are counted on request.
    """
    _forget_fonts(document, number)
    page = document[number]
    box = Box(*page.rect)
    device = _ImageDevice(box, max_images, count)
    cookie = mupdf.FzCookie()
    # FzPage, as a PdfPage would be run without its annotations.
    mupdf.fz_run_page(mupdf.FzPage(page.this), device, mupdf.FzMatrix(), cookie)
    mupdf.fz_close_device(device)
    placed = _with_xrefs(document, number, device.placed)
    return PageRun(box, placed, device.left_off, device.paths, device.glyphs, cookie.m_internal.errors)


def _forget_fonts(document: pymupdf.Document, number: int) -> None:
    page = mupdf.pdf_lookup_page_obj(mupdf.pdf_document_from_fz_document(document.this), number)
    resources = mupdf.pdf_dict_get_inheritable(page, mupdf.pdf_new_name("Resources"))
    if mupdf.pdf_is_dict(resources):
        mupdf.pdf_dict_dels(resources, "Font")


_CALLED = ("fill_image", "fill_image_mask", "clip_image_mask", "begin_mask", "end_mask")
_COUNTED = ("fill_path", "stroke_path", "fill_text")


class _ImageDevice(mupdf.FzDevice2):
    """Collects images and counts paths; MuPDF passes over everything else without calling Python."""

    def __init__(self, page: Box, max_images: int, count: bool) -> None:
        super().__init__()
        for name in _CALLED + _COUNTED if count else _CALLED:
            getattr(self, f"use_virtual_{name}")()
        self.placed: list[PlacedImage] = []
        self.left_off = 0
        self.paths = 0
        self.glyphs = 0
        self._page = page
        self._max_images = max_images
        self._mask_depth = 0

    def fill_image(self, *arguments: Any) -> None:
        _, image, matrix, *_ = arguments
        # An image with a mask of its own is announced by a clip to that mask.
        if image.mask and self.placed and _address(self.placed[-1].image.m_internal) == _address(image.mask):
            self.placed.pop()
        self._add(image, matrix, stencil=False)

    def fill_image_mask(self, *arguments: Any) -> None:
        _, image, matrix, *_ = arguments
        self._add(image, matrix, stencil=True)

    def clip_image_mask(self, *arguments: Any) -> None:
        _, image, matrix, *_ = arguments
        self._add(image, matrix, stencil=True)

    def fill_path(self, *_: Any) -> None:
        self.paths += 1

    def stroke_path(self, *_: Any) -> None:
        self.paths += 1

    def fill_text(self, *arguments: Any) -> None:
        span = arguments[1].head
        while span:
            self.glyphs += span.len
            span = span.next

    def begin_mask(self, *_: Any) -> None:
        self._mask_depth += 1

    def end_mask(self, *_: Any) -> None:
        self._mask_depth -= 1

    def _add(self, image: Any, matrix: Any, stencil: bool) -> None:
        if self._mask_depth > 0:  # shapes the transparency of something else, is no picture
            return
        if len(self.placed) >= self._max_images:
            self.left_off += 1
            return
        kept = mupdf.FzImage(mupdf.ll_fz_keep_image(image))
        placing = Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
        box = mapped((0, 0, 1, 1), placing)
        self.placed.append(PlacedImage(kept, placing, box, stencil))
        if not stencil and box.covers(self._page, PAGE_SHARE):
            self.paths = self.glyphs = 0


def _with_xrefs(document: pymupdf.Document, number: int, placed: list[PlacedImage]) -> list[PlacedImage]:
    """Names the images that are objects of their own: MuPDF's store hands out one image per object, so the
    object whose image lies at the same address is the one drawn."""
    sizes = {(each.image.w(), each.image.h()) for each in placed}
    pdf = mupdf.pdf_document_from_fz_document(document.this)
    xrefs: dict[int, int] = {}
    kept = []  # an image let go of could leave its address to another
    if placed:
        for xref, _, width, height, *_ in document.get_page_images(number, full=True):
            if (width, height) in sizes:
                kept.append(image := mupdf.pdf_load_image(pdf, mupdf.pdf_new_indirect(pdf, xref, 0)))
                xrefs[_address(image.m_internal)] = xref
    return [replace(each, xref=xrefs.get(_address(each.image.m_internal), 0)) for each in placed]


def _address(pointer: Any) -> int:
    return int(pointer.this)
