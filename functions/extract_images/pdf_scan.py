"""Goes through a PDF page by page and tells what it finds, one picture at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymupdf
from pymupdf import mupdf

from docent.documents import Gap, Place
from docent.errors import (
    EmptyPdfError,
    EncryptedPdfError,
    OversizedPdfError,
    PermanentError,
    UnreadablePageError,
    UnreadablePdfError,
    UnreadablePictureError,
)
from extraction_limits import Limits
from image_groups import ImageGroup, grouped
from page_drawings import drawing_areas
from page_images import PageRun, PlacedImage, covers, run_page
from pdf_pictures import Picture, Turn, joined_picture, picture_of, rendered_picture, turn_of

DRAWING_ZOOM = 3.0  # pixels a point: small print stays legible
SCAN_ZOOM = 300 / 72  # pixels a point, as scanners do
SCAN_GLYPHS = 200  # visible ones above a full-page image, from which it is a background and no scan


@dataclass(frozen=True, slots=True)
class PageCount:
    pages: int


@dataclass(frozen=True, slots=True)
class PageStarted:
    page: int


@dataclass(frozen=True, slots=True)
class Found:
    """A picture stands at a place. `picture` comes along the first time only."""

    picture_id: str
    place: Place
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Pictures passed over for a stated reason: specks are decorations below the limits' smallest sides,
    off_page stand outside of the page, places are more places of a picture than the limits remember."""

    reason: str
    count: int


Event = PageCount | PageStarted | Found | Skipped | Gap


def gap_of(page: int, error: PermanentError) -> Gap:
    told = error.to_json()
    return Gap(page, told["name"], told["message"])


def scan_pdf(path: str, name: str, limits: Limits, first_page: int = 1) -> Iterator[Event]:
    """Everything found from `first_page` on, in reading order. Raises what the whole document fails with."""
    with _open(path, name, limits) as document:
        yield PageCount(document.page_count)
        pages = _Pages(document, name, limits)
        for page in range(first_page, document.page_count + 1):
            yield PageStarted(page)
            yield from pages.read(page)


def _open(path: str, name: str, limits: Limits) -> pymupdf.Document:
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    size = Path(path).stat().st_size
    if size == 0:
        raise EmptyPdfError(f"{name} has no bytes.")
    if size > limits.max_bytes:
        raise OversizedPdfError(f"{name} has {size} bytes, more than the {limits.max_bytes} that are read.")
    try:
        document = pymupdf.open(path, filetype="pdf")
    except Exception as error:  # PyMuPDF raises whatever it stumbles over
        raise UnreadablePdfError(f"{name} is not a PDF, or is damaged beyond reading.") from error
    if not document.is_pdf:  # MuPDF looks at the content and opens pictures, books and web pages as well
        raise UnreadablePdfError(f"{name} is not a PDF.")
    if document.needs_pass:
        raise EncryptedPdfError(f"{name} needs a password to open.")
    try:
        pages = _count_pages(document)
    except Exception as error:
        raise UnreadablePdfError(f"{name} has a damaged page tree.") from error
    if pages == 0:
        raise EmptyPdfError(f"{name} has no pages.")
    if pages > limits.max_pages:
        raise OversizedPdfError(f"{name} has {pages} pages, more than the {limits.max_pages} that are read.")
    return document


def _count_pages(document: pymupdf.Document) -> int:
    """The number of pages; a page tree that lies about it is put right first, as MuPDF refuses to read it."""
    try:
        if document.page_count:
            return document.page_count
    except RuntimeError:
        pass
    root = mupdf.pdf_dict_gets(mupdf.pdf_trailer(mupdf.pdf_document_from_fz_document(document.this)), "Root")
    _put_counts_right(mupdf.pdf_dict_gets(root, "Pages"), depth=0)
    return document.page_count


def _put_counts_right(node: mupdf.PdfObj, depth: int) -> int:
    kids = mupdf.pdf_dict_gets(node, "Kids")
    if not mupdf.pdf_is_array(kids):
        return int(mupdf.pdf_is_dict(node))
    if depth > 50:
        raise ValueError("the page tree has no end")
    pages = sum(
        _put_counts_right(mupdf.pdf_array_get(kids, at), depth + 1) for at in range(mupdf.pdf_array_len(kids))
    )
    mupdf.pdf_dict_puts(node, "Count", mupdf.pdf_new_int(pages))
    return pages


