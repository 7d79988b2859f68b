"""Goes through a PDF page by page and tells what it finds, one picture at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pymupdf
from pymupdf import mupdf

from docent.documents import Gap, Place
from docent.errors import PermanentError
from docent.errors.ingest import OversizedPdfError, UnreadablePageError, UnreadablePictureError

from .extraction_limits import Limits
from .image_groups import ImageGroup, alone, grouped
from .page_drawings import drawing_areas
from .page_geometry import Box
from .page_images import PAGE_SHARE, PlacedImage, run_page
from .pdf_opening import open_for_rendering, open_pdf
from .pdf_pictures import Picture, Turn, joined_picture, picture_of, rendered_picture, turn_of

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
    scan = _Scan(path, name, limits)
    yield PageCount(scan.page_count)
    for page in range(first_page, scan.page_count + 1):
        yield PageStarted(page)
        yield from scan.page(page)


class _Scan:
    """Reads single pages, and remembers which pictures the document had already."""

    def __init__(self, path: str, name: str, limits: Limits) -> None:
        self._path = path
        self._name = name
        self._limits = limits
        self._fontless = open_pdf(path, name, limits)  # running a page for its images takes its fonts away
        self._sent: set[str] = set()
        self._converted: dict[tuple[int, bool, Turn], str] = {}  # object and turn to picture id
        self.page_count = mupdf.pdf_count_pages(self._fontless)

    @cached_property
    def _document(self) -> pymupdf.Document:
        """Opened again for what needs the fonts: rendering, and the texts beside drawings."""
        return open_for_rendering(self._path)

    def page(self, page: int) -> Iterator[Event]:
        limits = self._limits
        try:
            run = run_page(self._fontless, page - 1, limits.max_images, paths=limits.render)
        except Exception as error:
            yield self._page_gap(page, f"could not be read ({_words(error)})")
            return
        if run.errors:
            yield self._page_gap(page, "is damaged in part; some of its pictures may be missing")
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
        yield from self._pictures(page, run.box, groups, scans=layers)
        if limits.render and run.paths and not layers:
            yield from self._drawings(page, run.box, run.paths)

    def _glyphs(self, page: int) -> int:
        return run_page(self._fontless, page - 1, self._limits.max_images, glyphs=True).glyphs

    def _pictures(self, page: int, whole: Box, groups: list[ImageGroup], scans: list[ImageGroup]) -> Iterator[Event]:
        specks = 0
        for group in groups:
            shown = group.box.within(whole)
            if self._is_speck(group, shown):
                specks += 1
                continue
            kind = "embedded" if any(placed.xref for placed in group.images) else "inline"
            try:
                picture_id, picture = self._picture(group, "scan" if group in scans else kind)
            except Exception as error:
                message = f"A picture on page {page} of {self._name} could not be read ({_words(error)})."
                yield gap_of(page, UnreadablePictureError(message))
            else:
                yield Found(picture_id, Place(page, shown), picture)
        if specks:
            yield Skipped("specks", specks)

    def _picture(self, group: ImageGroup, kind: str) -> tuple[str, Picture | None]:
        """The picture's id, and itself if the document had none like it."""
        placed = group.images[0]
        if len(group.images) > 1:
            self._check_size(group)
            return self._first_time(joined_picture(list(group.images), group.box, kind))
        key = (placed.xref, placed.stencil, turn_of(placed.matrix))
        if placed.xref and key in self._converted:
            return self._converted[key], None
        self._check_size(group)
        picture_id, picture = self._first_time(picture_of(placed, self._fontless, kind))
        self._converted[key] = picture_id
        return picture_id, picture

    def _first_time(self, picture: Picture) -> tuple[str, Picture | None]:
        picture_id = picture.picture_id
        if picture_id in self._sent:
            return picture_id, None
        self._sent.add(picture_id)
        return picture_id, picture

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
            picture_id, picture = self._first_time(rendered_picture(self._document[page - 1], area, kind, zoom))
        except Exception as error:
            message = f"A {kind} on page {page} of {self._name} could not be rendered ({_words(error)})."
            yield gap_of(page, UnreadablePictureError(message))
        else:
            yield Found(picture_id, Place(page, area), picture)

    def _page_gap(self, page: int, what: str) -> Gap:
        return gap_of(page, UnreadablePageError(f"Page {page} of {self._name} {what}."))


def _size(placed: PlacedImage) -> tuple[int, int]:
    return placed.image.w(), placed.image.h()


def _words(error: Exception) -> str:
    """What MuPDF says, in one short line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
