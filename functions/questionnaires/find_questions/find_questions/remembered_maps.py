"""Maps that people corrected, for the next file of the same owner with the same header.

What is kept of a map are its columns, and the header's texts by which they are found again, in whatever row it is.
The rows of one file say nothing about those of another.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from docent.batches import write_all
from docent.questionnaire_rows import read_items, read_row
from find_questions.table_parts import Table

# The partition of an owner's maps, and the sort key of one.
MAPS, HEADER = "maps#", "header#"
KEPT_FOR = 365 * 86_400

type Tables = Mapping[str, Table]


def kept_of(given: Mapping[str, Any], tables: Tables) -> list[dict[str, Any]]:
    """What to remember of a map; empty where it names no header."""
    kept: list[dict[str, Any]] = []
    for entry in given.get("sheets", []):
        if not entry.get("columns"):
            continue
        name, row = entry.get("sheet", ""), entry.get("header_row")
        table = tables.get(name) or next(iter(tables.values()), None)
        if table is None or row is None or not (cells := table.rows.get(row)):
            return []
        kept.append({"sheet": name, "columns": entry["columns"], "header": _texts(cells)})
    return kept


def map_of(kept: list[dict[str, Any]], tables: Tables) -> dict[str, Any] | None:
    """The map for a file whose tables have the same headers; None for any other."""
    entries: list[dict[str, Any]] = []
    for each in kept:
        table = tables.get(each["sheet"]) or (next(iter(tables.values())) if len(tables) == 1 else None)
        rows = [row for row, cells in sorted(table.rows.items()) if _texts(cells) == each["header"]] if table else []
        if table is None or not rows:
            return None
        entries.append({"sheet": table.name, "header_row": rows[0], "columns": each["columns"]})
    return {"sheets": entries} if entries else None


def remember(table: str, questionnaire_id: str, kept: list[dict[str, Any]], now: float) -> None:
    if not kept or not (owner := _owner(table, questionnaire_id)):
        return
    headers = json.dumps([[each["sheet"], each["header"]] for each in kept])
    item: Any = {
        "questionnaire_id": {"S": f"{MAPS}{owner}"},
        "item": {"S": f"{HEADER}{hashlib.sha256(headers.encode()).hexdigest()[:32]}"},
        "kept": {"S": json.dumps(kept, ensure_ascii=False)},
        "expires_at": {"N": str(int(now) + KEPT_FOR)},
    }
    write_all(table, [{"PutRequest": {"Item": item}}], "a map was remembered")


def remembered(table: str, questionnaire_id: str) -> Iterator[list[dict[str, Any]]]:
    """What is kept of the maps of a questionnaire's owner."""
    if owner := _owner(table, questionnaire_id):
        yield from (json.loads(each["kept"]) for each in read_items(table, f"{MAPS}{owner}", "kept", HEADER))


def _owner(table: str, questionnaire_id: str) -> str:
    """The subject of one who uploaded it, or the group that a file in the bucket belongs to."""
    row = read_row(table, questionnaire_id)
    return (row.owner.subject or ",".join(row.owner.groups)) if row else ""


def _texts(cells: Mapping[int, str]) -> dict[str, str]:
    return {str(column): " ".join(text.split()).casefold() for column, text in sorted(cells.items())}
