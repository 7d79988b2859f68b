"""Splits a file into passages: text by page, sentences, passages of about 200 tokens.

Files are read only in a worker process; pymupdf and pysbd are loaded only there.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from local.kendra.embedding import Vectors, sentence_model

if TYPE_CHECKING:
    import pymupdf
    import pysbd
    from pymupdf import mupdf

MAX_TEXT_BYTES = 5 << 20  # Kendra's quota for the extracted text of one file
PASSAGE_TOKENS = 200
_DEEPEST = 50  # levels of a page tree
PROSE_LINE = 40  # characters; shorter lines are not wrapped prose
# A label and its value, or two cells with numbers.
_ROW = re.compile(r"^[^.:]{2,30}: \S|\d\S*\s+(?:\S+\s+)?[-+]?\d")
# pysbd takes quadratic time, so text is split into at most 4,000 characters, between words.
_STRETCH = re.compile(r".{1,4000}(?!\S)|\S{4000}")
_GERMAN = frozenset({"der", "die", "das", "und", "ist", "nicht", "mit", "von", "zu", "ein", "für", "wie", "wird"})
_ENGLISH = frozenset({"the", "and", "is", "not", "with", "of", "to", "a", "for", "on", "are", "be", "how", "what"})

PAGED = {"PDF": "pdf", "MS_WORD": "docx", "PPT": "pptx", "MS_EXCEL": "xlsx"}
MARKUP = frozenset({"HTML", "XML", "XSLT"})
TEXT = frozenset({"PLAIN_TEXT", "MD", "JSON", "CSV"})
CONTENT_TYPES = frozenset(PAGED) | MARKUP | TEXT


class UnreadableFileError(Exception):
    """The file cannot be indexed. The message gives the reason."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`page` counts from 1, or is None if the format has no pages."""

    text: str
    page: int | None


def read_passages(path: str, content_type: str) -> tuple[list[Passage], int]:
    """The passages of a file, none of which crosses a page, and the size of its text in bytes."""
    pages = list(_pages(path, content_type))
    text_bytes = sum(len(text.encode()) for _, text in pages)
    if text_bytes > MAX_TEXT_BYTES:
        raise UnreadableFileError("The extracted text is larger than 5 MB.")
    return [Passage(text, page) for page, content in pages for text in split(content)], text_bytes


def embed(texts: list[str]) -> Vectors:
    return sentence_model().embed(texts)


def warm_up() -> None:
    """Loads the model so that the first question does not wait for it."""
    embed(["ready"])


def best_sentence(question: Vectors, text: str) -> str | None:
    """The sentence of a passage that is nearest to a question's vector."""
    found = sentences(text)
    return found[int((embed(found) @ question).argmax())] if found else None


def split(text: str) -> list[str]:
    """Passages of whole sentences with at most PASSAGE_TOKENS tokens. Longer sentences are split between words."""
    found: list[str] = []
    passage: list[str] = []
    room = PASSAGE_TOKENS
    pieces = [piece for sentence in sentences(text) for piece in _bounded(sentence)]
    for piece, tokens in zip(pieces, sentence_model().count_tokens(pieces), strict=True):
        if passage and tokens > room:
            found.append("\n".join(passage))
            passage, room = [], PASSAGE_TOKENS
        passage.append(piece)
        room -= tokens
    return [*found, "\n".join(passage)] if passage else found


def sentences(text: str) -> list[str]:
    segmenter = _segmenter(language_of(text))
    found: list[str] = []
    for flowing in _flowing(text):
        for stretch in _STRETCH.findall(flowing):
            found += (part.strip() for part in segmenter.segment(stretch))
    return [sentence for sentence in found if sentence]


def _flowing(text: str) -> Iterator[str]:
    """Prose without its line breaks, and the rows of lists and tables one by one."""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [" ".join(line.split()) for line in paragraph.splitlines() if line.strip()]
        full = 0.7 * max(map(len, lines), default=0)
        run = last = ""
        for line in lines:
            if run and not _continues(last, line, full):
                yield run
                run = ""
            run, last = f"{run} {line}".strip(), line
        if run:
            yield run


def _continues(line: str, following: str, full: float) -> bool:
    """Whether prose was wrapped between two lines. `full` is the minimum length of a wrapped line."""
    if _ROW.search(line) or _ROW.search(following):
        return False
    return following[0].islower() or (len(line) >= max(full, PROSE_LINE) and line[-1] not in ".:!?")


