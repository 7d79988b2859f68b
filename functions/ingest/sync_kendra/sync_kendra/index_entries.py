"""What a document puts into the index: its PDF, and one entry for each image that was read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docent.documents import Document, Gap, Image, Manifest
from docent.errors import DocentError
from docent.errors.ingest import BlockedTextError, UnreadablePictureError

# `[{Name, Type: USER | GROUP, Access: ALLOW | DENY}]`. Every entry has one: without it, everybody would find the entry.
type AccessList = list[dict[str, str]]

# Kendra's limit for a string attribute.
MAX_ATTRIBUTE = 2048
# An image on every page keeps this many of its places in the index; the manifest has them all.
MAX_PLACES = 20


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


def text_entry_id(document: Document) -> str:
    return f"{document.document_id}/{document.generation}/text"


def image_entry_id(document: Document, image_id: str) -> str:
    return f"{document.document_id}/{document.generation}/picture/{image_id}"


def text_entry(document: Document, access: AccessList) -> dict[str, Any]:
    """The PDF itself: Kendra extracts its text, with page numbers."""
    source = document.source
    return {
        "Id": text_entry_id(document),
        "Title": _title(document),
        "S3Path": {"Bucket": source.bucket, "Key": source.key},
        "ContentType": "PDF",
        "AccessControlList": access,
        "Attributes": _attributes(document, {}),
    }


def image_entry(document: Document, access: AccessList, image: Image, reading: ImageReading) -> dict[str, Any]:
    """One image as text: its words first, so that an excerpt shows them, then what it shows."""
    words = "\n\n".join(part for part in (reading.text, reading.description) if part)
    places = json.dumps([place.to_json() for place in image.places[:MAX_PLACES]], separators=(",", ":"))
    special = {
        "docent_page": {"LongValue": image.places[0].page},
        "docent_picture": {"StringValue": document.keys.image(image.image_id, image.format)},
        "docent_places": {"StringValue": _fitting(places, image)},
    }
    return {
        "Id": image_entry_id(document, image.image_id),
        "Title": f"{_title(document)}, page {image.places[0].page}",
        "Blob": words.encode(),
        "ContentType": "PLAIN_TEXT",
        "AccessControlList": access,
        "Attributes": _attributes(document, special),
    }


def _fitting(places: str, image: Image) -> str:
    if len(places) <= MAX_ATTRIBUTE:
        return places
    return json.dumps([image.places[0].to_json()], separators=(",", ":"))


def _title(document: Document) -> str:
    return document.source.key.rsplit("/", 1)[-1]


def _attributes(document: Document, special: dict[str, Any]) -> list[dict[str, Any]]:
    every = {
        "_source_uri": {"StringValue": document.name},
        "docent_document": {"StringValue": document.document_id},
        "docent_key": {"StringValue": document.source.key},
    }
    return [{"Key": key, "Value": value} for key, value in (every | special).items()]


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


def batches[T](items: Sequence[T], size: int = 10) -> Iterator[Sequence[T]]:
    """Kendra takes ten documents a call."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
