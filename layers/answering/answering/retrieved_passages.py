"""Passages that the index found: merged from several searches, and only those that the caller may read."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from docent.callers import Caller
from docent.citations import Citation
from docent.document_rows import DocumentRow, file_name_of

# Of Kendra's ScoreConfidence: https://docs.aws.amazon.com/kendra/latest/APIReference/API_ScoreAttributes.html
# NOT_AVAILABLE is what it says of every language but English, so it cannot count against a passage.
SCORES = {"VERY_HIGH": 3, "HIGH": 3, "MEDIUM": 2, "NOT_AVAILABLE": 2, "LOW": 1}
# Reciprocal rank fusion: the constant of Cormack, Clarke and Büttcher (2009).
RANK_CONSTANT = 60
# A line of a few words that ends no sentence and is no row of a table.
_HEADING = re.compile(r"(?=.*[^\W\d_]{2})[^|\n]{2,110}(?<![.,;:!?…-])")
EXCERPT_CHARS = 1500  # Kendra's passages have about 200 tokens

# Approved answers are in the same index as documents. Neither may take the places of the other.
type Kind = Literal["document", "approved_answer"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One retrieved passage. `image_key` is the key of the image it was read in; `score` is 3, 2 or 1; `left_out` is
    what its document tells language models to do."""

    document_id: str
    generation: str
    key: str
    page: int | None
    box: tuple[float, ...] | None
    image_key: str | None
    text: str
    score: int
    left_out: str = ""

    @classmethod
    def from_kendra(cls, item: Mapping[str, Any]) -> Self:
        attributes = {entry["Key"]: _value(entry["Value"]) for entry in item.get("DocumentAttributes", [])}
        image_key = attributes.get("docent_picture")
        places = json.loads(attributes.get("docent_places", "[]")) if image_key else []
        confidence = item.get("ScoreAttributes", {}).get("ScoreConfidence", "NOT_AVAILABLE")
        return cls(
            document_id=attributes.get("docent_document", ""),
            generation=_generation(item.get("DocumentId", "")),
            key=attributes.get("docent_key", ""),
            page=attributes.get("docent_page") or attributes.get("_excerpt_page_number"),
            box=tuple(places[0]["bbox"]) if places else None,
            image_key=image_key,
            text=item.get("Content", ""),
            score=SCORES.get(confidence, SCORES["NOT_AVAILABLE"]),
        )

    @classmethod
    def from_vector(cls, key: str, text: str, metadata: Mapping[str, Any], score: int) -> Self:
        """From a vector's key and metadata, as sync_s3_vectors and index_answer put them."""
        image_key = metadata.get("picture")
        places = json.loads(metadata.get("places", "[]")) if image_key else []
        page = metadata.get("page")
        return cls(
            document_id=metadata.get("document", ""),
            generation=_generation(key),
            key=metadata.get("key", ""),
            page=int(page) if page else None,
            box=tuple(places[0]["bbox"]) if places else None,
            image_key=image_key,
            text=text,
            score=score,
        )

    @property
    def file_name(self) -> str:
        """The name of its document; empty for what others put into the index."""
        return file_name_of(self.key)

    @property
    def heading(self) -> str:
        """The heading that its text begins with; empty where there is none. The lines of an image are no headings."""
        return "" if self.image_key else heading_and_body(self.text)[0]

    @property
    def body(self) -> str:
        """Its text below the heading."""
        return heading_and_body(self.text)[1] if self.heading else self.text

    @property
    def ground(self) -> str:
        """What a sentence that cites it can rest on: its text, and the names of its document and chapter."""
        return f"{self.file_name}\n{self.text}" if self.file_name else self.text

    def to_citation(self, excerpt: str) -> Citation:
        return Citation(self.document_id, self.key, self.page, self.box, excerpt, self.image_key)


def heading_and_body(text: str) -> tuple[str, str]:
    """A passage's text in two: the heading that it begins with, if there is one, and the rest."""
    first, _, rest = text.strip().partition("\n")
    return (first.strip(), rest.strip()) if rest.strip() and _HEADING.fullmatch(first.strip()) else ("", text)


def _generation(entry_id: str) -> str:
    """Of `<document>/<generation>/…`, an entry's id in the index; empty for what others put there."""
    return entry_id.split("/")[1] if entry_id.count("/") >= 2 else ""


def _value(value: Mapping[str, Any]) -> Any:
    return next(iter(value.values()), None)


def merged(searches: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The passages of several searches, each once, by reciprocal rank fusion; with the best score it had."""
    ranks: dict[tuple[str, str | None, str], float] = {}
    best: dict[tuple[str, str | None, str], Passage] = {}
    for passages in searches:
        for rank, passage in enumerate(passages, start=1):
            key = passage.document_id, passage.image_key, passage.text
            known = best.setdefault(key, passage)
            best[key] = replace(known, score=max(known.score, passage.score))
            ranks[key] = ranks.get(key, 0.0) + 1 / (RANK_CONSTANT + rank)
    return [best[key] for key in sorted(ranks, key=lambda key: -ranks[key])]


def readable(passages: Sequence[Passage], rows: Mapping[str, DocumentRow], caller: Caller) -> list[Passage]:
    """Those of an upload that answers may use now, whose document names the caller as a reader: whatever the index
    still holds, and whatever others put into it."""
    return [
        passage
        for passage in passages
        if (row := rows.get(passage.document_id))
        and row.answers_from(passage.generation)
        and row.may_be_read_by(caller)
    ]