def language_of(text: str) -> str:
    """`de` or `en`, by the most common words."""
    words = re.findall(r"\w+", text[:20_000].lower())
    german = sum(word in _GERMAN for word in words)
    return "de" if german > sum(word in _ENGLISH for word in words) else "en"


@cache
def _segmenter(language: str) -> "pysbd.Segmenter":
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # its regular expressions
        import pysbd
    return pysbd.Segmenter(language=language, clean=False)


def _bounded(sentence: str) -> Iterator[str]:
    """A sentence in pieces of at most about PASSAGE_TOKENS tokens (a token rarely has under 2 characters)."""
    if len(sentence) <= PASSAGE_TOKENS * 2:
        yield sentence
        return
    words = [word[start : start + 100] for word in sentence.split() for start in range(0, len(word), 100)]
    piece: list[str] = []
    room = PASSAGE_TOKENS
    for word, tokens in zip(words, sentence_model().count_tokens(words), strict=True):
        if piece and tokens > room:
            yield " ".join(piece)
            piece, room = [], PASSAGE_TOKENS
        piece.append(word)
        room -= tokens
    yield " ".join(piece)


def _pages(path: str, content_type: str) -> Iterator[tuple[int | None, str]]:
    if content_type in PAGED:
        yield from _document_pages(path, content_type)
        return
    text = _decoded(Path(path).read_bytes())
    yield None, _without_markup(text) if content_type in MARKUP else text


def _document_pages(path: str, content_type: str) -> Iterator[tuple[int | None, str]]:
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        document = pymupdf.open(path, filetype=PAGED[content_type])
        if document.needs_pass:
            raise UnreadableFileError("The file is encrypted; a password is needed to read it.")
        page_count = _count_pages(document)
    except UnreadableFileError:
        raise
    except Exception as error:  # PyMuPDF raises many kinds of errors
        raise UnreadableFileError(f"The file is not a readable {content_type} file.") from error
    if page_count == 0:
        raise UnreadableFileError("The file has no pages.")
    size = 0
    plain_letters = pymupdf.TEXTFLAGS_BLOCKS & ~pymupdf.TEXT_PRESERVE_LIGATURES  # "flow", not "ﬂow"
    readable = False
    for number in range(page_count):
        try:
            blocks = document[number].get_text("blocks", flags=plain_letters)
        except Exception:  # noqa: S112 - a page that is damaged, or promised and not there; the others are read
            continue
        readable = True
        text = "\n\n".join(block[4] for block in blocks if block[6] == 0)
        size += len(text)
        if size > MAX_TEXT_BYTES:
            raise UnreadableFileError("The extracted text is larger than 5 MB.")
        yield (number + 1 if content_type == "PDF" else None), text
    if not readable:
        raise UnreadableFileError("No page of the file can be read.")


def _count_pages(document: "pymupdf.Document") -> int:
    """The number of pages. A page tree with a wrong count is corrected first, because MuPDF refuses to read it.

    `extract_images` does the same, so that both read the same pages.
    """
    from pymupdf import mupdf

    with suppress(RuntimeError):
        if document.page_count or not document.is_pdf:
            return document.page_count
    trailer = mupdf.pdf_trailer(mupdf.pdf_document_from_fz_document(document.this))
    _put_counts_right(mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(trailer, "Root"), "Pages"), _DEEPEST)
    return document.page_count


def _put_counts_right(node: "mupdf.PdfObj", levels: int) -> int:
    from pymupdf import mupdf

    kids = mupdf.pdf_dict_gets(node, "Kids")
    if not mupdf.pdf_is_array(kids):
        return int(mupdf.pdf_is_dict(node))
    if levels == 0:
        raise ValueError("the page tree has no end")
    below = (mupdf.pdf_array_get(kids, at) for at in range(mupdf.pdf_array_len(kids)))
    pages = sum(_put_counts_right(kid, levels - 1) for kid in below)
    mupdf.pdf_dict_puts(node, "Count", mupdf.pdf_new_int(pages))
    return pages


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


class _TextOfMarkup(HTMLParser):
    _SILENT = frozenset({"script", "style", "template", "noscript"})
    _INLINE = frozenset(
        {"a", "abbr", "b", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent += tag in self._SILENT
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _break(self, tag: str) -> None:
        if tag not in self._INLINE:
            self.parts.append("\n\n")


def _without_markup(text: str) -> str:
    parser = _TextOfMarkup()
    parser.feed(text)
    parser.close()
    return "".join(parser.parts)
