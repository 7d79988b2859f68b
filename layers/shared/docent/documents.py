"""What Docent knows about a document: where its file is, which upload this is, and what was found in it.

In stored and passed JSON images are still named as they were first: `figures`, `picture_id` (docs/glossary.md).
"""

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from docent.derived_keys import GenerationKeys


@dataclass(frozen=True, slots=True)
class ObjectPointer:
    """One S3 object. States pass these, never the bytes."""

    bucket: str
    key: str
    version_id: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(value["bucket"], value["key"], value.get("version_id"))

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Document:
    """One upload of one document.

    `document_id` names the document: the SHA-256 of `bucket/key`, first 32 hex digits, so the same
    key is always the same document. `generation` names this upload of it (`generation_of`).
    """

    document_id: str
    generation: str
    source: ObjectPointer

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(value["document_id"], value["generation"], ObjectPointer.from_json(value["source"]))

    def to_json(self) -> dict[str, Any]:
        return {
            "document_id": self.document_id,
            "generation": self.generation,
            "source": self.source.to_json(),
        }

    @property
    def name(self) -> str:
        """The name in messages."""
        return f"s3://{self.source.bucket}/{self.source.key}"

    @property
    def keys(self) -> GenerationKeys:
        """The keys of this upload in the derived bucket."""
        return GenerationKeys(self.document_id, self.generation)


def document_id_of(bucket: str, key: str) -> str:
    return hashlib.sha256(f"{bucket}/{key}".encode()).hexdigest()[:32]


def generation_of(sequencer: str) -> str:
    """S3's sequencer with zeros added on the right, to 32 hex digits.

    Sequencers differ in length. S3 orders two of them by padding the shorter one on the right and comparing them as
    text; at one fixed length DynamoDB and JSONata can do the same with `<`.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    return sequencer.upper().ljust(32, "0")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image appears: `page` from 1, `bbox` in points from the page's top left, as displayed."""

    page: int
    bbox: tuple[float, float, float, float]

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        x0, y0, x1, y1 = value["bbox"]
        return cls(value["page"], (x0, y0, x1, y1))

    def to_json(self) -> dict[str, Any]:
        return {"page": self.page, "bbox": [round(edge, 2) for edge in self.bbox]}


@dataclass(frozen=True, slots=True)
class Image:
    """One distinct image of a document, once, with every place where it appears.

    `image_id` is the SHA-256 of its content (hex); `format` is png or jpeg; `width` and `height` are
    pixels; `kind` is embedded, inline, drawing or scan.
    """

    image_id: str
    format: str
    width: int
    height: int
    kind: str
    places: tuple[Place, ...]

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        places = tuple(Place.from_json(place) for place in value["places"])
        return cls(value["picture_id"], value["format"], value["width"], value["height"], value["kind"], places)

    def to_json(self) -> dict[str, Any]:
        return {
            "picture_id": self.image_id,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "kind": self.kind,
            "places": [place.to_json() for place in self.places],
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a document that could not be ingested, and why. `page` is 0 if it is not one page."""

    page: int
    name: str
    message: str
    image_id: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        error = value["error"]
        return cls(value["page"], error["name"], error["message"], value.get("picture_id"))

    def to_json(self) -> dict[str, Any]:
        gap: dict[str, Any] = {"page": self.page, "error": {"name": self.name, "message": self.message}}
        return gap | ({"picture_id": self.image_id} if self.image_id else {})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the extraction found in one upload; stored as `manifest.json`."""

    document: Document
    page_count: int
    images: tuple[Image, ...]
    gaps: tuple[Gap, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(
            Document.from_json(value["document"]),
            value["page_count"],
            tuple(Image.from_json(image) for image in value["figures"]),
            tuple(Gap.from_json(gap) for gap in value["gaps"]),
            value["skipped"],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "document": self.document.to_json(),
            "page_count": self.page_count,
            "figures": [image.to_json() for image in self.images],
            "gaps": [gap.to_json() for gap in self.gaps],
            "skipped": self.skipped,
        }
