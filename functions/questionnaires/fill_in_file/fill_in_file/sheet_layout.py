"""Where the rows of a worksheet part are, as places in its bytes, and what else is needed to write into them."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Self
from xml.parsers import expat

from lxml import etree

from .package_parts import parse_xml

# A start tag or an end tag. A value may hold a `>`.
_TAG = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_OTHER_ENCODING = re.compile(
    rb"""\xff\xfe|\xfe\xff|<\?xml[^>]*encoding=["'](?!utf-?8["']|us-ascii["'])""", re.IGNORECASE
)


@dataclass(slots=True)
class SheetLayout:
    """`opening` and `closing` are the tags of the part's root. `extent` is the range of cells that the part declares,
    `merged` its merged ranges, `columns` the attributes of its columns."""

    source: bytes
    opening: bytes = b""
    closing: bytes = b""
    namespace: str = ""
    extent: str = "A1"
    merged: list[str] = field(default_factory=list)
    columns: list[dict[str, str]] = field(default_factory=list)
    _prefix: bytes = b""
    _rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    _data: tuple[int, int] = 0, 0
    _rows_end: int = 0
    _is_empty: bool = False  # `<sheetData/>`
    _dimension: tuple[int, int] = 0, 0

    @classmethod
    def of(cls, source: bytes) -> Self:
        if _OTHER_ENCODING.match(source):
            source = etree.tostring(parse_xml(source), xml_declaration=True, encoding="UTF-8", standalone=True)
        layout = cls(source)
        layout._read()
        if layout._data == (0, 0):
            raise ValueError("a part without rows")
        return layout

    def row(self, number: int) -> bytes:
        """The row's text, of an absent one that of an empty row."""
        if number in self._rows:
            start, end = self._rows[number]
            return self.source[start:end]
        return b'<%brow r="%d"/>' % (self._prefix, number)

    def write(self, file: IO[bytes], changed: Mapping[int, bytes], extent: str) -> None:
        """The part with these rows changed or added."""
        numbers = sorted(self._rows)
        pieces = [(*self._place(number, numbers), text) for number, text in sorted(changed.items())]
        if self._is_empty and pieces:
            name = self._prefix + b"sheetData"
            rows = b"".join(text for _, _, text in pieces)
            pieces = [(*self._data, b"<%b>%b</%b>" % (name, rows, name))]
        if self._dimension != (0, 0) and extent != self.extent:
            pieces.insert(0, (*self._dimension, b'<%bdimension ref="%b"/>' % (self._prefix, extent.encode())))
        written = 0
        for start, end, text in sorted(pieces, key=lambda piece: piece[:2]):
            file.write(self.source[written:start])
            file.write(text)
            written = end
        file.write(self.source[written:])

    def _place(self, number: int, numbers: Sequence[int]) -> tuple[int, int]:
        """An absent row goes in front of the next of `numbers`, which are those of all rows in order."""
        if number in self._rows:
            return self._rows[number]
        behind = bisect_right(numbers, number)
        start = self._rows[numbers[behind]][0] if behind < len(numbers) else self._rows_end
        return start, start

    def _read(self) -> None:
        parser = expat.ParserCreate()
        path: list[str] = []
        begun: list[int] = []
        number = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal number
            at, local = parser.CurrentByteIndex, name.rpartition(":")[2]
            path.append(local)
            begun.append(at)
            match path:
                case [_]:
                    self._open_root(at, name, attributes)
                case [_, "dimension"]:
                    self.extent = attributes.get("ref", self.extent)
                case [_, "cols", "col"]:
                    self.columns.append(attributes)
                case [_, "mergeCells", "mergeCell"]:
                    self.merged.append(attributes.get("ref", ""))
                case [_, "sheetData", "row"]:
                    number = int(attributes.get("r", number + 1))

        def end(_name: str) -> None:
            first, last = begun.pop(), parser.CurrentByteIndex
            match path:
                case [_, "dimension"]:
                    self._dimension = self._whole(first, last)
                case [_, "sheetData"]:
                    self._data = self._whole(first, last)
                    self._is_empty = self._is_empty_tag(first)
                    self._rows_end = last
                case [_, "sheetData", "row"]:
                    self._rows[number] = self._whole(first, last)
            path.pop()

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(self.source, True)

    def _whole(self, first: int, last: int) -> tuple[int, int]:
        """The place of an element whose start tag begins at `first`, and its end tag, if it has one, at `last`."""
        return first, last if self._is_empty_tag(first) else tag_at(self.source, last).end()

    def _is_empty_tag(self, place: int) -> bool:
        return tag_at(self.source, place)[0].endswith(b"/>")

    def _open_root(self, at: int, name: str, attributes: Mapping[str, str]) -> None:
        prefix, colon, _ = name.rpartition(":")
        self._prefix = f"{prefix}{colon}".encode()
        self.namespace = attributes.get(f"xmlns:{prefix}" if colon else "xmlns", "")
        self.opening, self.closing = tag_at(self.source, at)[0], f"</{name}>".encode()


def tag_at(source: bytes, place: int) -> Any:
    """The match of the tag that begins there."""
    return _TAG.match(source, place)
