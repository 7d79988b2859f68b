"""The parts of a table: its header rows, and the columns of the rows below each.

A table is sparse: rows and columns have the numbers that its file gives them, and empty cells are left out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from find_questions.column_words import WEAK, is_plainly, role_of
from find_questions.wording import (
    is_asked,
    is_asking,
    is_field,
    is_label,
    is_note,
    is_placeholder,
    label_shape,
)

type Columns = dict[str, int]


@dataclass
class Table:
    name: str
    rows: dict[int, dict[int, str]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged_rows: set[int] = field(default_factory=set)
    # The places for answers that can be seen although they are empty, as in a Word table.
    empty: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Part:
    """The rows below one header row."""

    columns: Columns
    rows: list[int]
    header_row: int | None = None
    explicit: bool = False  # the header names the question's column


def parts_of(table: Table) -> Iterator[Part]:
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


def share_columns(table: Table, parts: list[Part]) -> None:
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
