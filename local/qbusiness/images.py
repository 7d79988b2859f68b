"""Images in documents: found, read by OCR and indexed with the text, as Q Business does if it is enabled.

The computation runs in a worker process.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.kendra.index import Entry
from local.kendra.indexing import Done, Indexer, content_type_of
from local.kendra.store import Task
from local.qbusiness.database import Database
from passages.splitting import Passage

MEDIA = "_media_id"  # our own attribute: clients cannot use it, because no index has it configured
MIME_TYPE = "image/png"
MOST_IMAGES = 100
LEAST_PIXELS = 32  # on a side; smaller ones are decoration
MOST_PIXELS = 50_000_000
_SECONDS = 120.0

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """The position of an image: its page, counted from 1, and its objects in the PDF."""

    page: int
    xref: int
    mask: int


class ImageIndexer(Indexer):
    """Indexes a document's images under its number, so that they are replaced and removed with it."""

    def __init__(self, database: Database, media: Path, *inherited: Any) -> None:
        super().__init__(*inherited)
        self._database = database
        self._media = media

    def _steps(self, task: Task, document: Json, number: int) -> Iterator[Done | None]:
        entries: list[Entry] = []
        text_bytes = 0
        for done in super()._steps(task, document, number):
            if done is None:
                yield None
            else:
                entries, text_bytes = done
        self._forget(task)
        path = self._upload(document)
        kind = document.get("ContentType") or content_type_of(path, document)
        if document.get("Pictures") and kind == "PDF":
            for place in self._worker.call(_SECONDS, find_images, str(path)):
                yield None
                image, text = self._worker.call(_SECONDS, read_image_at, str(path), place)
                if text:
                    media = {"Key": MEDIA, "Value": {"StringValue": self._kept(task, image)}}
                    found = [Passage(text, place.page)]
                    attributes = [*document["Attributes"], media]
                    entries.append(
                        self._entry(document, number, found, self._embedded(document["Title"], found), attributes)
                    )
                    text_bytes += len(text.encode())
        yield entries, text_bytes

    def _kept(self, task: Task, image: bytes) -> str:
        identifier = str(uuid.uuid4())
        (self._media / identifier).write_bytes(image)
        self._database.run("INSERT INTO media VALUES (?, ?, ?)", identifier, task.index_id, task.document_id)
        return identifier

    def _gone(self, deleted: list[Task]) -> None:
        for task in deleted:
            self._forget(task)

    def _forget(self, task: Task) -> None:
        forget_media(self._database, self._media, task.index_id, task.document_id)


def forget_media(database: Database, media: Path, index_id: str, document_id: str | None = None) -> None:
    """Delete the images of a document or of a whole index."""
    rows = database.all(
        "DELETE FROM media WHERE index_id = ? AND document_id = COALESCE(?, document_id) RETURNING id",
        index_id, document_id,
    )  # fmt: skip
    for (identifier,) in rows:
        (media / identifier).unlink(missing_ok=True)


def find_images(path: str) -> list[Place]:
    """The position of each distinct image in a PDF, without decorations."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    found: dict[int, Place] = {}
    with pymupdf.open(path, filetype="pdf") as document:
        for number in range(document.page_count):
            for xref, mask, width, height, *_ in document[number].get_images(full=True):
                if min(width, height) >= LEAST_PIXELS and width * height <= MOST_PIXELS:
                    found.setdefault(xref, Place(number + 1, xref, mask))
    return list(found.values())[:MOST_IMAGES]


def read_image_at(path: str, place: Place) -> tuple[bytes, str]:
    """An image as PNG, and its text; both empty if it cannot be decoded."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        with pymupdf.open(path, filetype="pdf") as document:
            pixels = pymupdf.Pixmap(document, place.xref)
            if pixels.colorspace is None:  # a stencil
                return b"", ""
            if pixels.colorspace.n != 3:
                pixels = pymupdf.Pixmap(pymupdf.csRGB, pixels)
            if place.mask:
                cover = pymupdf.Pixmap(document, place.mask)
                if (cover.width, cover.height) == (pixels.width, pixels.height):
                    pixels = pymupdf.Pixmap(pymupdf.Pixmap(pixels, 0) if pixels.alpha else pixels, cover)
            image = pixels.tobytes("png")
    except (RuntimeError, ValueError):
        return b"", ""
    return image, read_image(image)


def read_image(image: bytes) -> str:
    """The text in the image, by OCR; empty if it has none or cannot be read."""
    from local.bedrock import engines

    try:
        return engines.see(image).text.strip()
    except (OSError, ValueError, SyntaxError):
        return ""
