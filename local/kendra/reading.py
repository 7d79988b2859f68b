"""Reads files into pages of blocks: headings, table rows and prose.

Files are read only in a worker process; pymupdf is loaded only there.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

from local.kendra.opening import count_pages, opened
from passages.layout import Block, Page, Sheet, blocks_of, paragraphs, sheet_of

MAX_TEXT_BYTES = 5 << 20  # Kendra's quota for the extracted text of one file
_CELL_CHARS = 200  # of markup
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t#]*$", re.M)

PAGED = {"PDF": "pdf", "MS_WORD": "docx", "PPT": "pptx", "MS_EXCEL": "xlsx"}
MARKUP = frozenset({"HTML", "XML", "XSLT"})
TEXT = frozenset({"PLAIN_TEXT", "MD", "JSON", "CSV"})
CONTENT_TYPES = frozenset(PAGED) | MARKUP | TEXT


class UnreadableFileError(Exception):
    """The file cannot be indexed. The message gives the reason."""


def pages_of(path: str, content_type: str) -> list[Page]:
    """The pages of a file that have text. Raises UnreadableFileError."""
    if content_type in PAGED:
        pages = _document_pages(path, content_type)
    else:
        text = _decoded(Path(path).read_bytes())
        pages = [Page(None, _blocks_of_text(text, content_type))]
    if sum(page.text_bytes for page in pages) > MAX_TEXT_BYTES:
        raise UnreadableFileError("The extracted text is larger than 5 MB.")
    return pages


def _blocks_of_text(text: str, content_type: str) -> list[Block]:
    if content_type in MARKUP:
        return _blocks_of_markup(text)
    if content_type != "MD":
        return paragraphs(text)
    found: list[Block] = []
    end = 0
    for heading in _MARKDOWN_HEADING.finditer(text):
        found += paragraphs(text[end : heading.start()])
        if heading[2]:
            found.append(Block("heading", heading[2], -len(heading[1])))
        end = heading.end()
    return found + paragraphs(text[end:])


def _document_pages(path: str, content_type: str) -> list[Page]:
    import pymupdf
    from pymupdf import mupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        document = opened(path, PAGED[content_type])
        if document.needs_pass:
            raise UnreadableFileError("The file is encrypted; a password is needed to read it.")
        page_count = count_pages(document)
    except UnreadableFileError:
        raise
    except Exception as error:  # PyMuPDF raises many kinds of errors
        raise UnreadableFileError(f"The file is not a readable {content_type} file.") from error
    if page_count == 0:
        raise UnreadableFileError("The file has no pages.")
    size = 0
    sheets: dict[int, Sheet] = {}
    for number in range(page_count):
        try:
            sheet = sheet_of(mupdf, document[number])
        except Exception:  # noqa: S112 - a page that is damaged, or promised and not there; the others are read
            continue
        sheets[number + 1] = sheet
        size += sum(len(line.text) for line in sheet.lines)
        if size > MAX_TEXT_BYTES:
            raise UnreadableFileError("The extracted text is larger than 5 MB.")
    if not sheets:
        raise UnreadableFileError("No page of the file can be read.")
    blocks = blocks_of(list(sheets.values()))
    numbers = sheets if content_type == "PDF" else [None] * len(sheets)
    return [Page(number, found) for number, found in zip(numbers, blocks, strict=True)]


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


class _BlocksOfMarkup(HTMLParser):
    _SILENT = frozenset({"script", "style", "template", "noscript"})
    _INLINE = frozenset(
        {"a", "abbr", "b", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
    )
    _HEADING = re.compile(r"h([1-6])")

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None  # of the row that is being read
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent += tag in self._SILENT
        if tag not in self._INLINE:
            self._end_block()
        if tag == "tr":
            self._end_row()
            self._cells = []

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        if tag not in self._INLINE:
            heading = self._HEADING.fullmatch(tag)
            self._end_block(int(heading[1]) if heading else None)
        if tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_block()
        self._end_row()

    def _end_block(self, heading: int | None = None) -> None:
        text = "".join(self._text)
        self._text = []
        if not text.strip():
            return
        if self._cells is not None:
            self._cells.append(" ".join(text.split()))
        elif heading:
            self.blocks.append(Block("heading", " ".join(text.split()), -heading))
        else:
            self.blocks += paragraphs(text)

    def _end_row(self) -> None:
        cells, self._cells = self._cells or [], None
        if any(len(cell) > _CELL_CHARS for cell in cells):  # a table that only places text
            self.blocks += [Block("prose", cell) for cell in cells]
        elif cells:
            self.blocks.append(Block("row", " | ".join(cells), cells=tuple(cells)))


def _blocks_of_markup(text: str) -> list[Block]:
    parser = _BlocksOfMarkup()
    parser.feed(text)
    parser.close()
    return parser.blocks
