"""The questions of one table: its header row, its columns, its sections, and why other rows are no questions.

A table is sparse: rows and columns have the numbers that its file gives them, and empty cells are left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from find_questions.column_words import WEAK, is_plainly, role_of
from find_questions.wording import (
    clean,
    is_asked,
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

type Columns = dict[str, int]
SECTION = "a section's title"
SKIPPED_ROWS = 100


@dataclass
class Table:
    name: str
    rows: dict[int, dict[int, str]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged_rows: set[int] = field(default_factory=set)
    # The places for answers that can be seen although they are empty, as in a Word table.
    empty: set[tuple[int, int]] = field(default_factory=set)


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
class Part:
    """The rows below one header row."""

    columns: Columns
    rows: list[int]
    header_row: int | None = None
    explicit: bool = False  # the header names the question's column


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
    finding.parts = [_given_part(table, given)] if given else list(_parts(table))
    if not finding.parts:
        finding.why_not = "no column holds questions"
        return finding
    finding.has_answer_column = any("answer" in part.columns for part in finding.parts)
    if not given:
        _share_columns(table, finding.parts)
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


def _parts(table: Table) -> Iterator[Part]:
    rows = sorted(row for row, cells in table.rows.items() if cells)
    headers = [(row, columns) for row in rows if (columns := _header(table, row, row == rows[0]))]
    headers = list(_in_two_rows(table, headers))
    if any(len(columns) > 1 for _, columns in headers):
        headers = [(row, columns) for row, columns in headers if set(columns) != {"question"}]  # others are titles
    if not headers:
        if columns := _asking_column(table, rows):
            yield Part(columns, rows)
        elif found := list(_fields(table, rows)):
            yield from found
        return
    if above := [row for row in rows if row < headers[0][0]]:
        # Rows with the same kind of label as those below: the header came too late for them.
        yield Part({}, above)
    for (row, columns), (following, _) in pairwise([*headers, (1 << 40, {})]):
        own = [each for each in rows if row < each < following]
        yield Part(columns, own, row, "question" in columns)


def _in_two_rows(table: Table, headers: list[tuple[int, Columns]]) -> Iterator[tuple[int, Columns]]:
    """A header whose second row names the columns below "Response"."""
    second = -1
    for row, columns in headers:
        if row == second:
            continue
        if named := _second_row(table, row + 1, columns):
            second = row + 1
            yield second, columns | named
        else:
            yield row, columns


def _second_row(table: Table, row: int, columns: Columns) -> Columns:
    cells, question = table.rows.get(row, {}), columns.get("question")
    roles = {column: role_of(text) for column, text in cells.items()}
    if question is None or not roles or min(roles) <= question:
        return {}
    if not set(roles.values()) <= {"answer", "comment", "evidence"}:
        return {}
    return {role: column for column, role in sorted(roles.items(), reverse=True) if role}


def _header(table: Table, row: int, is_first: bool) -> Columns | None:
    """The columns that a row names; None where it is no header."""
    cells = table.rows[row]
    first = cells[min(cells)]
    if any(
        len(text) > 160 or (is_asked(text) and len(text.split()) > 4 and not role_of(text)) for text in cells.values()
    ):
        return None
    if is_label(first) and not role_of(first):
        return None
    roles = {column: role for column, text in cells.items() if (role := role_of(text))}
    if roles.get(min(cells), "number") != "number" and _labels_below(table, row, min(cells)):
        del roles[min(cells)]  # a section's title above the numbers
    named = set(roles.values())
    columns: Columns = {}
    asked = [column for column, role in roles.items() if role == "question"] or [
        column for column, role in roles.items() if role == WEAK
    ]
    if asked:
        columns["question"] = _longest(table, row, asked)

    question = columns.get("question")
    for role in ("answer", "comment", "evidence"):
        found = [column for column, each in roles.items() if each == role]
        after = [column for column in found if question is None or column > question] or found
        if after:
            columns[role] = after[0]
        if role == "answer" and len(after) > 1:
            columns["comment"] = after[1]
    for role in ("number", "section"):
        found = [column for column, each in roles.items() if each == role]
        before = [column for column in found if question is None or column < question] or found
        if before:
            columns[role] = before[-1]
    strong = "question" in named
    if question is not None and len(named) >= 2 and (strong or named & {"number", "answer", "comment"}):
        if not strong and "answer" not in columns and not _mostly_asking(table, row, question):
            return None
        return columns
    if strong and question is not None and is_plainly("question", cells[question]) and (is_first or len(cells) == 1):
        return columns if len(cells) <= 2 or is_first else None
    if question is None and "answer" in columns and is_plainly("answer", cells[columns["answer"]]):
        return columns if min(cells) < columns["answer"] else None
    return None


def _labels_below(table: Table, header: int, column: int) -> bool:
    below = [cells[column] for row in range(header + 1, header + 6) if column in (cells := table.rows.get(row, {}))]
    return bool(below) and sum(map(is_label, below)) * 2 > len(below)


def _longest(table: Table, header: int, columns: list[int]) -> int:
    """Which of several columns that could be the question has the longest texts."""
    below = [cells for row, cells in table.rows.items() if row > header][:50] if len(columns) > 1 else []
    return max(columns, key=lambda column: sum(len(cells.get(column, "")) for cells in below))


def _mostly_asking(table: Table, header: int, column: int) -> bool:
    texts = [cells[column] for row, cells in table.rows.items() if row > header and column in cells][:200]
    return bool(texts) and sum(map(is_asking, texts)) * 2 >= len(texts)


def _asking_column(table: Table, rows: list[int]) -> Columns | None:
    """The question's column of a table without a header: where at least two cells, and most of them, ask."""
    asking, filled = Counter[int](), Counter[int]()
    for row in rows:
        for column, text in table.rows[row].items():
            filled[column] += 1
            asking[column] += is_asking(text) and len(text) > 12 and not is_note(text)
    for column, count in asking.most_common(1):
        if count >= 2 and count * 2 >= filled[column]:
            columns = {"question": column}
            labels = [each for each in filled if each < column and _are_labels(table, rows, each)]
            return columns | ({"number": labels[-1]} if labels else {})
    return None


