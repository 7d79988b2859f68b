"""The DataZone ids of Docent's assets and terms, one row of the catalog table each.

    name      `asset:…` of a product, `term:…` of a glossary term, or `set-up`
    id        in DataZone
    digest    of what was published last; empty if nothing is
    edition   counts the changes of the row

DataZone's search finds things some time after they were made, so it cannot tell whether they are there.
"""

from dataclasses import dataclass
from typing import Any

from docent.table_rows import change_row, read_item


@dataclass(frozen=True, slots=True)
class Entry:
    id: str = ""
    digest: str = ""
    edition: int = 0


@dataclass(frozen=True, slots=True)
class Entries:
    table: str

    def get(self, name: str) -> Entry:
        item: Any = read_item(self.table, {"name": {"S": name}}, "what DataZone has was looked up")
        if not item:
            return Entry()
        return Entry(item["id"]["S"], item["digest"]["S"], int(item["edition"]["N"]))

    def put(self, name: str, entry: Entry, before: Entry) -> bool:
        """False if the row has changed since `before` was read."""
        condition = "edition = :before" if before.edition else "attribute_not_exists(id)"
        values: dict[str, Any] = {"id": entry.id, "digest": entry.digest, "next": before.edition + 1}
        values |= {"before": before.edition} if before.edition else {}
        change = "SET id = :id, digest = :digest, edition = :next"
        doing = "what DataZone has was noted"
        return change_row(self.table, {"name": {"S": name}}, change, condition, values, doing)
