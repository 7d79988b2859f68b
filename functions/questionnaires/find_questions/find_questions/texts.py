"""The questions of a plain text or Markdown file. Lines count from 0."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docent.questionnaires import AnswerType
from find_questions.found import Found
from find_questions.prose import Line, find_in_prose
from find_questions.table_parts import Table
from find_questions.tables import find_in
from find_questions.wording import answer_type_in, is_asking, is_request, without_label

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(
    r"\s*(?:[-*+•‣◦–]|(?P<label>(?:[A-Z]{0,4}[-.]?)?\d{1,4}(?:\.\d{1,4})*\.?[a-z]?[.):、]|"
    r"\d{1,4}(?:\.\d{1,4})+[a-z]?|\(?[a-zA-Z]\)|[a-z]\.|[QF]\d{1,4}[.:)]|"
    r"[（(]?[一二三四五六七八九十]{1,3}[)）、]))\s+(?P<text>\S.*)"
)
_CELLS = re.compile(r"(?<!\\)\|")
_BLANK = re.compile(r"(?:\\?_\s?){3,}|\.{5,}")


def find_in_text(text: str, markdown: bool, given: Mapping[str, Any] | None) -> Found:
    lines = text.splitlines()
    found = Found({"format": "markdown" if markdown else "text", "sheets": []})
    start = _front_matter(lines, found) if markdown else 0
    tables = list(_tables(lines, start))
    in_table = {line for first, last in tables for line in range(first, last)}
    section = ""
    entries = {each.get("header_row"): each for each in (given or {}).get("sheets", []) if each.get("columns")}
    for first, last in tables:
        headings = [match[2] for line in range(start, first) if (match := _HEADING.match(lines[line]))]
        section = headings[-1] if headings else ""
        _read_table(lines, first, last, section, found, entries.get(first), bool(entries))
    if not entries:
        find_in_prose(list(_lines(lines, start, in_table)), found, beside_tables=bool(found.questions) and bool(tables))
    by_place = sorted(found.questions, key=lambda each: each.place["line"])
    found.questions = []
    for each in by_place:
        more = {"label": each.label, "section": each.section, "parent": each.parent, "existing": each.existing}
        found.add(each.text, dict(each.place), each.answer, **more)
    return found


def _front_matter(lines: list[str], found: Found) -> int:
    """A file for each question has it as the title in its front matter, with the options. Returns the line after it."""
    if not lines or lines[0].strip() != "---":
        return 0
    end = next((index for index, line in enumerate(lines[1:80], 1) if line.strip() == "---"), 0)
    if not end:
        return 0
    head = "\n".join(lines[1:end])
    match = re.search(r"^(?:title|question|frage|pregunta):\s*(['\"]?)(.+?)\1\s*$", head, re.MULTILINE)
    if match and is_asking(match[2]):
        label, text = without_label(match[2].replace("''", "'"))
        options = tuple(re.findall(r"^\s*-\s+(?:text|label):\s*['\"]?(.+?)['\"]?\s*$", head, re.MULTILINE))
        found.add(text, {"line": end}, AnswerType("choice", options) if options else answer_type_in(text), label=label)
    return end + 1


def _tables(lines: list[str], start: int) -> Iterator[tuple[int, int]]:
    line = start
    while line < len(lines):
        if (
            "|" in lines[line]
            and line + 1 < len(lines)
            and re.fullmatch(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*", lines[line + 1])
            and "|" in lines[line + 1]
        ):
            last = line + 2
            while last < len(lines) and "|" in lines[last]:
                last += 1
            yield line, last
            line = last
        line += 1


def cells_of(line: str) -> list[str]:
    plain = line.strip().removeprefix("|")
    plain = plain[:-1] if plain.endswith("|") and not plain.endswith("\\|") else plain
    return [each.replace("\\|", "|").strip() for each in _CELLS.split(plain)]


def _read_table(
    lines: list[str],
    first: int,
    last: int,
    section: str,
    found: Found,
    given: Mapping[str, Any] | None,
    only_given: bool,
) -> None:
    table = Table(section, {})
    for line in (first, *range(first + 2, last)):
        cells = {
            column: re.sub(r"^\*\*(.*)\*\*$", r"\1", text) for column, text in enumerate(cells_of(lines[line])) if text
        }
        table.empty |= {(line, column) for column, text in enumerate(cells_of(lines[line])) if not text}
        if cells:
            table.rows[line] = cells
    if only_given and not given:
        return
    finding = find_in(table, given)
    if not given and len(table.rows.get(first, {})) > 1 and any(part.header_row is None for part in finding.parts):
        return  # its header says that it is about something else
    found.map["sheets"] += [{"sheet": section} | entry for entry in finding.map_entries()]
    for row in finding.rows:
        place: dict[str, Any] = {"line": row.row, "cell": row.columns["answer"]}
        place |= {role: row.columns[role] for role in ("comment", "evidence") if role in row.columns}
        kind = answer_type_in(row.header, row.text)
        found.add(
            row.text,
            place,
            kind,
            label=row.label,
            section=row.section or section,
            parent=row.parent,
            existing=row.existing,
        )


def _lines(lines: list[str], start: int, in_table: set[int]) -> Iterator[Line]:
    """The file's headings, items and paragraphs, each with its continuation lines."""
    index, fenced = start, False
    while index < len(lines):
        raw = lines[index]
        if raw.strip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced or index in in_table or not raw.strip() or raw.lstrip().startswith((">", "```", "~~~", "<!--")):
            index += 1
            continue
        heading = _HEADING.match(raw)
        bold = re.fullmatch(r"\s*(\*\*|__)(?!\s)(.+?)\1\s*:?\s*", raw)
        if heading or (bold and not bold[2].strip().endswith(("?", ":", "？"))):
            text = heading[2] if heading else bold[2] if bold else ""
            yield Line(text, "heading", {"line": index}, level=len(heading[1]) if heading else 7)
            index += 1
            continue
        match = _BULLET.match(raw)
        end = index + 1
        while end < len(lines) and end not in in_table and _continues(lines[end], bool(match), lines[end - 1]):
            end += 1
        text = " ".join([match["text"] if match else raw.strip(), *(line.strip() for line in lines[index + 1 : end])])
        label = (match["label"] or "") if match else ""
        underlined = end < len(lines) and re.fullmatch(r"(=+|-{3,})\s*", lines[end]) and not match and end == index + 1
        if underlined:
            yield Line(text, "heading", {"line": end})
            index = end + 1
            continue
        if re.fullmatch(r"[\W_]*", text):
            index = end
            continue
        place = {"line": end - 1}
        yield Line(text, "item" if match else "paragraph", place, label=label, has_place=bool(_BLANK.search(text)))
        index = end


def _continues(line: str, in_item: bool, before: str) -> bool:
    if not line.strip() or _HEADING.match(line) or _BULLET.match(line) or line.lstrip().startswith((">", "```", "|")):
        return False
    if re.fullmatch(r"\s*(?:=+|-{3,}|\*{3,})\s*", line):
        return False
    if re.match(r"\s*\**(?:answer|response|a|antwort|respuesta|回答|答)\**\s*[:：]", line, re.IGNORECASE):
        return False
    if in_item and line[:1].isspace():
        return True
    ends = before.rstrip().endswith(("?", "？", ":", "：", ".", "。"))
    return not (ends and (len(before) < 60 or is_request(line))) or (in_item and not ends)
