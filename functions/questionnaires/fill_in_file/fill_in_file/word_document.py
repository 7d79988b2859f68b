"""Answers in a DOCX document: in cells, behind paragraphs, in content controls and in legacy form fields.

Only the elements that take an answer change, and a table with the review is added as the last page. Tracked changes
stay tracked.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from lxml import etree

from .entries import Entry
from .package_parts import Package, parse_xml
from .review_table import review_of
from .word_review import add_review

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_BODY = re.compile(r"heading|berschrift|title|titel|list|toc|verzeichnis|caption|beschriftung", re.IGNORECASE)


def fill_document(source: bytes, entries: Sequence[Entry]) -> bytes:
    package = Package(source)
    parts: dict[str, _Part] = {}
    for entry in entries:
        if entry.value is None:
            continue
        name = entry.place.get("part", "word/document.xml")
        if name not in parts and name in package.names:
            parts[name] = _Part(parse_xml(package.read(name)))
        if name in parts and parts[name].fill(entry):
            package.change(name, parts[name].root)
        else:
            entry.refuse("no_place")
    add_review(package.tree(package.main_part), review_of(entries))
    return package.to_bytes()


class _Part:
    """The elements that places count, as they were before anything was written."""

    def __init__(self, root: Any) -> None:
        self.root, self._namespace = root, etree.QName(root).namespace
        fields = (each for each in root.iter(self._tag("fldChar")) if each.find(self._tag("ffData")) is not None)
        self._found = {
            "paragraph": list(root.iter(self._tag("p"))),
            "cell": list(root.iter(self._tag("tc"))),
            "control": list(root.iter(self._tag("sdt"))),
            "field": list(fields),
        }
        self._last_behind: dict[Any, Any] = {}
        self._body_style = self._most_used_style()

    def fill(self, entry: Entry) -> bool:
        """False where the place is not in the document."""
        place = entry.place
        boxes = [self._element(box) for box in place.get("boxes", ())]
        if any(element is None for _, element in boxes):
            return False
        if boxes:
            self._tick(entry, boxes)
        else:
            kind, element = self._element(place)
            if element is None or not self._write(kind, element, entry):
                return False
        for name in ("comment", "evidence"):
            told, number = getattr(entry, name), place.get(name)
            if told and number is not None and number < len(self._found["cell"]):
                cell = self._found["cell"][number]
                if entry.replaces or not _text(cell):
                    self._write_in_cell(cell, told, entry.replaces)
        return True

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"

    def _element(self, place: Any) -> tuple[str, Any]:
        for kind in ("control", "field", "cell", "paragraph"):
            if kind in place:
                found = self._found[kind]
                return kind, found[place[kind]] if 0 <= place[kind] < len(found) else None
        return "", None

    def _write(self, kind: str, element: Any, entry: Entry) -> bool:
        match kind:
            case "control":
                return self._write_in_control(element, entry)
            case "field":
                return self._write_in_field(element, entry)
            case "cell":
                self._write_in_cell(element, entry.text, entry.replaces)
            case _:
                self._write_behind(element, entry.text)
        return True

    def _write_in_cell(self, cell: Any, text: str, replaces: bool) -> None:
        paragraphs = cell.findall(self._tag("p"))
        if replaces:
            for run in cell.findall(f"{self._tag('p')}/{self._tag('r')}"):
                run.getparent().remove(run)
        empty = next((each for each in paragraphs if not _text(each)), None)
        if empty is None:
            empty = etree.Element(self._tag("p"))
            if paragraphs and (properties := paragraphs[-1].find(self._tag("pPr"))) is not None:
                empty.append(_copy(properties))
            cell.append(empty)
        marked = empty.find(f"{self._tag('pPr')}/{self._tag('rPr')}")
        empty.append(self._run(text, marked))

    def _write_behind(self, paragraph: Any, text: str) -> None:
        answer = etree.Element(self._tag("p"))
        if self._body_style:
            style = etree.SubElement(etree.SubElement(answer, self._tag("pPr")), self._tag("pStyle"))
            style.set(self._tag("val"), self._body_style)
        answer.append(self._run(text))
        # Answers to several questions of one paragraph follow in their order.
        self._last_behind.get(paragraph, paragraph).addnext(answer)
        self._last_behind[paragraph] = answer

    def _write_in_control(self, control: Any, entry: Entry) -> bool:
        properties, content = control.find(self._tag("sdtPr")), control.find(self._tag("sdtContent"))
        if properties is None or content is None:
            return False
        if properties.find(f"{{{_W14}}}checkbox") is not None:
            self._check_control(control, _means_yes(entry.text))
            return True
        text = entry.text
        items = [each for name in ("dropDownList", "comboBox") for each in properties.iter(self._tag(name))]
        for items_of in items:
            chosen = next((each for each in items_of if text in self._names(each)), None)
            if chosen is None and etree.QName(items_of).localname == "dropDownList":
                entry.refuse("not_an_option")
                return True
            if chosen is not None:
                text = self._get(chosen, "displayText") or text
                items_of.set(self._tag("lastValue"), self._get(chosen, "value"))
        if isinstance(entry.value, date) and (dated := properties.find(self._tag("date"))) is not None:
            dated.set(self._tag("fullDate"), f"{entry.value.isoformat()}T00:00:00Z")
            shown = dated.find(self._tag("dateFormat"))
            text = _formatted(entry.value, self._get(shown, "val") if shown is not None else "")
        # Word would put the value of the bound part in place of the answer when it opens the file.
        for name in ("showingPlcHdr", "dataBinding"):
            for each in properties.findall(self._tag(name)):
                properties.remove(each)
        return self._replace_content(content, text, properties.find(self._tag("rPr")))

    def _replace_content(self, content: Any, text: str, look: Any | None) -> bool:
        """The content of a control in a line, of one around paragraphs, or of one around a cell."""
        inner = content.find(self._tag("tc"))
        holder = content if inner is None else inner
        paragraphs = holder.findall(self._tag("p"))
        if not paragraphs and (holder is not content or content.find(self._tag("tr")) is not None):
            return False
        for other in paragraphs[1:]:
            holder.remove(other)
        line = paragraphs[0] if paragraphs else content
        for child in list(line):
            if etree.QName(child).localname != "pPr":
                line.remove(child)
        line.append(self._run(text, look))
        return True

    def _tick(self, entry: Entry, boxes: Sequence[tuple[str, Any]]) -> None:
        chosen = set(entry.value) if isinstance(entry.value, tuple) else {entry.text}
        options = [box["option"] for box in entry.place["boxes"]]
        if not chosen <= set(options):
            entry.refuse("not_an_option")
            return
        for option, (kind, element) in zip(options, boxes, strict=True):
            check = self._check_control if kind == "control" else self._check_field
            check(element, option in chosen)

    def _check_control(self, control: Any, checked: bool) -> None:
        box = control.find(f"{self._tag('sdtPr')}/{{{_W14}}}checkbox")
        if box is None:
            return
        state = box.find(f"{{{_W14}}}checked")
        if state is None:
            state = etree.Element(f"{{{_W14}}}checked")
            box.insert(0, state)
        if (state.get(f"{{{_W14}}}val") in ("1", "true")) == checked:
            return
        state.set(f"{{{_W14}}}val", "1" if checked else "0")
        shown = box.find(f"{{{_W14}}}{'checkedState' if checked else 'uncheckedState'}")
        glyph, font = ("2612" if checked else "2610"), "MS Gothic"
        if shown is not None:
            glyph, font = shown.get(f"{{{_W14}}}val", glyph), shown.get(f"{{{_W14}}}font", font)
        for run in control.iter(self._tag("r")):
            for old in [*run.findall(self._tag("t")), *run.findall(self._tag("sym"))]:
                run.remove(old)
            self._use_font(run, font)
            etree.SubElement(run, self._tag("t")).text = chr(int(glyph, 16))
            break

    def _use_font(self, run: Any, font: str) -> None:
        fonts = run.find(f"{self._tag('rPr')}/{self._tag('rFonts')}")
        if fonts is not None:
            for name in ("ascii", "hAnsi", "eastAsia"):
                fonts.set(self._tag(name), font)

    def _write_in_field(self, begin: Any, entry: Entry) -> bool:
        data = begin.find(self._tag("ffData"))
        choices = data.find(self._tag("ddList"))
        if choices is not None:
            listed = [self._get(each, "val") for each in choices.findall(self._tag("listEntry"))]
            if entry.text not in listed:
                entry.refuse("not_an_option")
                return True
            self._set_first(choices, "result", str(listed.index(entry.text)))
            return True
        if data.find(self._tag("checkBox")) is not None:
            self._check_field(begin, _means_yes(entry.text))
            return True
        return self._replace_result(begin, entry.text)

    def _check_field(self, begin: Any, checked: bool) -> None:
        box = begin.find(f"{self._tag('ffData')}/{self._tag('checkBox')}")
        if box is None:
            return
        state = box.find(self._tag("checked"))
        if state is None:
            state = etree.SubElement(box, self._tag("checked"))
        state.set(self._tag("val"), "1" if checked else "0")

    def _replace_result(self, begin: Any, text: str) -> bool:
        """What is between the field's `separate` and its `end`, in the same paragraph."""
        depth, separate, result = 0, None, []
        for run in begin.getparent().itersiblings(self._tag("r")):
            mark = run.find(self._tag("fldChar"))
            kind = self._get(mark, "fldCharType") if mark is not None else ""
            depth += (kind == "begin") - (kind == "end")
            if depth < 0:
                break
            if kind == "separate" and depth == 0:
                separate = run
            elif separate is not None:
                result.append(run)
        else:
            return False
        if separate is None:
            separate = etree.Element(self._tag("r"))
            etree.SubElement(separate, self._tag("fldChar")).set(self._tag("fldCharType"), "separate")
            run.addprevious(separate)
        look = result[0].find(self._tag("rPr")) if result else None
        for each in result:
            each.getparent().remove(each)
        separate.addnext(self._run(text, look))
        return True

    def _run(self, text: str, look: Any | None = None) -> Any:
        """One run, with line breaks. `look` is the run properties that it gets."""
        run = etree.Element(self._tag("r"))
        if look is not None:
            properties = _copy(look)
            for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange"):  # those of a paragraph's mark
                for each in properties.findall(self._tag(name)):
                    properties.remove(each)
            run.append(properties)
        for number, line in enumerate(text.split("\n")):
            if number:
                etree.SubElement(run, self._tag("br"))
            for column, piece in enumerate(line.split("\t")):
                if column:
                    etree.SubElement(run, self._tag("tab"))
                shown = etree.SubElement(run, self._tag("t"))
                shown.text = piece
                shown.set(_SPACE, "preserve")
        return run

    def _set_first(self, parent: Any, name: str, value: str) -> None:
        element = parent.find(self._tag(name))
        if element is None:
            element = etree.Element(self._tag(name))
            parent.insert(0, element)
        element.set(self._tag("val"), value)

    def _get(self, element: Any, name: str) -> str:
        return element.get(self._tag(name), "")

    def _names(self, item: Any) -> set[str]:
        return {name for name in (self._get(item, "displayText"), self._get(item, "value")) if name}

    def _most_used_style(self) -> str:
        """The style of the body text: empty for the document's default."""
        styles: Counter[str] = Counter()
        for paragraph in self._found["paragraph"]:
            if not _text(paragraph) or paragraph.find(f"{self._tag('pPr')}/{self._tag('numPr')}") is not None:
                continue
            style = paragraph.find(f"{self._tag('pPr')}/{self._tag('pStyle')}")
            name = self._get(style, "val") if style is not None else ""
            if not _NOT_BODY.search(name):
                styles[name] += 1
        return styles.most_common(1)[0][0] if styles else ""


def _copy(element: Any) -> Any:
    return parse_xml(etree.tostring(element, with_tail=False))


def _text(element: Any) -> str:
    return "".join(each.text or "" for each in element.iter("{*}t")).strip()


def _means_yes(text: str) -> bool:
    return text.strip().casefold() in {"yes", "ja", "true", "x", "1", "sí", "si"}


def _formatted(day: date, code: str) -> str:
    """Dates of digits as the control shows them; others as ISO writes them."""
    parts = re.split(r"(yyyy|yy|MM|M|dd|d)", code.replace("'", ""))
    if not code or re.search(r"[A-Za-z]", "".join(parts[::2])) or "MMM" in code or "ddd" in code:
        return day.isoformat()
    values = {
        "yyyy": f"{day.year:04d}",
        "yy": f"{day.year % 100:02d}",
        "MM": f"{day.month:02d}",
        "M": str(day.month),
        "dd": f"{day.day:02d}",
        "d": str(day.day),
    }
    return "".join(values.get(part, part) for part in parts)
