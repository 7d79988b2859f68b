"""Reads a PDF page by page and yields what it finds, one image at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pymupdf
from pymupdf import mupdf

from docent.documents import Gap, Place
from docent.errors import PermanentError
from docent.errors.ingest import EmbeddedContentError, OversizedPdfError, UnreadablePageError, UnreadablePictureError

from .extraction_limits import Limits
from .image_files import ImageFile, Turn, image_file_of, joined_image, rendered_image, turn_of
from .image_groups import ImageGroup, alone, grouped
from .page_drawings import drawing_areas
from .page_geometry import Box
from .page_images import PAGE_SHARE, PlacedImage, run_page
from .page_text import letters_in, page_text
from .pdf_opening import open_for_rendering, open_pdf
from .second_reader import SecondReader
from .unread_parts import embedded_files, is_dynamic_form

DRAWING_ZOOM = 3.0  # pixels a point, so that small print can be read
SCAN_ZOOM = 300 / 72  # pixels a point, as scanners use
_NAMED = 10  # embedded files
SCAN_GLYPHS = 200  # visible glyphs above a full-page image, from which it counts as a background and not as a scan


@dataclass(frozen=True, slots=True)
class PageCount:
    pages: int


@dataclass(frozen=True, slots=True)
class PageStarted:
    page: int


@dataclass(frozen=True, slots=True)
class Found:
    """An image appears at a place. `file` comes with the first place only."""

    image_id: str
    place: Place
    file: ImageFile | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Images that are not read: specks are decorations below the limits' smallest sides, off_page are outside of the
    page, places are more places of an image than the limits keep."""

    reason: str
    count: int


Event = PageCount | PageStarted | Found | Skipped | Gap


def gap_of(page: int, error: PermanentError) -> Gap:
    told = error.to_json()
    return Gap(page, told["name"], told["message"])


def scan_pdf(path: str, name: str, limits: Limits, first_page: int = 1) -> Iterator[Event]:
    """Everything found from `first_page` on, in reading order. Raises the error that the whole document fails with."""
    scan = _Scan(path, name, limits)
    yield PageCount(scan.page_count)
    if first_page == 1:
        yield from scan.unread_parts()
    for page in range(first_page, scan.page_count + 1):
        yield PageStarted(page)
        yield from scan.page(page)
        if limits.render:
            yield from scan.page_of_lost_text(page)


