"""Which module fills in which format."""

from collections.abc import Callable, Mapping, Sequence

from .delimited_file import fill_delimited
from .entries import Entry
from .json_file import fill_json
from .text_file import fill_markdown, fill_text
from .word_document import fill_document
from .workbook import fill_workbook

_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES: Mapping[str, str] = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "csv": "text/csv",
    "json": "application/json",
    "text": "text/plain",
    "txt": "text/plain",
    "markdown": "text/markdown",
    "md": "text/markdown",
}
_FILLING: Mapping[str, Callable[[bytes, Sequence[Entry]], bytes]] = {
    "xlsx": fill_workbook,
    "xlsm": fill_workbook,
    "docx": fill_document,
    "csv": fill_delimited,
    "json": fill_json,
    "text": fill_text,
    "txt": fill_text,
    "markdown": fill_markdown,
    "md": fill_markdown,
}


def fill(file_format: str, source: bytes, entries: Sequence[Entry]) -> bytes:
    """The file with the answers. What could not be written is noted in the entries."""
    return _FILLING[file_format](source, entries)
