"""The questions of a DOCX document: in its tables, and in its paragraphs, controls and form fields, and in the places
of its headers and footers.

Places count all elements of one kind in the part, in document order from 0: w:p, w:tc, w:sdt, and the w:fldChar that
hold w:ffData. Deleted text of tracked changes is left out, inserted text is there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docent.questionnaires import AnswerType
from find_questions.found import Found
from find_questions.packages import Package, local_name
from find_questions.prose import Line, find_in_prose
from find_questions.table_parts import Table
from find_questions.tables import Row, find_in
from find_questions.wording import answer_type_in, clean, is_field, is_placeholder, without_label

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DELETED = {"del", "moveFrom", "Fallback", "instrText", "delText", "pict", "txbxContent"}
_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}")


@dataclass
class Input:
    """A content control or a legacy form field."""

    place: dict[str, int]
    kind: str  # text, box, list, date
    text: str = ""
    options: tuple[str, ...] = ()
    max_chars: int = 0

    @property
    def answer(self) -> AnswerType:
        if self.kind == "list":
            return AnswerType("choice", self.options)
        return AnswerType("date" if self.kind == "date" else "text", (), self.max_chars)


@dataclass
class Paragraph:
    number: int
    text: str
    style: str = ""
    level: int = 0
    listed: bool = False
    inputs: list[Input] = field(default_factory=list)
    boxes: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Cell:
    number: int
    column: int
    paragraphs: list[Paragraph]
    covered: bool = False

    @property
    def text(self) -> str:
        return "" if self.covered else clean("\n".join(each.text for each in self.paragraphs if each.text))


def find_in_word(package: Package, given: Mapping[str, Any] | None) -> Found:
    main = package.main_part("word/document.xml")
    beside = [part for kind, part in package.relations(main).values() if kind in ("header", "footer")]
    styles = _styles(package, main)
    found = Found({"format": "docx", "sheets": []})
    entries = {each.get("table"): each for each in (given or {}).get("sheets", []) if each.get("columns")}
    position = tables = 0
    for part in [main, *(each for each in dict.fromkeys(beside) if each in package)]:
        root = package.tree(part)
        body = root.find("{*}body")
        questions, entries_before = len(found.questions), len(found.map["sheets"])
        section, lines = "", list[Line]()
        for block in _Reader(root, styles).blocks(body if body is not None else root):
            position += 1
            if isinstance(block, Paragraph):
                if block.style.startswith("heading") and block.text:
                    section = block.text
                lines.append(_line(block, part, position))
                continue
            number, tables = tables, tables + 1
            given_entry = entries.get(number)
            if entries and not given_entry:
                continue
            count = len(found.questions)
            _read_table(block, part, number, section, found, given_entry, position)
            if len(found.questions) == count and not entries:
                for row in block:
                    for cell in row:
                        lines += [_line(each, part, position) for each in cell.paragraphs if len(row) == 1]
        if entries:
            continue
        lines = _with_places_after(lines)
        if part == main:
            find_in_prose(lines, found, beside_tables=len(found.questions) > questions)
            continue
        # A header or footer asks nothing, but it can have places to fill in; most only name the document.
        find_in_prose([line for line in lines if line.has_place], found, beside_tables=True)
        if all(each.existing for each in found.questions[questions:]):
            del found.questions[questions:], found.map["sheets"][entries_before:]
    _in_order(found)
    return found


def _in_order(found: Found) -> None:
    ordered = sorted(found.questions, key=lambda each: each.place["at"])
    found.questions = []
    for each in ordered:
        place = {name: value for name, value in each.place.items() if name != "at"}
        more = {"label": each.label, "section": each.section, "parent": each.parent, "existing": each.existing}
        found.add(each.text, place, each.answer, **more)


def _line(paragraph: Paragraph, part: str, position: int) -> Line:
    at = (position, paragraph.number)
    place: dict[str, Any] = {"part": part, "at": at, "paragraph": paragraph.number}
    answer, existing = AnswerType(), ""
    if paragraph.boxes:
        existing = ", ".join(each["option"] for each in paragraph.boxes if each.pop("ticked", False))
        place = {"part": part, "at": at, "boxes": paragraph.boxes}
        answer = AnswerType("choice", tuple(each["option"] for each in paragraph.boxes))
    elif paragraph.inputs:
        first = paragraph.inputs[0]
        place = {"part": part, "at": at} | first.place
        answer, existing = first.answer, first.text
    heading = paragraph.style.startswith(("heading", "title", "berschrift", "überschrift"))
    text = paragraph.text
    kind = "heading" if heading else "item" if paragraph.listed or without_label(text)[0] else "paragraph"
    if not text and not (paragraph.boxes or paragraph.inputs):
        kind = "other"
    has_place = bool(paragraph.inputs or paragraph.boxes or _BLANK.search(text))
    return Line(text, kind, place, paragraph.level, "", has_place, answer, existing)


def _with_places_after(lines: list[Line]) -> list[Line]:
    """A control, or boxes, in a paragraph of its own answers the question above it."""
    kept: list[Line] = []
    for line in lines:
        alone = (
            line.has_place and (not line.text or "boxes" in line.place) and not line.text.strip().endswith(("?", "？"))
        )
        if alone and kept and (not line.text or "boxes" in line.place) and _only_options(line):
            above = kept[-1]
            if "boxes" in line.place and "boxes" in above.place:
                above.place["boxes"] += line.place["boxes"]
                above.answer = AnswerType("choice", (*above.answer.options, *line.answer.options))
            elif not above.has_place:
                kept[-1] = Line(
                    above.text, above.kind, line.place | {"at": above.place["at"]}, above.level, above.label, True,
                    line.answer, line.existing,
                )  # fmt: skip
            continue
        if line.kind != "other":
            kept.append(line)
    return kept


def _only_options(line: Line) -> bool:
    left = line.text
    for each in line.place.get("boxes", ()):
        left = left.replace(each["option"], "", 1)
    return not re.sub(r"[\W_]+", "", left)


def _read_table(
    rows: list[list[Cell]],
    part: str,
    number: int,
    section: str,
    found: Found,
    given: Mapping[str, Any] | None,
    position: int,
) -> None:
    table = Table(section, {})
    cells: dict[tuple[int, int], Cell] = {}
    for index, row in enumerate(rows):
        for cell in row:
            cells[index, cell.column] = cell
            if cell.text and (cell.text == "#" or not is_placeholder(cell.text)):
                table.rows.setdefault(index, {})[cell.column] = cell.text
            else:
                table.empty.add((index, cell.column))
        if len(row) == 1 and len(rows) > 1:
            table.merged_rows.add(index)
    finding = find_in(table, given)
    if not given and any(part_.header_row is None for part_ in finding.parts) and len(table.rows.get(0, {})) > 2:
        return
    entries = finding.map_entries()
    found.map["sheets"] += [{"table": number, "sheet": section} | entry for entry in entries]
    for row in finding.rows:
        answer = cells.get((row.row, row.columns["answer"]))
        place, kind, existing = _place_in_table(row, cells, answer, part)
        place["at"] = (position, 0)
        for role in ("comment", "evidence"):
            cell = cells.get((row.row, row.columns.get(role, -1)))
            if cell:
                place[role] = cell.number
        found.add(
            row.text,
            place,
            kind,
            label=row.label,
            section=row.section or section,
            parent=row.parent,
            existing=existing,
        )


def _place_in_table(
    row: Row, cells: Mapping[tuple[int, int], Cell], answer: Cell | None, part: str
) -> tuple[dict[str, Any], AnswerType, str]:
    """The boxes or the control in the answer's cell, or the cell; behind the question where there is no such cell."""
    kind = answer_type_in(row.header, row.text)
    question = cells[row.row, row.columns["question"]]
    if answer is None:
        boxes = [box for each in question.paragraphs for box in each.boxes]
        inputs = [each for paragraph in question.paragraphs for each in paragraph.inputs]
        if not boxes and not inputs:
            return {"part": part, "paragraph": question.paragraphs[-1].number if question.paragraphs else 0}, kind, ""
        answer = question
    boxes = [box for each in answer.paragraphs for box in each.boxes]
    if boxes:
        ticked = [box["option"] for box in boxes if box.pop("ticked", False)]
        return (
            {"part": part, "cell": answer.number, "boxes": boxes},
            AnswerType("choice", tuple(box["option"] for box in boxes)),
            ", ".join(ticked),
        )
    inputs = [each for paragraph in answer.paragraphs for each in paragraph.inputs]
    if inputs:
        first = inputs[0]
        own = first.answer if first.answer != AnswerType() else kind
        return {"part": part, "cell": answer.number} | first.place, own, first.text
    return {"part": part, "cell": answer.number}, kind, row.existing


