"""Every image that a page really draws, with its position and orientation, found by running the page.

Running a page finds what walking its resources does not: inline images, images in forms at any depth and
in annotations, and only those that are shown. MuPDF decodes nothing for it, so it costs about a
millisecond a page.
"""

# MuPDF passes the arguments of a device's methods by position; its stubs name the parameters.
# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pymupdf import mupdf

from .page_content import lacks_parts, page_content, shown_instead
from .page_geometry import Box, Matrix, mapped

PAGE_SHARE = 0.8  # of the page's area


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """One drawing of one image. `matrix` maps the unit square, its origin the image's top left, to the
    page as displayed, and `box` is where that is; `stencil` images have no colour of their own; `xref` is
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
    had to skip, and parts of the page that are missing."""

    box: Box
    images: list[PlacedImage]
    left_off: int = 0
    paths: int = 0
    glyphs: int = 0
    errors: int = 0


def run_page(
    document: mupdf.PdfDocument, number: int, max_images: int, paths: bool = True, glyphs: bool = False
) -> PageRun:
    """Runs a page, `number` from 0. May raise what MuPDF raises on a damaged page.

    Removes the fonts from the page, as loading them takes longer than everything else: afterwards the document
    can only be used to find images. Paths and glyphs are counted on request. Without glyphs the texts
    are not run; without paths either, a page that can show no image is not run at all.
    """
    page = mupdf.pdf_lookup_page_obj(document, number)
    missing = int(lacks_parts(page))
    content = None if glyphs else page_content(document, page)
    if content and not paths and not content.may_show_images:
        return PageRun(Box(0, 0, 0, 0), [], errors=missing)
    resources = mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)
    if mupdf.pdf_is_dict(resources):
        mupdf.pdf_dict_dels(resources, "Font")
    counted = (*_PATHS, *_TEXTS) if glyphs else _PATHS if paths else ()
    operators = content.without_texts if content else b""
    if content is None or len(operators) == len(content.operators):
        run = _run(document, number, resources, max_images, counted)
    else:
        with shown_instead(document, page, operators):
            run = _run(document, number, resources, max_images, counted)
    return replace(run, errors=run.errors + missing)


def _run(
    document: mupdf.PdfDocument, number: int, resources: mupdf.PdfObj, max_images: int, counted: tuple[str, ...]
) -> PageRun:
    # FzPage, as a PdfPage would be run without its annotations.
    page = mupdf.FzPage(mupdf.pdf_load_page(document, number))
    bounds = mupdf.ll_fz_bound_page(page.m_internal)
    box = Box(bounds.x0, bounds.y0, bounds.x1, bounds.y1)
    device = _ImageDevice(box, max_images, counted)
    cookie = mupdf.FzCookie()
    mupdf.fz_run_page(page, device, mupdf.FzMatrix(), cookie)
    mupdf.fz_close_device(device)
    placed = _with_numbers(document, resources, device.placed)
    return PageRun(box, placed, device.left_off, device.paths, device.glyphs, cookie.m_internal.errors)


_CALLED = ("fill_image", "fill_image_mask", "clip_image_mask", "begin_mask", "end_mask")
_PATHS = ("fill_path", "stroke_path")
_TEXTS = ("fill_text",)


class _ImageDevice(mupdf.FzDevice2):
    """Collects images and counts paths; MuPDF skips everything else without calling Python."""

    def __init__(self, page: Box, max_images: int, counted: tuple[str, ...]) -> None:
        super().__init__()
        for name in (*_CALLED, *counted):
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
        if self._mask_depth > 0:  # part of a mask, not an image
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


def _with_numbers(document: mupdf.PdfDocument, resources: mupdf.PdfObj, placed: list[PlacedImage]) -> list[PlacedImage]:
    """Adds the numbers of images that are objects of their own: MuPDF's store has one image per object, so the
    object whose image has the same address is the one drawn."""
    if not placed:
        return placed
    widths = {each.image.w() for each in placed}
    numbers: dict[int, int] = {}
    kept = []  # the address of an image that is released could be used again
    for number, shown in _image_objects(resources):
        if mupdf.pdf_to_int(mupdf.pdf_dict_gets(shown, "Width")) in widths:
            kept.append(image := mupdf.pdf_load_image(document, shown))
            numbers[_address(image.m_internal)] = number
    return [replace(each, xref=numbers.get(_address(each.image.m_internal), 0)) for each in placed]


def _image_objects(resources: mupdf.PdfObj) -> Iterator[tuple[int, mupdf.PdfObj]]:
    """The numbers and objects of all images that resources name, also within forms, each once."""
    seen: set[int] = set()
    waiting = [resources]
    while waiting:
        objects = mupdf.pdf_dict_gets(waiting.pop(), "XObject")
        for at in range(mupdf.pdf_dict_len(objects)):
            shown = mupdf.pdf_dict_get_val(objects, at)
            number = mupdf.pdf_to_num(shown)
            if number in seen:
                continue
            seen.add(number)
            kind = mupdf.pdf_to_name(mupdf.pdf_dict_gets(shown, "Subtype"))
            if kind == "Image":
                yield number, shown
            elif kind == "Form":
                waiting.append(mupdf.pdf_dict_gets(shown, "Resources"))


def _address(pointer: Any) -> int:
    return int(pointer.this)
