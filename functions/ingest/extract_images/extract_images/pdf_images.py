"""The images of one PDF, each distinct one once, with every place where it appears."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from docent.documents import Gap, Image, Place
from docent.errors.ingest import ExtractionStoppedError, OversizedPdfError

from .extraction_limits import Limits
from .image_files import ImageFile
from .pdf_scan import Event, Found, PageCount, PageStarted, Skipped, gap_of, scan_pdf

__all__ = ["Extraction", "ImageCollector", "ImageFile", "Limits", "read_images"]

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in a PDF. `images` are in the order of their first place; `skipped` counts what was
    not read, by reason (see pdf_scan.Skipped)."""

    page_count: int
    images: tuple[Image, ...]
    gaps: tuple[Gap, ...]
    skipped: dict[str, int]


def read_images(
    path: str,
    name: str,
    limits: Limits,
    save: Callable[[ImageFile], None],
    clock: Clock = time.monotonic,
) -> Extraction:
    """Reads the PDF at `path`, which messages call `name`, and saves each distinct image as it is found.

    A damaged page or image becomes a gap, and the rest is read. Raises EmptyPdfError,
    UnreadablePdfError, EncryptedPdfError or OversizedPdfError for the document as a whole. MuPDF may hang
    or crash on a hostile PDF: see pdf_worker.
    """
    collector = ImageCollector(name, limits, save, clock)
    for event in scan_pdf(path, name, limits):
        if not collector.add(event):
            break
    return collector.extraction()


class ImageCollector:
    """Makes an Extraction from the events of a scan, and knows when a limit is reached."""

    def __init__(self, name: str, limits: Limits, save: Callable[[ImageFile], None], clock: Clock) -> None:
        self._name = name
        self._limits = limits
        self._save = save
        self._clock = clock
        self._deadline = clock() + limits.seconds
        self.page_count = 0
        self._files: dict[str, ImageFile] = {}  # without their bytes
        self._places: dict[str, list[Place]] = {}
        self._gaps: list[Gap] = []
        self._skipped: dict[str, int] = {}
        self.page = 0

    @property
    def seconds_left(self) -> float:
        return self._deadline - self._clock()

    def add(self, event: Event) -> bool:
        """Adds an event; returns False when a limit is reached and nothing more is wanted."""
        match event:
            case PageCount(pages):
                self.page_count = pages
            case PageStarted(page):
                self.page = page
            case Found():
                return self._add_image(event)
            case Skipped(reason, count):
                self._skip(reason, count)
            case Gap():
                self._gaps.append(event)
        if self.seconds_left <= 0:
            self.stop(f"It took more than {self._limits.seconds:g} seconds")
            return False
        return True

    def stop(self, why: str) -> None:
        """Records that the extraction ends before the document does, and from which page on."""
        pages = f"page {self.page}" if self.page == self.page_count else f"pages {self.page} to {self.page_count}"
        message = f"{why}: {pages} of {self._name} may lack images."
        self._gaps.append(gap_of(self.page, ExtractionStoppedError(message)))

    def extraction(self) -> Extraction:
        images = tuple(
            Image(
                image_id,
                found.format,
                found.width,
                found.height,
                found.kind,
                tuple(self._places[image_id]),
            )
            for image_id, found in self._files.items()
        )
        return Extraction(self.page_count, images, tuple(self._gaps), dict(sorted(self._skipped.items())))

    def _add_image(self, found: Found) -> bool:
        if found.image_id not in self._files:
            if len(self._files) >= self._limits.max_images:
                most = self._limits.max_images
                message = f"{self._name} has more than {most} images; the first {most} are read."
                self._gaps.append(gap_of(self.page, OversizedPdfError(message)))
                return False
            if found.file is None:
                raise ValueError(f"image {found.image_id} came without its bytes")
            self._save(found.file)
            self._files[found.image_id] = replace(found.file, data=b"")
        places = self._places.setdefault(found.image_id, [])
        if len(places) < self._limits.max_places:
            places.append(found.place)
        else:
            self._skip("places", 1)
        return True

    def _skip(self, reason: str, count: int) -> None:
        self._skipped[reason] = self._skipped.get(reason, 0) + count
