"""The questions of an XLSX workbook.

Its parts are read as a stream: openpyxl drops the validations of Excel 2010 (x14), and it would have to load the
file twice, once for values and once for formulas. Hidden sheets are read, as lists of options are often there, but
their questions count only where a map names them; the map gives the reason.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docent.errors.questionnaires import InvalidMapError, OversizedQuestionnaireError, UnreadableQuestionnaireError
from docent.questionnaires import AnswerType
from find_questions.found import Found
from find_questions.packages import Package, local_name
from find_questions.table_parts import Table
from find_questions.tables import Finding, Row, find_in
from find_questions.validations import Validation, Validations, is_date_format, is_number_format
from find_questions.wording import answer_type_in

MAX_CELLS = 1_000_000
_REPORT = re.compile(
    r"dashboard|scor(?:e|ing)|summary|evaluation|lookup|\blists?\b|drop.?down|config|change.?log|version|history|"
    r"licen[sc]e|glossary|legend|report|instructions?|read.?me|anleitung|auswertung|resumen|instrucciones|汇总|说明|评分",
    re.IGNORECASE,
)
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass
class Sheet:
    name: str
    part: str
    hidden: bool
    table: Table = field(init=False)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    validations: Validations = field(default_factory=Validations)
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.table = Table(self.name, {})


def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_in_workbook(package: Package, given: Mapping[str, Any] | None) -> Found:
    book = _Workbook(package)
    found = Found({"format": "xlsx", "sheets": []}, tables={sheet.name: sheet.table for sheet in book.sheets})
    entries = _given_entries(book, given) if given else None
    findings: list[tuple[Sheet, list[Finding]]] = []
    for sheet in book.sheets:
        if entries is not None:
            own = entries.get(sheet.name, [])
            findings.append((sheet, [find_in(sheet.table, entry) for entry in own]))
        else:
            findings.append((sheet, [find_in(sheet.table)] if not sheet.hidden else []))
    with_answers = any(each.has_answer_column and each.rows for _, own in findings for each in own)
    for sheet, own in findings:
        why = "" if entries is not None else _why_skipped(sheet, own, with_answers)
        if not why and not any(each.rows for each in own):
            why = "the map does not name it" if entries is not None else own[0].why_not or "no row holds a question"
        if why:
            found.map["sheets"].append({"sheet": sheet.name, "skipped": [{"why": why}]})
            continue
        for each in own:
            codes = _answer_codes(book, sheet, each) if entries is None else {}
            for entry in each.map_entries():
                columns = {role: column_letters(column) for role, column in entry["columns"].items()}
                found.map["sheets"].append({"sheet": sheet.name} | entry | {"columns": columns})
            for row in each.rows:
                _add(found, book, sheet, row, codes)
    return found


def _given_entries(book: "_Workbook", given: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    entries: dict[str, list[dict[str, Any]]] = {}
    names = {sheet.name for sheet in book.sheets}
    for entry in given.get("sheets", []):
        columns = entry.get("columns")
        if not columns:
            continue
        if entry.get("sheet") not in names:
            raise InvalidMapError(f"{book.package.name} has no sheet {entry.get('sheet')!r}.")
        if "question" not in columns:
            raise InvalidMapError(f"The map of {book.package.name} names no question column of {entry['sheet']!r}.")
        try:
            numbers = {
                role: column_number(letters)
                for role, letters in columns.items()
                if re.fullmatch("[A-Za-z]{1,3}", letters)
            }
        except TypeError as error:
            raise InvalidMapError(f"A column of {entry['sheet']!r} is no letter.") from error
        if len(numbers) < len(columns):
            raise InvalidMapError(f"A column of {entry['sheet']!r} is no letter.")
        entries.setdefault(entry["sheet"], []).append(dict(entry) | {"columns": numbers})
    return entries


def _why_skipped(sheet: Sheet, own: list[Finding], with_answers: bool) -> str:
    if sheet.hidden:
        return "it is hidden"
    (finding,) = own
    rows = finding.rows
    if not rows:
        return ""
    if not finding.has_answer_column and (with_answers or _REPORT.search(sheet.name)):
        return (
            "it has no column for answers, as other sheets have" if with_answers else "its name says that it is no form"
        )
    computed = sum((row.row, row.columns["answer"]) in sheet.table.formulas for row in rows)
    if computed * 10 >= len(rows) * 8:
        return "formulas compute its answers"
    return ""


def _answer_codes(book: "_Workbook", sheet: Sheet, finding: Finding) -> dict[str, AnswerType]:
    """What an answer column holds that names answer types which another sheet defines; empty for other columns."""
    held = Counter(row.existing for row in finding.rows if row.existing)
    if not held or len(held) > 10 or sum(held.values()) < 2:
        return {}
    types: dict[str, AnswerType] = {}
    for other in book.sheets:
        for cells in other.table.rows.values():
            code = cells.get(min(cells), "") if other is not sheet and cells else ""
            if code in held and len(cells) > 1:
                choices = [each.strip() for each in max(cells.values(), key=lambda text: text.count("\n")).split("\n")]
                options = tuple(each for each in choices if each)
                types[code] = AnswerType("choice", options) if len(options) > 1 else AnswerType()
    if sum(count for code, count in held.items() if code in types) * 10 < sum(held.values()) * 8:
        return {}
    right = 1 + max(max(cells) for cells in sheet.table.rows.values() if cells)
    for part in finding.parts:
        part.columns["answer"] = right
    return types if any(each.options for each in types.values()) else {}


def _add(found: Found, book: "_Workbook", sheet: Sheet, row: Row, codes: Mapping[str, AnswerType]) -> None:
    def cell(column: int) -> str:
        at_row, at_column = sheet.anchors.get((row.row, column), (row.row, column))
        return f"{column_letters(at_column)}{at_row}"

    answer = sheet.anchors.get((row.row, row.columns["answer"]), (row.row, row.columns["answer"]))
    place: dict[str, Any] = {
        "sheet": sheet.name,
        "part": sheet.part,
        "question": cell(row.columns["question"]),
        "answer": cell(row.columns["answer"]),
    }
    place |= {role: cell(row.columns[role]) for role in ("comment", "evidence") if role in row.columns}
    existing = row.existing
    if existing == "a formula" and answer in sheet.table.formulas:
        existing = "(a formula)"
    kind = book.answer_type(sheet, *answer, row)
    if existing in codes:
        kind, existing = codes[existing], ""
    found.add(row.text, place, kind, label=row.label, section=row.section, parent=row.parent, existing=existing)


class _Workbook:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = package.main_part("xl/workbook.xml")
        self._relations = package.relations(self.part)
        self._strings = self._shared_strings()
        self._formats = self._number_formats()
        self._names: dict[str, str] = {}
        self._lists: dict[tuple[str, str], tuple[str, ...]] = {}
        self.sheets: list[Sheet] = []
        root = package.tree(self.part)
        for element in root.iter("{*}sheet"):
            related = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            kind, part = self._relations.get(related, ("", ""))
            if kind in {"worksheet", ""} and part in package:
                hidden = element.get("state", "visible") != "visible"
                self.sheets.append(Sheet(element.get("name", ""), part, hidden))
        for element in root.iter("{*}definedName"):
            self._names.setdefault(element.get("name", "").casefold(), element.text or "")
        cells = 0
        for sheet in self.sheets:
            cells = self._read(sheet, cells)
        self._by_name = {sheet.name.casefold(): sheet for sheet in self.sheets}
        if not self.sheets:
            raise UnreadableQuestionnaireError(f"{package.name} has no sheet.")

    def answer_type(self, sheet: Sheet, row: int, column: int, question: Row) -> AnswerType:
        named = answer_type_in(question.header, question.text)
        validation = sheet.validations.at(row, column)
        if validation and validation.kind == "list":
            key = (sheet.name, validation.formula)
            if key not in self._lists:
                self._lists[key] = self._options(*key)
            options = self._lists[key]
            if options:
                return AnswerType("choice", options)
        if validation and validation.kind in {"whole", "decimal"}:
            return AnswerType("number")
        if validation and validation.kind == "date":
            return AnswerType("date")
        if validation and validation.max_chars:
            return AnswerType("text", (), validation.max_chars)
        number_format = self._formats.get(sheet.styles.get((row, column), 0), "")
        if not named.options and is_date_format(number_format):
            return AnswerType("date")
        if not named.options and is_number_format(number_format):
            return AnswerType("number")
        return named

    def _options(self, sheet: str, formula: str, depth: int = 0) -> tuple[str, ...]:
        """The values of a list: written out, a range of this or another sheet, or a name for one."""
        formula = formula.strip().lstrip("=")
        if formula.startswith('"'):
            return tuple(each.strip() for each in formula.strip('"').replace('""', '"').split(",") if each.strip())
        match = re.fullmatch(
            r"(?:'?((?:[^'!]|'')+)'?!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", formula
        )
        if not match:
            named = self._names.get(formula.casefold(), "")
            return self._options(sheet, named, depth + 1) if named and depth < 3 else ()
        other, left, top, right, bottom = match.groups()
        source = self._by_name.get(other.replace("''", "'").casefold()) if other else self._by_name[sheet.casefold()]
        if source is None:
            return ()
        columns = range(column_number(left), column_number(right or left) + 1)
        first, last = int(top), int(bottom or top)
        rows = [row for row in sorted(source.table.rows) if first <= row <= last]
        values = dict.fromkeys(
            text for row in rows for column in columns if (text := source.table.rows[row].get(column, "").strip())
        )
        return tuple(values) if len(values) <= 500 else ()

    def _shared_strings(self) -> list[str]:
        part = next((part for kind, part in self._relations.values() if kind == "sharedStrings"), "")
        return [_text_of(each) for each in self.package.elements(part, "si")] if part in self.package else []

    def _number_formats(self) -> dict[int, str]:
        part = next((part for kind, part in self._relations.values() if kind == "styles"), "")
        if part not in self.package:
            return {}
        root = self.package.tree(part)
        own = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")}
        formats = [each.get("numFmtId", "0") for each in root.iterfind("{*}cellXfs/{*}xf")]
        codes = {index: own.get(each, f"#{each}") for index, each in enumerate(formats)}
        return {index: code for index, code in codes.items() if is_date_format(code) or is_number_format(code)}

    def _read(self, sheet: Sheet, cells: int) -> int:
        row = column = 0
        table = sheet.table
        merged: list[str] = []
        for element in self.package.elements(sheet.part, "c", "row", "mergeCell", "dataValidation"):
            name = local_name(element)
            if name == "row":
                row, column = max(row, _number(element.get("r"), row)), 0
            elif name == "mergeCell":
                merged.append(element.get("ref", ""))
            elif name == "dataValidation":
                sheet.validations.add(Validation.of(element))
            else:
                match = _CELL.fullmatch(element.get("r", ""))
                if match:
                    column, row = column_number(match[1]), int(match[2])
                else:
                    column += 1
                    row = row or 1
                style = _number(element.get("s"), 0)
                if style in self._formats:
                    sheet.styles[row, column] = style
                if element.find("{*}f") is not None:
                    table.formulas.add((row, column))
                if text := self._value(element):
                    table.rows.setdefault(row, {})[column] = text
                    cells += 1
                if cells > MAX_CELLS:
                    raise OversizedQuestionnaireError(f"{self.package.name} has more than {MAX_CELLS} filled cells.")
        for ref in merged[:100_000]:
            self._merge(sheet, ref)
        return cells

    def _merge(self, sheet: Sheet, ref: str) -> None:
        match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", ref)
        if not match:
            return
        left, right, top, bottom = column_number(match[1]), column_number(match[3]), int(match[2]), int(match[4])
        if right > left and top == bottom and top in sheet.table.rows and min(sheet.table.rows[top]) == left:
            sheet.table.merged_rows.add(top)
        if (right - left + 1) * (bottom - top + 1) <= 10_000:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    sheet.anchors[row, column] = (top, left)

    def _value(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text_of(cell.find("{*}is")).strip()
        value = cell.findtext("{*}v") or ""
        if kind == "s":
            index = _number(value, -1)
            return self._strings[index].strip() if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n" and re.fullmatch(r"-?\d+\.0*", value):
            return value.split(".")[0]
        return value.strip()


def _text_of(element: Any) -> str:
    """The text of a string with its runs, without its phonetic reading."""
    if element is None:
        return ""
    parts = [each.text or "" for each in element.iterfind("{*}t")]
    parts += [each.text or "" for each in element.iterfind("{*}r/{*}t")]
    return "".join(parts)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else otherwise