class _Pages:
    """Reads single pages, and remembers which pictures the document had already."""

    def __init__(self, document: pymupdf.Document, name: str, limits: Limits) -> None:
        self._document = document
        self._name = name
        self._limits = limits
        self._sent: set[str] = set()
        self._converted: dict[tuple[int, bool, Turn], str] = {}  # object and turn to picture id

    def read(self, number: int) -> Iterator[Event]:
        try:
            page = self._document[number - 1]
            run = run_page(self._document, number - 1, self._limits.max_images)
        except Exception as error:
            reason = f"Page {number} of {self._name} could not be read ({_words(error)})."
            yield gap_of(number, UnreadablePageError(reason))
            return
        if run.errors:
            reason = f"Page {number} of {self._name} is damaged in part; some of its pictures may be missing."
            yield gap_of(number, UnreadablePageError(reason))
        if run.left_off:
            read = len(run.images)
            reason = f"Page {number} of {self._name} shows {read + run.left_off} images; the first {read} are read."
            yield gap_of(number, OversizedPdfError(reason))
        images = [placed for placed in run.images if abs(placed.bbox & page.rect) > 0]
        if len(images) < len(run.images):
            yield Skipped("off_page", len(run.images) - len(images))
        groups = grouped(images) if self._limits.render else [ImageGroup((placed,)) for placed in images]
        layers = (
            [group for group in groups if covers(page.rect, group.bbox)] if run.glyphs < SCAN_GLYPHS else []
        )
        if self._limits.render and len(layers) > 1:  # background, text and ink of one scan
            yield from self._render(page, page.rect, "scan", SCAN_ZOOM)
            return
        yield from self._groups(page, groups, scans=layers)
        if self._limits.render and not layers:
            yield from self._drawings(page, run)

    def _groups(
        self, page: pymupdf.Page, groups: list[ImageGroup], scans: list[ImageGroup]
    ) -> Iterator[Event]:
        specks = 0
        for group in groups:
            if self._is_speck(group, page):
                specks += 1
                continue
            try:
                self._check_size(page, group)
                drawn = "embedded" if any(each.xref for each in group.images) else "inline"
                picture_id, picture = self._picture(group, "scan" if group in scans else drawn)
            except UnreadablePictureError as error:
                yield gap_of(_number(page), error)
            except Exception as error:
                reason = (
                    f"A picture on page {_number(page)} of {self._name} is not readable ({_words(error)})."
                )
                yield gap_of(_number(page), UnreadablePictureError(reason))
            else:
                yield Found(picture_id, _place(page, group.bbox), picture)
        if specks:
            yield Skipped("specks", specks)

    def _picture(self, group: ImageGroup, kind: str) -> tuple[str, Picture | None]:
        """The picture's id, and itself if the document had none like it."""
        placed = group.images[0]
        if len(group.images) > 1:
            return self._first_time(joined_picture(list(group.images), group.bbox, kind))
        key = (placed.xref, placed.stencil, turn_of(placed.matrix))
        if placed.xref and key in self._converted:
            return self._converted[key], None
        picture_id, picture = self._first_time(picture_of(placed, self._document, kind))
        self._converted[key] = picture_id
        return picture_id, picture

    def _first_time(self, picture: Picture) -> tuple[str, Picture | None]:
        picture_id = picture.picture_id
        if picture_id in self._sent:
            return picture_id, None
        self._sent.add(picture_id)
        return picture_id, picture

    def _is_speck(self, group: ImageGroup, page: pymupdf.Page) -> bool:
        shown = group.bbox & page.rect
        if min(shown.width, shown.height) < self._limits.min_points:
            return True
        return len(group.images) == 1 and min(_size(group.images[0])) < self._limits.min_pixels

    def _check_size(self, page: pymupdf.Page, group: ImageGroup) -> None:
        for placed in group.images:
            width, height = _size(placed)
            if width * height > self._limits.max_pixels:
                raise UnreadablePictureError(
                    f"A picture on page {_number(page)} of {self._name} is {width} × {height} pixels,"
                    f" more than the {self._limits.max_pixels} in all that are decoded."
                )

    def _drawings(self, page: pymupdf.Page, run: PageRun) -> Iterator[Event]:
        if not run.paths:
            return
        number = _number(page)
        if run.paths > self._limits.max_paths:  # a map or a plan
            yield from self._render(page, page.rect, "drawing", DRAWING_ZOOM)
            return
        try:
            areas = drawing_areas(page)
        except Exception as error:
            reason = f"The drawings on page {number} of {self._name} could not be read ({_words(error)})."
            yield gap_of(number, UnreadablePageError(reason))
            return
        for area in areas:
            yield from self._render(page, area, "drawing", DRAWING_ZOOM)

    def _render(self, page: pymupdf.Page, area: pymupdf.Rect, kind: str, zoom: float) -> Iterator[Event]:
        try:
            picture_id, picture = self._first_time(rendered_picture(page, area, kind, zoom))
        except Exception as error:
            reason = (
                f"A {kind} on page {_number(page)} of {self._name} could not be rendered ({_words(error)})."
            )
            yield gap_of(_number(page), UnreadablePictureError(reason))
        else:
            yield Found(picture_id, _place(page, area), picture)


def _number(page: pymupdf.Page) -> int:
    return (page.number or 0) + 1


def _size(placed: PlacedImage) -> tuple[int, int]:
    return placed.image.w(), placed.image.h()


def _place(page: pymupdf.Page, area: pymupdf.Rect) -> Place:
    shown = area & page.rect
    return Place(_number(page), (shown.x0, shown.y0, shown.x1, shown.y1))


def _words(error: Exception) -> str:
    """What MuPDF says, in one short line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
