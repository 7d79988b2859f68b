"""Markdown and Word documents as PDFs with their headings and paragraphs, because PDFs are what is ingested."""

import io
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pymupdf
from docx import Document

PAGE = pymupdf.paper_rect("a4")
INSIDE = PAGE + pymupdf.Rect(50, 50, -50, -50)


def to_pdf(path: Path) -> bytes:
    blocks = _of_word(path) if path.suffix == ".docx" else _of_markdown(path.read_text())
    story = pymupdf.Story("".join(blocks))
    written = io.BytesIO()
    writer = pymupdf.DocumentWriter(written)
    is_more = 1
    while is_more:
        device = writer.begin_page(PAGE)
        is_more, _ = story.place(INSIDE)
        story.draw(device)
        writer.end_page()
    writer.close()
    return written.getvalue()


def _of_word(path: Path) -> Iterator[str]:
    for paragraph in Document(str(path)).paragraphs:
        if text := paragraph.text.strip():
            style = paragraph.style.name if paragraph.style else ""
            yield _block(text, is_heading=bool(style and style.startswith("Heading")))


def _of_markdown(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n|\n(?=#)|(?<=\n)(?=[-*] )", text):
        words = " ".join(block.split()).replace("**", "")
        if re.search(r"\w", words):
            yield _block(words.lstrip("# "), is_heading=words.startswith("#"))


def _block(text: str, is_heading: bool) -> str:
    tag = "h3" if is_heading else "p"
    return f"<{tag}>{escape(text)}</{tag}>"