def _styles(package: Package, part: str) -> dict[str, str]:
    where = next((path for kind, path in package.relations(part).values() if kind == "styles"), "")
    if where not in package:
        return {}
    found: dict[str, str] = {}
    for style in package.tree(where).iterfind("{*}style"):
        name = style.find("{*}name")
        if name is not None:
            found[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "").casefold()
    return found


class _Reader:
    def __init__(self, root: Any, styles: Mapping[str, str]) -> None:
        self._styles = styles
        counts = {"p": 0, "tc": 0, "sdt": 0, "fldChar": 0}
        self._numbers: dict[Any, int] = {}
        for element in root.iter(f"{_W}p", f"{_W}tc", f"{_W}sdt", f"{_W}fldChar"):
            name = local_name(element)
            if name == "fldChar" and element.find(f"{_W}ffData") is None:
                continue
            self._numbers[element] = counts[name]
            counts[name] += 1

    def blocks(self, parent: Any, control: Any = None) -> "Iterator[Paragraph | list[list[Cell]]]":
        """Paragraphs and tables in order, also those inside controls and tracked insertions."""
        for element in parent:
            name = local_name(element)
            if name == "p":
                yield self._paragraph(element, control)
                control = None  # the first paragraph of a control stands for it
            elif name == "tbl":
                yield [cells for row in self._inside(element, "tr") if (cells := self._cells(row))]
                for nested in [each for each in element.iter(f"{_W}tbl") if each is not element]:
                    if self._nearest(nested, "tbl") is element:
                        yield from self.blocks([nested])
            elif name == "sdt":
                content = element.find(f"{_W}sdtContent")
                if content is not None:
                    yield from self.blocks(content, element)
            elif name not in _DELETED:
                yield from self.blocks(element, control)

    def _inside(self, element: Any, wanted: str) -> Iterator[Any]:
        """Rows of a table or cells of a row, also those that a control or a tracked change holds."""
        for each in element:
            name = local_name(each)
            if name == wanted:
                yield each
            elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
                yield from self._inside(each, wanted)

    def _nearest(self, element: Any, name: str) -> Any:
        return next((each for each in element.iterancestors(f"{_W}{name}")), None)

    def _cells(self, row: Any) -> list[Cell]:
        properties = row.find(f"{_W}trPr")
        if properties is not None and properties.find(f"{_W}del") is not None:
            return []
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        column = _value(before)
        found: list[Cell] = []
        for cell in self._inside(row, "tc"):
            span = max(1, _value(cell.find(f"{_W}tcPr/{_W}gridSpan")))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            covered = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            around = cell.getparent()
            control = around.getparent() if local_name(around) == "sdtContent" else None
            own = None
            if control is not None and len(list(self._inside(around, "tc"))) == 1:
                own = control
            paragraphs = [each for each in self.blocks(cell, own) if isinstance(each, Paragraph)]
            found.append(Cell(self._numbers[cell], column, paragraphs, covered))
            column += span
        return found

    def _paragraph(self, element: Any, control: Any) -> Paragraph:
        properties = element.find(f"{_W}pPr")
        style, listed, level = "", False, 0
        if properties is not None:
            named = properties.find(f"{_W}pStyle")
            key = named.get(f"{_W}val", "") if named is not None else ""
            style = self._styles.get(key, key.casefold())
            listed = properties.find(f"{_W}numPr") is not None or style.startswith("list")
        paragraph = Paragraph(self._numbers[element], "", style, level, listed)
        inputs = [self._control(control)] if control is not None else []
        pieces: list[str] = []
        box: dict[str, Any] | None = None

        def take(taken: Input) -> dict[str, Any] | None:
            if taken.kind != "box":
                inputs.append(taken)
                return None
            paragraph.boxes.append({**taken.place, "option": "", "ticked": taken.text == "1"})
            return paragraph.boxes[-1]

        def collect(parent: Any) -> None:
            nonlocal box
            for each in parent:
                name = local_name(each)
                if name in _DELETED or name in {"pPr", "rPr"}:
                    continue
                if name == "sdt":
                    box = take(self._control(each))
                elif name == "fldChar" and each in self._numbers:
                    box = take(self._field(each))
                elif name == "t":
                    text = each.text or ""
                    if box is not None:
                        box["option"] += text
                    pieces.append(text)
                elif name in {"tab", "br", "cr"}:
                    pieces.append(" " if name == "tab" else "\n")
                elif name == "noBreakHyphen":
                    pieces.append("-")
                elif name != "p":
                    collect(each)

        if control is not None:
            text = "".join(each.text or "" for each in element.iter(f"{_W}t"))
            taken = inputs[0]
            if taken.kind == "group":
                inputs.clear()
            elif not is_field(text) and not text.rstrip().endswith(("?", "？")):
                paragraph.inputs = inputs
                return paragraph
            else:
                inputs.clear()
        collect(element)
        paragraph.text = clean("".join(pieces))
        for each in paragraph.boxes:
            each["option"] = clean(each["option"]).strip(" ,;|/☐☒")
        paragraph.boxes = [each for each in paragraph.boxes if each["option"]]
        paragraph.inputs = inputs
        return paragraph

    def _control(self, control: Any) -> Input:
        properties = control.find(f"{_W}sdtPr")
        place = {"control": self._numbers[control]}
        names = {local_name(each): each for each in properties} if properties is not None else {}
        text = "".join(each.text or "" for each in control.iter(f"{_W}t"))
        text = "" if "showingPlcHdr" in names or is_placeholder(text) else clean(text)
        if "checkbox" in names:
            checked = names["checkbox"].find(f"{_W14}checked")
            return Input(place, "box", checked.get(f"{_W14}val", "0") if checked is not None else "0")
        for kind in ("dropDownList", "comboBox"):
            if kind in names:
                items = [
                    each.get(f"{_W}displayText") or each.get(f"{_W}value", "")
                    for each in names[kind].iter(f"{_W}listItem")
                ]
                options = tuple(each for each in items if each and not is_placeholder(each))
                return Input(place, "list" if options else "text", text, options)
        content = control.find(f"{_W}sdtContent")
        inner = [] if content is None else list(content.iter(f"{_W}p", f"{_W}tbl"))
        if "docPartObj" in names or "group" in names or "repeatingSection" in names or len(inner) > 3:
            return Input(place, "group")
        return Input(place, "date" if "date" in names else "text", text)

    def _field(self, field_char: Any) -> Input:
        place = {"field": self._numbers[field_char]}
        data = field_char.find(f"{_W}ffData")
        tick = data.find(f"{_W}checkBox")
        if tick is not None:
            state = tick.find(f"{_W}checked")
            state = state if state is not None else tick.find(f"{_W}default")
            ticked = state is not None and state.get(f"{_W}val", "1") in {"1", "true", "on"}
            return Input(place, "box", "1" if ticked else "0")
        choices = data.find(f"{_W}ddList")
        if choices is not None:
            options = tuple(each.get(f"{_W}val", "") for each in choices.iterfind(f"{_W}listEntry"))
            return Input(place, "list", options=tuple(each for each in options if not is_placeholder(each)))
        text = data.find(f"{_W}textInput")
        limit = text.find(f"{_W}maxLength") if text is not None else None
        kind = text.find(f"{_W}type") if text is not None else None
        is_date = kind is not None and kind.get(f"{_W}val") == "date"
        return Input(place, "date" if is_date else "text", max_chars=_value(limit))


def _value(element: Any) -> int:
    text = element.get(f"{_W}val", "") if element is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
