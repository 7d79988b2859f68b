"""The chain of the audit log: each entry has the hash of the one before, so that a changed entry is detected.

Pure, and without AWS: `docent audit verify` checks an exported log with it, away from the account.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

# What the first entry has as the hash of the one before.
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """`told` is what happened, as JSON that is kept as it is: `{at, event, by, …}`."""

    sequence: int
    told: str
    previous: str
    digest: str

    @classmethod
    def after(cls, last: "Entry | None", told: Mapping[str, Any]) -> Self:
        text = json.dumps(told, ensure_ascii=False, sort_keys=True)
        sequence, previous = (last.sequence + 1, last.digest) if last else (1, BEGINNING)
        return cls(sequence, text, previous, digest_of(sequence, text, previous))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(int(value["sequence"]), value["told"], value["previous"], value["digest"])

    def to_json(self) -> dict[str, Any]:
        return {"sequence": self.sequence, "told": self.told, "previous": self.previous, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last entry of a day, kept where nobody can change it."""

    day: str
    sequence: int
    digest: str

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(value["day"], int(value["sequence"]), value["digest"])

    def to_json(self) -> dict[str, Any]:
        return {"day": self.day, "sequence": self.sequence, "digest": self.digest}


def digest_of(sequence: int, told: str, previous: str) -> str:
    return hashlib.sha256(f"{sequence}\n{previous}\n{told}".encode()).hexdigest()


def problems_of(entries: Iterable[Entry], anchors: Sequence[Anchor]) -> list[str]:
    """The problems of a whole log, as sentences."""
    problems: list[str] = []
    digests: dict[int, str] = {}
    last: Entry | None = None
    for entry in entries:
        expected = last.sequence + 1 if last else 1
        if entry.sequence != expected:
            problems.append(f"Entry {entry.sequence} follows where {expected} is due: entries are missing or moved.")
        if entry.digest != digest_of(entry.sequence, entry.told, entry.previous):
            problems.append(f"Entry {entry.sequence} was changed: its hash does not fit.")
        if entry.previous != (last.digest if last else BEGINNING):
            problems.append(f"Entry {entry.sequence} does not follow the one before: it was rewritten from here on.")
        digests[entry.sequence] = entry.digest
        last = entry
    for anchor in anchors:
        if anchor.sequence not in digests:
            problems.append(f"The anchor of {anchor.day} names entry {anchor.sequence}, which the log does not have.")
        elif digests[anchor.sequence] != anchor.digest:
            problems.append(
                f"Entry {anchor.sequence} is not what was anchored on {anchor.day}: the chain was rewritten."
            )
    return problems
