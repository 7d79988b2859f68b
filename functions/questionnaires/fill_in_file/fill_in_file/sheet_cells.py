"""The cells of one worksheet part: found, made in their order where they are absent, and given a value."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import IO, Any

from lxml import etree

from .entries import shortened
from .package_parts import parse_xml
from .sheet_layout import SheetLayout, tag_at

CELL_LIMIT = 32_767  # UTF-16 units that Excel keeps in a cell
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Excel reads _x0041_ in a text as the character of that code.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# A merged range of more cells is looked up, not listed.
_LISTED = 4096


class SheetCells:
    """Only a row that gets a value is parsed, one at a time. All other bytes of the part are written as they are: the
    tree of a sheet takes twelve times the memory of its text."""

    def __init__(self, source: bytes) -> None:
        """Raises ValueError for a part that has no rows to write into."""
        self._layout = SheetLayout.of(source)
        self._changed: dict[int, bytes] = {}
        self._open: tuple[int, Any] = 0, None
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        self._large: list[tuple[int, int, int, int]] = []
        self._extent = self._layout.extent
        for merged in self._layout.merged:
            self._add_merged(merged)

    def cell(self, reference: str) -> Any:
        """The cell; of merged cells the first, which holds their value. It is one of the sheet until the next call for
        another row."""
        row, column = self._first_of_merged(*position(reference))
        cells = self._cells_of(row)
        return cells[column] if column in cells else self._added(row, column, cells)

    def write(self, file: IO[bytes]) -> None:
        self._close_row()
        self._layout.write(file, self._changed, self._extent)

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
        return f"{{{self._layout.namespace}}}{name}"

    def _add_merged(self, reference: str) -> None:
        start, _, end = reference.partition(":")
        (top, left), (bottom, right) = position(start), position(end or start)
        if (bottom - top + 1) * (right - left + 1) > _LISTED:
            self._large.append((top, left, bottom, right))
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self._merged[row, column] = top, left

    def _first_of_merged(self, row: int, column: int) -> tuple[int, int]:
        for top, left, bottom, right in self._large:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return self._merged.get((row, column), (row, column))

    def _cells_of(self, row: int) -> dict[int, Any]:
        cells, column = dict[int, Any](), 0
        for cell in self._row(row).iterchildren(self._tag("c")):
            column = position(cell.get("r"))[1] if cell.get("r") else column + 1
            cells[column] = cell
        return cells

    def _row(self, number: int) -> Any:
        if number != self._open[0]:
            self._close_row()
            text = self._changed.get(number) or self._layout.row(number)
            self._open = number, parse_xml(self._layout.opening + text + self._layout.closing)
        return self._open[1][0]

    def _close_row(self) -> None:
        number, part = self._open
        if part is not None:
            text = etree.tostring(part, encoding="UTF-8")
            self._changed[number] = text[tag_at(text, 0).end() : text.rindex(b"</")]
        self._open = 0, None

    def _added(self, row: int, column: int, cells: dict[int, Any]) -> Any:
        parent = self._row(row)
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
        parent.attrib.pop("spans", None)  # only a hint, which may now be wrong
        self._extend(row, column)
        return cell

    def _style(self, row: Any, column: int) -> str | None:
        """Of a cell that is absent: its row's, or else its column's."""
        if row.get("customFormat") in ("1", "true") and row.get("s"):
            return row.get("s")
        for columns in self._layout.columns:
            if int(columns["min"]) <= column <= int(columns["max"]):
                return columns.get("style")
        return None

    def _extend(self, row: int, column: int) -> None:
        start, _, end = self._extent.partition(":")
        (top, left), (bottom, right) = position(start), position(end or start)
        first = f"{letters(min(left, column))}{min(top, row)}"
        self._extent = f"{first}:{letters(max(right, column))}{max(bottom, row)}"


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
