"""Reads a PDF page by page and yields what it finds, one image at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pymupdf
from pymupdf import mupdf

from docent.documents import Gap, Place
from docent.errors import PermanentError
from docent.errors.ingest import EmbeddedContentError, OversizedPdfError, UnreadablePageError, UnreadablePictureError

from .extraction_limits import Limits
from .image_data import BeyondMuPDFError
from .image_files import ImageFile, rendered_by_second, rendered_image, stored_file
from .page_content import may_show_images
from .page_marks import PageMarks, PlacedImage
from .page_objects import DocumentObjects, lacks_parts
from .page_regions import Region, regions
from .page_text import is_garbled, letters_in
from .page_view import PageView
from .pdf_opening import open_for_rendering, open_pdf
from .second_reader import SecondReader
from .unread_parts import embedded_files, is_dynamic_form

_NAMED = 10  # embedded files


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
    """Images that are not read: specks are decorations: smaller than the limits' smallest side, or of one colour;
    off_page are outside of the page or of what clips them; places are more places of an image than the limits keep."""

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
        if limits.drawings:
            yield from scan.page_of_lost_text(page)


class _Scan:
    """Reads single pages, and remembers the images that were found already."""

    def __init__(self, path: str, name: str, limits: Limits) -> None:
        self._path = path
        self._name = name
        self._limits = limits
        self._document = open_pdf(path, name, limits)
        self._objects = DocumentObjects()
        self._second = SecondReader(path)
        self._viewed: tuple[int, PageView] | None = None
        self._sent: set[str] = set()
        self._converted: dict[tuple[Any, ...] | None, str] = {}  # the images of regions by their keys
        self.page_count = mupdf.pdf_count_pages(self._document)

    @cached_property
    def _texts(self) -> pymupdf.Document:
        """Opened again as PyMuPDF opens it, to read texts with their fonts."""
        return open_for_rendering(self._path)

    def page(self, page: int) -> Iterator[Event]:
        try:
            content = mupdf.pdf_lookup_page_obj(self._document, page - 1)
            missing = lacks_parts(content)
            if not may_show_images(self._document, content, self._limits.drawings):
                if missing:
                    yield self._damaged(page)
                return
            view = self._view(page)
            found = view.marks(self._limits)
        except Exception as error:
            yield self._page_gap(page, f"could not be read ({_words(error)})")
            return
        if view.errors or missing:
            yield self._damaged(page)
        if found.images_left_off:
            shown = found.images + found.images_left_off
            message = f"Page {page} of {self._name} shows {shown} images; the first {found.images} are read."
            yield gap_of(page, OversizedPdfError(message))
        if found.images_off_page:
            yield Skipped("off_page", found.images_off_page)
        yield from self._regions(page, view, found)

    def _view(self, page: int) -> PageView:
        """Interpreted once for its images and its text."""
        if self._viewed is None or self._viewed[0] != page:
            objects = self._objects.of(mupdf.pdf_lookup_page_obj(self._document, page - 1))
            self._viewed = (page, PageView(self._document, page - 1, objects, self._second))
        return self._viewed[1]

    def unread_parts(self) -> Iterator[Gap]:
        try:
            files, dynamic = embedded_files(self._document), is_dynamic_form(self._document)
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
            view = self._view(page)
            text = "\n".join(line.text for line in view.lines)
            letters = letters_in(text) if view.errors else 0
            missing = view.errors and letters_in(self._second.text(page - 1)) > letters
            if missing or is_garbled(text, view.has_drawn_fonts, lambda: self._texts, page - 1):
                whole = Region(view.box, "scan")
                image_id, file = self._first_time(rendered_by_second(view, whole) or rendered_image(view, whole))
                if image_id:
                    yield Found(image_id, Place(page, view.box), file)
                else:
                    yield self._page_gap(page, "has text that could not be read, and shows none")
            elif letters:
                yield self._page_gap(page, "has errors in its content; some of its text may be missing")
        except Exception as error:
            yield self._page_gap(page, f"has text that could not be read ({_words(error)})")

    def _regions(self, page: int, view: PageView, found: PageMarks) -> Iterator[Event]:
        limits = self._limits
        whole = Region(view.box, "drawing", tuple(mark.placed for mark in found.marks if mark.placed))
        try:
            seen = [whole] if found.paths_left_off else regions(found, lambda: view.lines, limits.drawings)
        except Exception as error:
            yield self._page_gap(page, f"has drawings that could not be read ({_words(error)})")
            return
        if sum(region.stored is None for region in seen) > limits.max_page_regions:
            seen = [whole]
        specks = 0
        for region in seen:
            if region.area.sides[0] < limits.min_points and region.area != view.box:
                specks += 1
                continue
            try:
                image_id, file = self._file_of(view, region)
            except Exception as error:
                kind = "An image" if region.images else "A drawing"
                message = f"{kind} on page {page} of {self._name} could not be read ({_words(error)})."
                yield gap_of(page, UnreadablePictureError(message))
                continue
            if image_id:
                yield Found(image_id, Place(page, region.area), file)
            else:
                specks += 1
        if specks:
            yield Skipped("specks", specks)

    def _file_of(self, view: PageView, region: Region) -> tuple[str, ImageFile | None]:
        """The image's id, empty if nothing is seen, and its file if the document had none like it yet."""
        for placed in region.images:
            self._check_size(placed)
        try:
            return self._file_by_mupdf(view, region)
        except BeyondMuPDFError:
            file = rendered_by_second(view, region)
            if file is None:
                raise
            return self._first_time(file)

    def _file_by_mupdf(self, view: PageView, region: Region) -> tuple[str, ImageFile | None]:
        if region.key in self._converted:
            return self._converted[region.key], None
        kept = stored_file(region.stored, region.kind) if region.stored else None
        image_id, file = self._first_time(kept or rendered_image(view, region))
        if region.key:
            self._converted[region.key] = image_id
        return image_id, file

    def _first_time(self, file: ImageFile | None) -> tuple[str, ImageFile | None]:
        if file is None:
            return "", None
        image_id = file.image_id
        if image_id in self._sent:
            return image_id, None
        self._sent.add(image_id)
        return image_id, file

    def _check_size(self, placed: PlacedImage) -> None:
        width, height = placed.image.w(), placed.image.h()
        mask = placed.image.mask() if placed.image.m_internal.mask else placed.image
        if max(width * height, mask.w() * mask.h()) > self._limits.max_pixels:
            raise ValueError(f"{width} × {height} pixels are more than {self._limits.max_pixels} in all")

    def _damaged(self, page: int) -> Gap:
        return self._page_gap(page, "is damaged in part; some of its images may be missing")

    def _page_gap(self, page: int, what: str) -> Gap:
        return gap_of(page, UnreadablePageError(f"Page {page} of {self._name} {what}."))


def _words(error: Exception) -> str:
    """MuPDF's message, in one short line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
