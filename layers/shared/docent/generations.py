"""The uploads of one document that left something in the derived bucket.

Every upload is a generation with a prefix of its own, so two uploads that are processed at the same
time never overwrite each other, and what an interrupted one left is found by listing.
"""

from dataclasses import dataclass
from typing import Any, Self

from docent.derived_keys import document_prefix
from docent.objects import list_keys


@dataclass(frozen=True, slots=True)
class Selection:
    """Which generations of a document: those before one, those up to and with it, or that one only."""

    document_id: str
    which: str  # before | through | only
    generation: str

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(value["document_id"], value["which"], value["generation"])

    def holds(self, generation: str) -> bool:
        match self.which:
            case "before":
                return generation < self.generation
            case "through":
                return generation <= self.generation
            case "only":
                return generation == self.generation
            case _:
                raise ValueError(f"which: {self.which}")


def generations_of(bucket: str, document_id: str) -> list[str]:
    """Every generation with anything in the derived bucket, oldest first."""
    prefix = document_prefix(document_id)
    return sorted({key[len(prefix) :].split("/", 1)[0] for key in list_keys(bucket, prefix)})
