"""Answers in an XLSX or XLSM workbook, written into its own parts.

Strings are written into the cells themselves (`t="inlineStr"`), so the shared strings stay as they are. Such a string
is never a formula, whatever it begins with.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lxml import etree

from .entries import Entry
from .package_parts import Package, parse_xml
from .review_sheet import add_review_sheet
from .review_table import review_of
from .sheet_cells import DateStyles, SheetCells, has_formulas, position

# What calcPr stands behind in a workbook.
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")


def fill_workbook(source: bytes, entries: Sequence[Entry]) -> bytes:
    package = Package(source)
    filling = _Filling(package)
    for entry in entries:
        if entry.value is not None:
            filling.fill(entry)
    if filling.formulas_replaced:
        _forget_calculation_chain(package)
    if has_formulas(package.read(name) for name in package.names if "worksheets/" in name and name.endswith(".xml")):
        _calculate_on_load(package)
    add_review_sheet(package, review_of(entries))
    return package.to_bytes()


class _Filling:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._sheets: dict[str, SheetCells] = {}
        workbook = package.main_part
        styles = package.related(workbook, "styles")
        properties = parse_xml(package.read(workbook)).find("{*}workbookPr")
        since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self._dates = DateStyles(parse_xml(package.read(styles)) if styles in package.names else None, since_1904)
        self.formulas_replaced = False

    def fill(self, entry: Entry) -> None:
        place = entry.place
        try:
            references = {name: place[name] for name in ("answer", "comment", "evidence") if name in place}
            for reference in references.values():
                position(reference)
            sheet, cell = self._sheet(place["part"]), references["answer"]
        except (KeyError, ValueError):
            entry.refuse("no_place")
            return
        answer = sheet.cell(cell)
        if not self._may_be_replaced(sheet, answer, entry.replaces):
            entry.refuse("has_formula")
            return
        self._package.rewrite(place["part"], sheet.write)
        if not sheet.put(answer, self._value(entry, answer)):
            entry.notes.append("cut")
        for name, text in (("comment", entry.comment), ("evidence", entry.evidence)):
            if text and name in references:
                self._put_beside(sheet, sheet.cell(references[name]), text, entry)

    def _put_beside(self, sheet: SheetCells, cell: Any, text: str, entry: Entry) -> None:
        free = sheet.is_empty(cell) or (entry.replaces and self._may_be_replaced(sheet, cell, True))
        if free and not sheet.put(cell, text):
            entry.notes.append("cut")

    def _may_be_replaced(self, sheet: SheetCells, cell: Any, replaces: bool) -> bool:
        """A formula that other cells share, or that fills a range, cannot be taken away from them."""
        formula = sheet.formula(cell)
        if formula is None:
            return True
        shared = formula.get("ref") is not None or formula.get("t") in ("array", "dataTable")
        if shared or not replaces:
            return False
        self.formulas_replaced = True
        return True

    def _value(self, entry: Entry, cell: Any) -> str | Decimal | int:
        value = entry.value
        if isinstance(value, (str, tuple)) or value is None:
            return entry.text
        return value if isinstance(value, Decimal) else self._dates.value(cell, value)

    def _sheet(self, part: str) -> SheetCells:
        if part not in self._sheets:
            self._sheets[part] = SheetCells(self._package.read(part))
        return self._sheets[part]


def _forget_calculation_chain(package: Package) -> None:
    """Excel writes the order in which it calculates again; one that names a cell without a formula is an error."""
    workbook = package.main_part
    if chain := package.related(workbook, "calcChain"):
        package.remove(chain)
        package.unrelate(workbook, "calcChain")
        package.undeclare(chain)


def _calculate_on_load(package: Package) -> None:
    workbook = package.tree(package.main_part)
    calculation = workbook.find("{*}calcPr")
    if calculation is None:
        calculation = etree.Element(f"{{{etree.QName(workbook).namespace}}}calcPr")
        before = next(found for name in _BEFORE_CALCULATION if (found := workbook.find(f"{{*}}{name}")) is not None)
        before.addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