def _are_labels(table: Table, rows: list[int], column: int) -> bool:
    texts = [table.rows[row][column] for row in rows if column in table.rows[row]]
    return len(texts) >= 2 and sum(map(is_label, texts)) * 2 > len(texts)


def _fields(table: Table, rows: list[int]) -> Iterator[Part]:
    """Forms: rows of a name and an empty cell to its right, at least half of a block's names with a colon."""
    blocks: list[tuple[int, list[int]]] = []
    for row in rows:
        cells = table.rows[row]
        column = min(cells)
        text = cells[column]
        value = cells.get(column + 1, "")
        if len(cells) > 2 or len(text) > 90 or is_note(text) or is_placeholder(text) or ": " in text.strip():
            continue
        if len(cells) == 2 and (not value or len(value) > 200):
            continue
        if blocks and blocks[-1][0] == column and blocks[-1][1][-1] == row - 1:
            blocks[-1][1].append(row)
        else:
            blocks.append((column, [row]))
    for column, block in blocks:
        names = [table.rows[row][column].rstrip() for row in block]
        seen = sum((row, column + 1) in table.empty for row in block) * 2 >= len(block)
        with_colon = sum(name.endswith((":", "：")) for name in names)
        if with_colon * 2 >= len(block) or (seen and len(block) >= 2 and sum(map(is_field, names)) * 2 >= len(block)):
            yield Part({"question": column, "answer": column + 1}, block, explicit=True)


def _share_columns(table: Table, parts: list[Part]) -> None:
    """Gives each part the columns that its own header leaves out: those of the parts above it, else of the contents."""
    known: Columns = {}
    inferred: list[Part] = []
    for part in parts:
        if "question" not in part.columns:
            inferred.append(part)
        if part.columns:
            known = known | part.columns
    answer = known.get("answer", 1 << 40)
    for part in inferred:
        lengths = Counter[int]()
        for row in [row for each in inferred for row in each.rows]:
            for column, text in table.rows[row].items():
                if column < answer:
                    lengths[column] += len(text) if not is_label(text) else 0
        if "question" not in known and lengths:
            # Notes above a table run over its columns: the question is beside the labels.
            labelled = [
                (row, columns[1])
                for row in part.rows
                if len(columns := sorted(table.rows[row])) > 1 and is_label(table.rows[row][columns[0]])
            ]
            votes = Counter(column for _, column in labelled if column < answer)
            known["question"] = votes.most_common(1)[0][0] if votes else lengths.most_common(1)[0][0]
    for part in parts:
        for role in ("question", "answer", "number", "section", "comment", "evidence"):
            column = known.get(role)
            if column is None or role in part.columns or column in part.columns.values():
                continue
            if part.header_row is None or role not in {"comment", "evidence"}:
                part.columns[role] = column
        question = part.columns.get("question")
        if question is not None and "number" not in part.columns:
            labels = [each for each in range(question - 1, question - 4, -1) if _are_labels(table, part.rows, each)]
            if labels and labels[0] not in part.columns.values():
                part.columns["number"] = labels[0]
    number = next((part.columns["number"] for part in parts if "number" in part.columns), None)
    for part in parts:
        if number is not None and number not in part.columns.values():
            part.columns.setdefault("number", number)
    # A part without a header of its own counts only where its rows are labelled as the others are.
    shapes = Counter(
        label_shape(text)
        for part in parts
        if part.header_row is not None and "number" in part.columns
        for row in part.rows
        if (text := table.rows[row].get(part.columns["number"], "")) and is_label(text)
    )
    for part in parts:
        if part.header_row is None and len(parts) > 1:
            part.rows = [
                row
                for row in part.rows
                if number is not None
                and label_shape(table.rows[row].get(number, "")) in shapes
                and part.columns.get("question") in table.rows[row]
            ]


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
