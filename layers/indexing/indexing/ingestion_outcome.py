"""The result of one upload: the entries that the index should have and has, the gaps, and the cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from docent.documents import Document, Gap, Image, Manifest
from docent.errors.ingest import IndexingRefusedError
from docent.prices import TokenPrices

from .index_entries import Entry, ImageReading

# A document with thousands of gaps names the first ones and counts the rest: a DynamoDB item has 400 KB.
MAX_GAPS_NAMED = 50


@dataclass(slots=True)
class Record:
    """What an upload has put into an index: written while the entries are put, read again when the index is asked about
    them. The keys of a part's entries are its own, or if it has a count, `<part>/0`, `<part>/1` and so on."""

    document: Document
    page_count: int
    image_count: int
    text_id: str
    pages: dict[str, int] = field(default_factory=dict)  # part of an image → its first page
    gaps: list[Gap] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # part → the index's error code or reason
    input_tokens: int = 0
    output_tokens: int = 0
    counts: dict[str, int] = field(default_factory=dict)  # part → how many entries it has, in an index of passages

    @classmethod
    def begin(cls, manifest: Manifest, text_id: str) -> Self:
        return cls(manifest.document, manifest.page_count, len(manifest.images), text_id, gaps=list(manifest.gaps))

    def expect_text(self, entries: Sequence[Entry]) -> None:
        self._expect(self.text_id, entries)

    def expect_image(self, part: str, image: Image, entries: Sequence[Entry]) -> None:
        self.pages[part] = image.places[0].page
        self._expect(part, entries)

    def _expect(self, part: str, entries: Sequence[Entry]) -> None:
        if [entry.key for entry in entries] != [part]:
            self.counts[part] = len(entries)

    def count(self, reading: ImageReading | None) -> None:
        if reading is not None:
            self.input_tokens += reading.input_tokens
            self.output_tokens += reading.output_tokens

    def miss(self, gap: Gap) -> None:
        self.gaps.append(gap)

    def refuse(self, part: str, reason: str) -> None:
        """The first reason stays."""
        self.refused.setdefault(part, reason)

    @property
    def parts(self) -> list[str]:
        return [self.text_id, *self.pages]

    @property
    def keys(self) -> list[str]:
        """Everything that may be in the index, refused or not: an earlier attempt may have been accepted."""
        return [key for part in self.parts for key in self._keys_of(part)]

    def _keys_of(self, part: str) -> list[str]:
        count = self.counts.get(part)
        return [part] if count is None else [f"{part}/{number}" for number in range(count)]

    def part_of(self, key: str) -> str:
        part = key.rpartition("/")[0]
        return part if part in self.counts else key

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
            value.get("counts", {}),
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
            "counts": self.counts,
        }


def outcome(record: Record, prices: TokenPrices) -> dict[str, Any]:
    """Status, counts, tokens, cost (US dollars, as text) and gaps, as the documents table takes them.

    The record has to name every entry that the index refused, failed to index or lost.

    Raises IndexingRefusedError when nothing of the document is in the index.
    """
    missing = {part: record.refused[part] for part in record.parts if part in record.refused}
    if len(missing) == len(record.parts):
        raise IndexingRefusedError(f"The index took nothing of {record.document.name} ({missing[record.text_id]}).")
    gaps = record.gaps + [_index_gap(record, part, reason) for part, reason in missing.items()]
    cost = prices.of(record.input_tokens, record.output_tokens)
    return {
        "status": "INGESTED_WITH_GAPS" if gaps else "INGESTED",
        "page_count": record.page_count,
        "image_count": record.image_count,
        "captioned_count": len([part for part in record.pages if part not in missing]),
        "input_tokens": record.input_tokens,
        "output_tokens": record.output_tokens,
        "cost_usd": f"{cost:.6f}",
        "gap_count": len(gaps),
        "gaps": [gap.to_json() for gap in gaps[:MAX_GAPS_NAMED]],
    }


def _index_gap(record: Record, part: str, reason: str) -> Gap:
    if part == record.text_id:
        error = IndexingRefusedError(f"The index did not take the text of {record.document.name} ({reason}).")
        return Gap(0, **error.to_json())
    page = record.pages[part]
    error = IndexingRefusedError(
        f"The index did not take an image of page {page} of {record.document.name} ({reason})."
    )
    return Gap(page, **error.to_json(), image_id=part.rsplit("/", 1)[-1])
