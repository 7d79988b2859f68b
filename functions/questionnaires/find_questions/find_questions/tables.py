"""The questions of one table, its sections, and why other rows are no questions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from find_questions.column_words import role_of
from find_questions.table_parts import Columns, Part, Table, parts_of, share_columns
from find_questions.wording import (
    clean,
    is_asking,
    is_field,
    is_follow_up,
    is_label,
    is_note,
    is_placeholder,
    label_shape,
    parent_label,
    without_label,
)

SECTION = "a section's title"
SKIPPED_ROWS = 100


@dataclass
class Row:
    """A question in a table; `columns` are those of its part of the table, `header` is what stands above the answer."""

    row: int
    text: str
    columns: Columns
    label: str = ""
    section: str = ""
    parent: str = ""
    existing: str = ""
    header: str = ""


@dataclass
class Finding:
    rows: list[Row] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    has_answer_column: bool = False
    why_not: str = ""

    def map_entries(self) -> list[dict[str, Any]]:
        """One for each set of columns, so that a table that repeats its header has one entry."""
        entries: list[dict[str, Any]] = []
        for part in self.parts:
            own = set(part.rows)
            found = [row.row for row in self.rows if row.row in own]
            if not found:
                continue
            if entries and entries[-1]["columns"] == part.columns:
                entries[-1]["rows"][1] = found[-1]
                continue
            first = found[0] if part.header_row is None else part.rows[0]
            entries.append({"header_row": part.header_row, "columns": part.columns, "rows": [first, found[-1]]})
        if entries:
            entries[0]["skipped"] = [{"row": row, "why": why} for row, why in self.skipped[:SKIPPED_ROWS]]
            if more := len(self.skipped) - SKIPPED_ROWS:
                entries[0] |= {"more_skipped": more} if more > 0 else {}
        return entries


def find_in(table: Table, given: Mapping[str, Any] | None = None) -> Finding:
    """`given` is an entry of a map: `header_row`, `columns`, `rows`, `skipped`; it decides where it says something."""
    if not given and len(blocks := _side_by_side(table)) > 1:
        return _joined([find_in(block) for block in blocks])
    finding = Finding()
    finding.parts = [_given_part(table, given)] if given else list(parts_of(table))
    if not finding.parts:
        finding.why_not = "no column holds questions"
        return finding
    finding.has_answer_column = any("answer" in part.columns for part in finding.parts)
    if not given:
        share_columns(table, finding.parts)
    right = 1 + max((max(cells) for cells in table.rows.values() if cells), default=0)
    skipped = _given_skips(given)
    for part in finding.parts:
        part.columns.setdefault("answer", right)
        _read_part(table, part, finding, skipped)
    _name_parents(finding.rows)
    return finding


def _side_by_side(table: Table) -> list[Table]:
    """The tables that stand beside each other: a header that names a question and its answer more than once."""
    for _, cells in sorted(table.rows.items()):
        roles = [(column, role) for column, text in sorted(cells.items()) if (role := role_of(text))]
        kinds = [role for _, role in roles if role in ("question", "answer")]
        if len(kinds) < 4 or kinds != ["question", "answer"] * (len(kinds) // 2):
            continue
        starts: list[int] = []
        own = 0
        for column, role in roles:
            if role == "question":
                starts.append(own or column)
            own = column if role == "number" else 0
        ends = [*starts[1:], 1 << 40]
        return [_columns_of(table, 0 if at == 0 else starts[at], ends[at]) for at in range(len(starts))]
    return [table]


def _columns_of(table: Table, first: int, end: int) -> Table:
    rows = {
        row: {column: text for column, text in cells.items() if first <= column < end}
        for row, cells in table.rows.items()
    }
    formulas, empty = (
        {(row, column) for row, column in places if first <= column < end} for places in (table.formulas, table.empty)
    )
    return Table(table.name, {row: cells for row, cells in rows.items() if cells}, formulas, table.merged_rows, empty)


def _joined(findings: list[Finding]) -> Finding:
    """Block after block, as people read them."""
    return Finding(
        [row for each in findings for row in each.rows],
        [part for each in findings for part in each.parts],
        list(dict.fromkeys(skip for each in findings for skip in each.skipped)),
        any(each.has_answer_column for each in findings),
        next((each.why_not for each in findings if each.why_not), ""),
    )


def _given_part(table: Table, given: Mapping[str, Any]) -> Part:
    header = given.get("header_row")
    first, last = given.get("rows") or (-1, 1 << 40)
    rows = [row for row in sorted(table.rows) if first <= row <= last and row != header]
    if not given.get("rows") and header is not None:
        rows = [row for row in rows if row > header]
    return Part(dict(given["columns"]), rows, header, explicit=True)


def _given_skips(given: Mapping[str, Any] | None) -> dict[int, str] | None:
    if not given or "skipped" not in given or given.get("more_skipped"):
        return None
    return {each["row"]: each.get("why", "") for each in given["skipped"]}


def _read_part(table: Table, part: Part, finding: Finding, given_skips: Mapping[int, str] | None) -> None:
    question, number = part.columns.get("question"), part.columns.get("number")
    if question is None:
        return
    header = table.rows.get(part.header_row, {}) if part.header_row is not None else {}
    own_section = part.columns.get("section")
    section = ""
    if header and min(header) < question and question not in header and role_of(header[min(header)]) != "number":
        section = clean(header[min(header)])
    asking_shapes, labelled, asking = Counter[str](), 0, 0
    for row in part.rows:
        text, label = table.rows[row].get(question, ""), table.rows[row].get(number, "") if number is not None else ""
        if text and is_asking(text):
            asking += 1
            if label:
                labelled += 1
                asking_shapes[label_shape(label)] += 1
    filled = sum(question in table.rows[row] for row in part.rows)
    numbered = sum(number in table.rows[row] and question in table.rows[row] for row in part.rows) if number else 0
    kinds = _Kinds(part, asking_shapes, asking, filled, labelled * 5 >= asking * 3 and numbered * 2 >= filled)
    for row in part.rows:
        cells = table.rows[row]
        text = clean(cells.get(question, ""))
        label = clean(cells.get(number, "")) if number is not None else ""
        if own_section is not None and cells.get(own_section):
            section = clean(cells[own_section])
        if not text:
            titles = [each for column, each in sorted(cells.items()) if len(each) > 2 and not is_label(each)]
            left = [each for column, each in sorted(cells.items()) if column < question and not is_label(each)]
            title = (left or titles or [""])[-1]
            if len(title) > 3 and len(title) <= 120 and not is_note(title) and not is_placeholder(title):
                section = clean(title)
                finding.skipped.append((row, SECTION))
            continue
        why = given_skips.get(row, "") if given_skips is not None else kinds.why_not(text, label, row, cells, table)
        if given_skips is not None and row in given_skips:
            why = why or "the map skips it"
        if why:
            finding.skipped.append((row, why))
            if why == SECTION:
                section = text
            continue
        in_text, rest = without_label(text)
        answer = part.columns["answer"]
        existing = clean(cells.get(answer, ""))
        if (row, answer) in table.formulas:
            existing = existing or "a formula"
        finding.rows.append(
            Row(
                row,
                text if label or not in_text else rest,
                part.columns,
                label or in_text,
                "" if section == text else section,
                existing=""
                if is_placeholder(existing) and (row, answer) not in table.formulas and not _is_na(existing)
                else existing,
                header=header.get(answer, ""),
            )
        )


def _is_na(text: str) -> bool:
    """An answer of "N/A" is one; in the question's cell it is a placeholder."""
    return text.casefold() in {"n/a", "na", "none"}


