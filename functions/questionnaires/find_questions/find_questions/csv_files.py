"""The questions of a CSV file, whatever its encoding and its delimiter."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from docent.errors.questionnaires import InvalidMapError, UnreadableQuestionnaireError
from find_questions.found import Found
from find_questions.table_parts import Table
from find_questions.tables import find_in
from find_questions.wording import answer_type_in

_DELIMITERS = ",;\t|"
# Of one cell, in characters.
_LARGEST_CELL = 1_000_000


def find_in_csv(text: str, name: str, given: Mapping[str, Any] | None) -> Found:
    """Places are rows and columns from 0, as Python's csv counts the records, the header included."""
    dialect = _dialect(text)
    csv.field_size_limit(_LARGEST_CELL)
    table = Table(name, {})
    try:
        for row, record in enumerate(csv.reader(io.StringIO(text, newline=""), dialect)):
            if cells := {column: value.strip() for column, value in enumerate(record) if value.strip()}:
                table.rows[row] = cells
    except csv.Error as error:
        raise UnreadableQuestionnaireError(f"{name} is no CSV file ({error}).") from error
    findings = [find_in(table, entry) for entry in _given(given, name)] or [find_in(table)]
    entries = [entry for finding in findings for entry in finding.map_entries()]
    found = Found({"format": "csv", "delimiter": dialect.delimiter, "sheets": entries}, tables={name: table})
    for row in (row for finding in findings for row in finding.rows):
        place: dict[str, Any] = {"row": row.row, "column": row.columns["answer"]}
        place |= {role: row.columns[role] for role in ("comment", "evidence") if role in row.columns}
        kind = answer_type_in(row.header, row.text)
        found.add(row.text, place, kind, label=row.label, section=row.section, parent=row.parent, existing=row.existing)
    return found


def _given(given: Mapping[str, Any] | None, name: str) -> list[dict[str, Any]]:
    entries = [dict(each) for each in (given or {}).get("sheets", []) if each.get("columns")]
    for entry in entries:
        columns = entry["columns"]
        if "question" not in columns or not all(isinstance(each, int) and each >= 0 for each in columns.values()):
            raise InvalidMapError(
                f"The map of {name} must name the question's column, and each column by its number from 0."
            )
    return entries


def _dialect(text: str) -> type[csv.Dialect]:
    """The delimiter that cuts most lines into equally many cells; csv.Sniffer takes a letter for one in short files."""

    def agreement(delimiter: str) -> tuple[int, int]:
        sizes = [len(each) for each in csv.reader(io.StringIO(text[:65536], newline=""), delimiter=delimiter)][:200]
        usual = max(set(sizes), key=sizes.count, default=1)
        return (sizes.count(usual) if usual > 1 else 0, usual)

    csv.field_size_limit(_LARGEST_CELL)
    try:
        best = max(_DELIMITERS, key=agreement)
        found = best if agreement(best)[0] else ","
    except csv.Error:
        found = ","

    class Found(csv.excel):
        delimiter = found

    return Found