class _Scan:
    """Reads single pages, and remembers the images that were found already."""

    def __init__(self, path: str, name: str, limits: Limits) -> None:
        self._path = path
        self._name = name
        self._limits = limits
        self._fontless = open_pdf(path, name, limits)  # running a page for its images removes its fonts
        self._second = SecondReader(path)
        self._sent: set[str] = set()
        self._converted: dict[tuple[int, bool, Turn], str] = {}  # object and turn to image id
        self.page_count = mupdf.pdf_count_pages(self._fontless)

    @cached_property
    def _document(self) -> pymupdf.Document:
        """Opened again with fonts: for rendering, and for the texts beside drawings."""
        return open_for_rendering(self._path)

    def page(self, page: int) -> Iterator[Event]:
        limits = self._limits
        try:
            run = run_page(self._fontless, page - 1, limits.max_page_images, paths=limits.render)
        except Exception as error:
            yield self._page_gap(page, f"could not be read ({_words(error)})")
            return
        if run.errors:
            yield self._page_gap(page, "is damaged in part; some of its images may be missing")
        if run.left_off:
            read = len(run.images)
            message = f"Page {page} of {self._name} shows {read + run.left_off} images; the first {read} are read."
            yield gap_of(page, OversizedPdfError(message))
        images = [placed for placed in run.images if placed.box.within(run.box).area > 0]
        if len(images) < len(run.images):
            yield Skipped("off_page", len(run.images) - len(images))
        groups = grouped(images) if limits.render else [alone(placed) for placed in images]
        layers = [group for group in groups if group.box.covers(run.box, PAGE_SHARE)]
        if limits.render and layers and self._glyphs(page) >= SCAN_GLYPHS:
            layers = []
        if limits.render and len(layers) > 1:  # background, text and ink of one scan
            yield from self._rendered(page, run.box, "scan", SCAN_ZOOM)
            return
        yield from self._images(page, run.box, groups, scans=layers)
        if limits.render and run.paths and not layers:
            yield from self._drawings(page, run.box, run.paths)

    def unread_parts(self) -> Iterator[Gap]:
        try:
            files, dynamic = embedded_files(self._fontless), is_dynamic_form(self._fontless)
        except Exception as error:
            message = f"The embedded files of {self._name} could not be listed ({_words(error)})."
            yield gap_of(0, EmbeddedContentError(message))
            return
        if files:
            more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
            message = f"{self._name} has embedded files that are not read: {', '.join(files[:_NAMED])}{more}."
            yield gap_of(0, EmbeddedContentError(message))
        if dynamic:
            message = f"{self._name} is a dynamic form (XFA); what it shows in Adobe Acrobat is not read."
            yield gap_of(0, EmbeddedContentError(message))

    def page_of_lost_text(self, page: int) -> Iterator[Event]:
        """The page as an image, if its text lacks words that are visible; a gap if that does not help."""
        try:
            text = page_text(self._document, page - 1)
            missing = text.errors and letters_in(self._second.text(page - 1)) > text.letters
            if text.garbled or missing:
                image_id, file = self._first_time(self._second.image(page - 1, "scan"))
                yield Found(image_id, Place(page, tuple(self._document[page - 1].rect)), file)
            elif text.errors and text.letters:
                yield self._page_gap(page, "has errors in its content; some of its text may be missing")
        except Exception as error:
            yield self._page_gap(page, f"has text that could not be read ({_words(error)})")

    def _glyphs(self, page: int) -> int:
        return run_page(self._fontless, page - 1, self._limits.max_page_images, glyphs=True).glyphs

    def _images(self, page: int, whole: Box, groups: list[ImageGroup], scans: list[ImageGroup]) -> Iterator[Event]:
        specks = 0
        for group in groups:
            shown = group.box.within(whole)
            if self._is_speck(group, shown):
                specks += 1
                continue
            kind = "embedded" if any(placed.xref for placed in group.images) else "inline"
            try:
                image_id, file = self._file_of(group, "scan" if group in scans else kind)
            except Exception as error:
                message = f"An image on page {page} of {self._name} could not be read ({_words(error)})."
                yield gap_of(page, UnreadablePictureError(message))
            else:
                yield Found(image_id, Place(page, shown), file)
        if specks:
            yield Skipped("specks", specks)

    def _file_of(self, group: ImageGroup, kind: str) -> tuple[str, ImageFile | None]:
        """The image's id, and its file if the document had none like it yet."""
        placed = group.images[0]
        if len(group.images) > 1:
            self._check_size(group)
            return self._first_time(joined_image(list(group.images), group.box, kind))
        key = (placed.xref, placed.stencil, turn_of(placed.matrix))
        if placed.xref and key in self._converted:
            return self._converted[key], None
        self._check_size(group)
        image_id, file = self._first_time(image_file_of(placed, self._fontless, kind))
        self._converted[key] = image_id
        return image_id, file

    def _first_time(self, file: ImageFile) -> tuple[str, ImageFile | None]:
        image_id = file.image_id
        if image_id in self._sent:
            return image_id, None
        self._sent.add(image_id)
        return image_id, file

    def _is_speck(self, group: ImageGroup, shown: Box) -> bool:
        if shown.sides[0] < self._limits.min_points:
            return True
        return len(group.images) == 1 and min(_size(group.images[0])) < self._limits.min_pixels

    def _check_size(self, group: ImageGroup) -> None:
        for placed in group.images:
            width, height = _size(placed)
            mask = placed.image.mask() if placed.image.m_internal.mask else placed.image
            if max(width * height, mask.w() * mask.h()) > self._limits.max_pixels:
                raise ValueError(f"{width} × {height} pixels are more than {self._limits.max_pixels} in all")

    def _drawings(self, page: int, whole: Box, paths: int) -> Iterator[Event]:
        if paths > self._limits.max_paths:  # a map or a plan
            yield from self._rendered(page, whole, "drawing", DRAWING_ZOOM)
            return
        try:
            areas = drawing_areas(self._document[page - 1])
        except Exception as error:
            yield self._page_gap(page, f"has drawings that could not be read ({_words(error)})")
            return
        for area in areas:
            yield from self._rendered(page, area, "drawing", DRAWING_ZOOM)

    def _rendered(self, page: int, area: Box, kind: str, zoom: float) -> Iterator[Event]:
        try:
            image_id, file = self._first_time(rendered_image(self._document[page - 1], area, kind, zoom))
        except Exception as error:
            message = f"A {kind} on page {page} of {self._name} could not be rendered ({_words(error)})."
            yield gap_of(page, UnreadablePictureError(message))
        else:
            yield Found(image_id, Place(page, area), file)

    def _page_gap(self, page: int, what: str) -> Gap:
        return gap_of(page, UnreadablePageError(f"Page {page} of {self._name} {what}."))


def _size(placed: PlacedImage) -> tuple[int, int]:
    return placed.image.w(), placed.image.h()


def _words(error: Exception) -> str:
    """MuPDF's message, in one short line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