@dataclass
class _Kinds:
    part: Part
    asking_shapes: Counter[str]
    asking: int
    filled: int
    numbered: bool  # a question of this part has a label

    def why_not(self, text: str, label: str, row: int, cells: Mapping[int, str], table: Table) -> str:
        """Why a row is no question; empty where it is one."""
        if is_placeholder(text):
            return "a placeholder"
        if is_note(text):
            return "a note"
        if is_asking(text):
            return ""
        answer = self.part.columns["answer"]
        others = [
            column for column in cells if column not in {self.part.columns["question"], self.part.columns.get("number")}
        ]
        mostly = self.asking * 2 >= self.filled
        if label and self.numbered:
            shape = label_shape(label)
            usual = self.asking_shapes.most_common(1)
            if shape in self.asking_shapes or (usual and usual[0][0] == shape) or not self.asking_shapes:
                return ""
            return SECTION
        if self.numbered:
            return SECTION if len(text) <= 120 else "a note"
        if not self.part.explicit and not label:
            return SECTION if len(text) <= 80 else "a note"
        if row in table.merged_rows or (text.isupper() and len(text) > 3 and not others):
            return SECTION
        if mostly and not others and (row, answer) not in table.formulas and not is_field(text) and len(text) <= 80:
            return SECTION if (row, answer) not in table.empty else ""
        return ""


def _name_parents(rows: list[Row]) -> None:
    by_label: dict[str, str] = {}
    main = ""
    for row in rows:
        above = by_label.get(parent_label(row.label), "") if row.label else ""
        if above:
            row.parent = above
        elif is_follow_up(row.text):
            row.parent = main
        if row.label:
            by_label[row.label.strip().rstrip(".):")] = row.text
        if not row.parent:
            main = row.text
