"""The cells of one worksheet part: found, made in their order where they are absent, and given a value."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from .entries import shortened

CELL_LIMIT = 32_767  # UTF-16 units that Excel keeps in a cell
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Excel reads _x0041_ in a text as the character of that code.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# A merged range of more cells is looked up, not listed.
_LISTED = 4096


class SheetCells:
    def __init__(self, root: Any) -> None:
        self.root, self._namespace = root, etree.QName(root).namespace
        self._data = root.find(self._tag("sheetData"))
        self._rows: dict[int, Any] = {}
        # Of the row that was asked for last: questions come row by row, and a sheet can have tens of thousands.
        self._cells: tuple[int, dict[int, Any]] = 0, {}
        number = 0
        for row in self._data.iterchildren(self._tag("row")):
            number = int(row.get("r", number + 1))
            self._rows[number] = row
        self._numbers = sorted(self._rows)
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        self._large: list[tuple[int, int, int, int]] = []
        self._read_merged()

    def cell(self, reference: str) -> Any:
        """The cell; of merged cells the first, which holds their value."""
        row, column = self._first_of_merged(*position(reference))
        cells = self._cells_of(row)
        if column not in cells:
            self._add_cell(row, column)
        return cells[column]

    def formula(self, cell: Any) -> Any | None:
        return cell.find(self._tag("f"))

    def is_empty(self, cell: Any) -> bool:
        return not any(child.text or len(child) for child in cell if etree.QName(child).localname in ("f", "v", "is"))

    def put(self, cell: Any, value: str | Decimal | int) -> bool:
        """Whether the whole value fits. The cell keeps its style."""
        for name in ("t", "cm", "vm"):
            cell.attrib.pop(name, None)
        for name in ("f", "v", "is"):
            for child in cell.findall(self._tag(name)):
                cell.remove(child)
        if not isinstance(value, str):
            number = etree.Element(self._tag("v"))
            number.text = str(value)
            cell.insert(0, number)
            return True
        cell.set("t", "inlineStr")
        fitting = shortened(value, CELL_LIMIT)
        inline = etree.Element(self._tag("is"))
        text = etree.SubElement(inline, self._tag("t"))
        text.text = escaped(fitting)
        text.set(_XML_SPACE, "preserve")
        cell.insert(0, inline)
        return fitting == value

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"

    def _read_merged(self) -> None:
        for merged in self.root.iterfind(f"{self._tag('mergeCells')}/{self._tag('mergeCell')}"):
            start, _, end = merged.get("ref", "").partition(":")
            (top, left), (bottom, right) = position(start), position(end or start)
            if (bottom - top + 1) * (right - left + 1) > _LISTED:
                self._large.append((top, left, bottom, right))
                continue
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    self._merged[row, column] = top, left

    def _first_of_merged(self, row: int, column: int) -> tuple[int, int]:
        for top, left, bottom, right in self._large:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return self._merged.get((row, column), (row, column))

    def _cells_of(self, row: int) -> dict[int, Any]:
        if row != self._cells[0]:
            cells, column = dict[int, Any](), 0
            for cell in self._row(row).iterchildren(self._tag("c")):
                column = position(cell.get("r"))[1] if cell.get("r") else column + 1
                cells[column] = cell
            self._cells = row, cells
        return self._cells[1]

    def _row(self, number: int) -> Any:
        if number not in self._rows:
            row = etree.Element(self._tag("row"), r=str(number))
            index = bisect_left(self._numbers, number)
            if index < len(self._numbers):
                self._rows[self._numbers[index]].addprevious(row)
            else:
                self._data.append(row)
            self._numbers.insert(index, number)
            self._rows[number] = row
        return self._rows[number]

    def _add_cell(self, row: int, column: int) -> None:
        cells, parent = self._cells_of(row), self._row(row)
        cell = etree.Element(self._tag("c"), r=f"{letters(column)}{row}")
        if style := self._style(parent, column):
            cell.set("s", style)
        behind = min((other for other in cells if other > column), default=None)
        if behind is not None:
            cells[behind].addprevious(cell)
        elif cells:
            cells[max(cells)].addnext(cell)
        else:
            parent.insert(0, cell)
        cells[column] = cell
        parent.attrib.pop("spans", None)  # only a hint, which may now be wrong
        self._extend(row, column)

    def _style(self, row: Any, column: int) -> str | None:
        """Of a cell that is absent: its row's, or else its column's."""
        if row.get("customFormat") in ("1", "true") and row.get("s"):
            return row.get("s")
        for columns in self.root.iterfind(f"{self._tag('cols')}/{self._tag('col')}"):
            if int(columns.get("min")) <= column <= int(columns.get("max")):
                return columns.get("style")
        return None

    def _extend(self, row: int, column: int) -> None:
        dimension = self.root.find(self._tag("dimension"))
        if dimension is None:
            return
        start, _, end = dimension.get("ref", "A1").partition(":")
        (top, left), (bottom, right) = position(start), position(end or start)
        first = f"{letters(min(left, column))}{min(top, row)}"
        dimension.set("ref", f"{first}:{letters(max(right, column))}{max(bottom, row)}")


class DateStyles:
    """Which styles of cells show a number as a date, from styles.xml."""

    _BUILT_IN = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])

    def __init__(self, styles: Any | None, since_1904: bool) -> None:
        self._styles: set[str] = set()
        self._first = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
        if styles is None:
            return
        formats = {
            int(each.get("numFmtId")): each.get("formatCode", "") for each in styles.iterfind("{*}numFmts/{*}numFmt")
        }
        for number, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
            own = int(style.get("numFmtId", 0))
            if own in self._BUILT_IN or _shows_days(formats.get(own, "")):
                self._styles.add(str(number))

    def value(self, cell: Any, day: date) -> int | str:
        """The day's serial number where the cell shows it as a date, else its text."""
        return (day - self._first).days if cell.get("s", "0") in self._styles else day.isoformat()


def position(reference: str) -> tuple[int, int]:
    """Row and column, from 1. Raises ValueError for what is no cell."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise ValueError("not a cell's reference")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def escaped(text: str) -> str:
    return _ESCAPE.sub("_x005F_", text)


def has_formulas(parts: Iterable[bytes]) -> bool:
    return any(re.search(rb"<(?:\w+:)?f[\s/>]", part) for part in parts)


def _shows_days(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code)
    return bool(re.search(r"[dDyY]", plain)) and "General" not in plain
