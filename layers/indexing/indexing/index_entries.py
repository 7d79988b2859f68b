"""What a document puts into the index: its text, and each image that was read. Adapters make entries of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docent.documents import Document, Gap, Image, Manifest
from docent.errors import DocentError
from docent.errors.ingest import BlockedTextError, UnreadablePictureError

# An image on every page keeps this many of its places in the index, in at most this many bytes; the manifest has all.
MAX_PLACES, MAX_PLACES_BYTES = 20, 2048


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is its key in the index. `part` is what it is of: a document's text, or an image. `body` is the entry as
    the adapter puts it."""

    key: str
    part: str
    body: Any


@dataclass(frozen=True, slots=True)
class ImageReading:
    """What was read in one image, masked. `outcome` is clean, masked or blocked."""

    text: str
    description: str
    outcome: str
    input_tokens: int
    output_tokens: int

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ImageReading":
        return cls(
            value.get("text", ""),
            value.get("description", ""),
            value["outcome"],
            value["input_tokens"],
            value["output_tokens"],
        )

    @property
    def words(self) -> str:
        """The words in the image first, so that an excerpt shows them, then what it shows."""
        return "\n\n".join(part for part in (self.text, self.description) if part)


def text_part(document: Document) -> str:
    return f"{document.document_id}/{document.generation}/text"


def image_part(document: Document, image_id: str) -> str:
    return f"{document.document_id}/{document.generation}/picture/{image_id}"


def places_of(image: Image) -> str:
    """As JSON: the first places, or the first one alone where there is no room for more."""
    places = json.dumps([place.to_json() for place in image.places[:MAX_PLACES]], separators=(",", ":"))
    if len(places) <= MAX_PLACES_BYTES:
        return places
    return json.dumps([image.places[0].to_json()], separators=(",", ":"))


def title_of(document: Document) -> str:
    return document.source.key.rsplit("/", 1)[-1]


def image_gap(image: Image, error: DocentError) -> Gap:
    described = error.to_json()
    return Gap(image.places[0].page, described["name"], described["message"], image.image_id)


def gap_of(manifest: Manifest, image: Image, reading: ImageReading | None, failure: str) -> Gap | None:
    """Why an image has no entry, or None when it has one.

    `failure` is the name of the error that ended the reading of the image, or empty.
    """
    where = f"The image on page {image.places[0].page} of {manifest.document.name}"
    if failure:
        return image_gap(image, UnreadablePictureError(f"{where} could not be read ({failure})."))
    if reading is None:
        return image_gap(image, UnreadablePictureError(f"{where} was not read."))
    if reading.outcome == "blocked":
        return image_gap(image, BlockedTextError(f"{where} holds text that the guardrail withholds."))
    return None
