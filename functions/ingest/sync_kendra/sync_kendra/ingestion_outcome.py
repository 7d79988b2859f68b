"""The result of one upload: the entries that the index should have and has, the gaps, and the cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from docent.documents import Document, Gap, Image, Manifest
from docent.errors.ingest import IndexingRefusedError
from docent.prices import TokenPrices

from .index_entries import ImageReading

# A document with thousands of gaps names the first ones and counts the rest: a DynamoDB item has 400 KB.
MAX_GAPS_NAMED = 50


@dataclass(slots=True)
class Record:
    """`entries.json`: filled while the entries are put, read again when the index is asked about them."""

    document: Document
    page_count: int
    image_count: int
    text_id: str
    pages: dict[str, int] = field(default_factory=dict)  # entry id of an image → its first page
    gaps: list[Gap] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # entry id → the index's error code or reason
    input_tokens: int = 0
    output_tokens: int = 0

    @classmethod
    def begin(cls, manifest: Manifest, text_id: str) -> Self:
        return cls(manifest.document, manifest.page_count, len(manifest.images), text_id, gaps=list(manifest.gaps))

    def expect(self, entry_id: str, image: Image) -> None:
        self.pages[entry_id] = image.places[0].page

    def count(self, reading: ImageReading | None) -> None:
        if reading is not None:
            self.input_tokens += reading.input_tokens
            self.output_tokens += reading.output_tokens

    def miss(self, gap: Gap) -> None:
        self.gaps.append(gap)

    def refuse(self, entry_id: str, reason: str) -> None:
        """The first reason stays."""
        self.refused.setdefault(entry_id, reason)

    @property
    def expected_ids(self) -> list[str]:
        """Everything that may be in the index, refused or not: an earlier attempt may have been accepted."""
        return [self.text_id, *self.pages]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(
            Document.from_json(value["document"]),
            value["page_count"],
            value["image_count"],
            value["text_id"],
            value["pages"],
            [Gap.from_json(gap) for gap in value["gaps"]],
            value["refused"],
            value["input_tokens"],
            value["output_tokens"],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "document": self.document.to_json(),
            "page_count": self.page_count,
            "image_count": self.image_count,
            "text_id": self.text_id,
            "pages": self.pages,
            "gaps": [gap.to_json() for gap in self.gaps],
            "refused": self.refused,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }


def outcome(record: Record, prices: TokenPrices) -> dict[str, Any]:
    """Status, counts, tokens, cost (US dollars, as text) and gaps, as the documents table takes them.

    The record has to name every entry that the index refused, failed to index or lost.

    Raises IndexingRefusedError when nothing of the document is in the index.
    """
    missing = {entry_id: record.refused[entry_id] for entry_id in record.expected_ids if entry_id in record.refused}
    if len(missing) == len(record.expected_ids):
        raise IndexingRefusedError(f"The index took nothing of {record.document.name} ({missing[record.text_id]}).")
    gaps = record.gaps + [_index_gap(record, entry_id, reason) for entry_id, reason in missing.items()]
    cost = prices.of(record.input_tokens, record.output_tokens)
    return {
        "status": "INGESTED_WITH_GAPS" if gaps else "INGESTED",
        "page_count": record.page_count,
        "image_count": record.image_count,
        "captioned_count": len([entry_id for entry_id in record.pages if entry_id not in missing]),
        "input_tokens": record.input_tokens,
        "output_tokens": record.output_tokens,
        "cost_usd": f"{cost:.6f}",
        "gap_count": len(gaps),
        "gaps": [gap.to_json() for gap in gaps[:MAX_GAPS_NAMED]],
    }


def _index_gap(record: Record, entry_id: str, reason: str) -> Gap:
    if entry_id == record.text_id:
        error = IndexingRefusedError(f"The index did not take the text of {record.document.name} ({reason}).")
        return Gap(0, **error.to_json())
    page = record.pages[entry_id]
    error = IndexingRefusedError(
        f"The index did not take an image of page {page} of {record.document.name} ({reason})."
    )
    return Gap(page, **error.to_json(), image_id=entry_id.rsplit("/", 1)[-1])
