"""One item as it is written for other programs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self

from labeling.items import Item
from labeling.labels import Label


@dataclass(frozen=True, slots=True)
class ExportedItem:
    """`name` is unique in a task, and fit for a file's name and for RTTM, which knows no spaces."""

    number: int
    name: str
    source: str
    duration_us: int | None
    label: Label

    @classmethod
    def of(cls, item: Item, label: Label) -> Self:
        """Of a text, nothing is in a file of its own, so its name is not used."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "_", PurePosixPath(item.source).stem)[:100]
        return cls(item.number, f"{item.number:07d}-{stem}", item.source, item.duration_us, label)

    def segments_of(self, track: str) -> list[Mapping[str, Any]]:
        return [segment for segment in self.label["segments"] if segment["track"] == track]
