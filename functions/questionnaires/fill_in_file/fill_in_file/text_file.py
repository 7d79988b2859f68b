"""Answers in plain text and Markdown: below their lines or in the cells of tables; the review follows at the end."""

import re
from collections import defaultdict
from collections.abc import Sequence

from .entries import Entry
from .review_table import Review, review_of
from .text_encoding import Encoding

_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_PIPE = re.compile(r"(?<!\\)\|")


def fill_text(source: bytes, entries: Sequence[Entry]) -> bytes:
    return _fill(source, entries, markdown=False)


def fill_markdown(source: bytes, entries: Sequence[Entry]) -> bytes:
    return _fill(source, entries, markdown=True)


def _fill(source: bytes, entries: Sequence[Entry], markdown: bool) -> bytes:
    encoding = Encoding.of(source)
    text = encoding.decode(source)
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    below: dict[int, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.value is None:
            continue
        number = entry.place.get("line", -1)
        if not 0 <= number < len(lines):
            entry.refuse("no_place")
            continue
        fitting = encoding.fitting(entry.text)
        if fitting != entry.text:
            entry.notes.append("lost_characters")
        if "cell" in entry.place:
            lines[number] = _in_table(lines[number], entry, encoding)
            continue
        told = "\n".join(filter(None, [fitting, encoding.fitting(entry.comment or _beside(entry))]))
        below[number] += _block(lines[number], told, markdown)
    filled: list[str] = []
    for number, line in enumerate(lines):
        filled.append(line)
        if number not in below:
            continue
        if not line.endswith(("\r", "\n")):
            filled.append(end)
        filled += [each + end for each in below[number]]
        if number + 1 < len(lines) and lines[number + 1].strip():
            filled.append(end)
    if filled and not filled[-1].endswith(("\r", "\n")):
        filled.append(end)
    review = review_of(entries)
    told = _markdown_review(review) if markdown else _text_review(review)
    return encoding.encode("".join(filled) + end + "".join(encoding.fitting(line) + end for line in told))


def _beside(entry: Entry) -> str:
    """An explanation has its place below the value; sources are in the review."""
    return entry.evidence if entry.item.question.answer.kind != "text" else ""


def _block(question: str, answer: str, markdown: bool) -> list[str]:
    if not markdown:
        return [f"    {line}".rstrip() for line in answer.split("\n")]
    # A quote that is indented as far as its list item belongs to it, so that the list is not interrupted.
    marker = _MARKER.match(question)
    indent = " " * (len(marker[0]) if marker else 0)
    quoted = [f"{indent}> {_escaped(line)}".rstrip() for line in answer.split("\n")]
    return ["", *quoted] if question.lstrip().startswith((">", "|")) else quoted


def _in_table(line: str, entry: Entry, encoding: Encoding) -> str:
    """Cells count from 0; the bar at the beginning of a row opens its first cell."""
    content = line.rstrip("\r\n")
    cells = _PIPE.split(content)
    first = 1 if content.lstrip().startswith("|") else 0
    last = len(cells) - (2 if len(cells) > 1 and content.rstrip().endswith("|") else 1)

    def write(number: int, text: str) -> None:
        cells[first + number] = f" {_cell(encoding.fitting(text))} "

    if not 0 <= entry.place["cell"] <= last - first:
        entry.refuse("no_place")
        return line
    write(entry.place["cell"], entry.text)
    for name, told in (("comment", entry.comment), ("evidence", entry.evidence)):
        number = entry.place.get(name, -1)
        if told and 0 <= number <= last - first and (entry.replaces or not cells[first + number].strip()):
            write(number, told)
    return "|".join(cells) + line[len(content) :]


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", "<br>", _escaped(text).replace("\\", "\\\\").replace("|", "\\|"))


def _escaped(text: str) -> str:
    """What HTML would take for a tag is shown as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _markdown_review(review: Review) -> list[str]:
    counts = [f"- {what}: {count}" for what, count in review.counts]
    header = [f"| {' | '.join(review.header)} |", "|" + " --- |" * len(review.header)]
    rows = [f"| {' | '.join(map(_cell, row))} |" for row in review.rows]
    return [f"## {review.title}", "", *counts, "", *header, *rows]


def _text_review(review: Review) -> list[str]:
    told = ["", review.title, "=" * len(review.title), ""]
    told += [f"{what}: {count}" for what, count in review.counts]
    for row in review.rows:
        told.append("")
        for what, value in zip(review.header, row, strict=True):
            if value:
                told.append(f"{what}: " + value.replace("\n", "\n    "))
    return [line for each in told for line in each.split("\n")]
