"""Citations: passages of documents, kept with a turn. URLs of their images are signed whenever they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.clients import s3
from docent.document_rows import file_name_of

IMAGE_SECONDS = 300  # that a signed URL of an image is valid


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited passage. `excerpt` is masked; `image_key` is the key, in the derived bucket, of the image it was
    read in; `box` is left, top, right and bottom in points from the page's top left.
    """

    document_id: str
    key: str
    page: int | None
    box: tuple[float, ...] | None
    excerpt: str
    image_key: str | None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        box = value.get("box")
        return cls(
            value["document_id"],
            value["key"],
            value.get("page"),
            tuple(box) if box else None,
            value["excerpt"],
            value.get("picture"),
        )

    def to_json(self) -> dict[str, Any]:
        value = {
            "document_id": self.document_id,
            "key": self.key,
            "page": self.page,
            "box": list(self.box) if self.box else None,
            "excerpt": self.excerpt,
            "picture": self.image_key,
        }
        return {name: each for name, each in value.items() if each is not None}

    def to_shown(self, bucket: str) -> dict[str, Any]:
        """A `Citation` of openapi.yaml. Signing a URL calls no service."""
        shown = {
            "document_id": self.document_id,
            "file_name": file_name_of(self.key),
            "page": self.page,
            "box": list(self.box) if self.box else None,
            "excerpt": self.excerpt,
            "picture_url": _signed(bucket, self.image_key) if self.image_key else None,
        }
        return {name: each for name, each in shown.items() if each is not None}


def _signed(bucket: str, key: str) -> str:
    return s3().generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=IMAGE_SECONDS)
