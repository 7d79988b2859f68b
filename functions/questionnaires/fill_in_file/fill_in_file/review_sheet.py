"""The review as a worksheet of its own: its part, and what names it in the workbook."""

import re
from collections.abc import Sequence
from functools import partial
from typing import IO, Any

from lxml import etree

from .entries import shortened
from .package_parts import Package
from .review_table import Review
from .sheet_cells import CELL_LIMIT, escaped, letters

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WIDTHS = (8, 22, 60, 60, 14, 12, 12, 40, 40, 12, 20, 40)


def add_review_sheet(package: Package, review: Review) -> None:
    workbook = package.main_part
    root = package.tree(workbook)
    sheets = root.find("{*}sheets")
    names = [sheet.get("name") for sheet in sheets]
    name = _free_name(review.title, {each.casefold() for each in names})
    part = _free_part(package)

    # A strict workbook has namespaces of its own.
    types = [relation.get("Type", "") for relation in package.relations(workbook)]
    kind = next(each for each in types if each.endswith("/worksheet"))
    sheet_ids = [int(sheet.get("sheetId")) for sheet in sheets]
    sheet = etree.SubElement(sheets, sheets[0].tag, name=name, sheetId=str(max(sheet_ids) + 1))
    id_name = next(each for each in sheets[0].attrib if each.endswith("}id"))
    sheet.set(id_name, package.relate(workbook, kind, part))
    package.declare(part, _SHEET_TYPE)
    package.add(part, partial(_write_worksheet, etree.QName(root).namespace, review))
    _name_in_properties(package, name, len(names))


def _write_worksheet(namespace: str, review: Review, written: IO[bytes]) -> None:
    """Row by row: all rows as a tree would take more memory than the rest of the workbook."""
    names: Any = {None: namespace}

    def sub(parent: Any, tag: str, **attributes: str) -> Any:
        return etree.SubElement(parent, f"{{{namespace}}}{tag}", attributes)

    def part(tag: str, **attributes: str) -> Any:
        return etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap=names)

    def row(number: int, values: Sequence[str | int], bold: bool = False) -> Any:
        made = part("row", r=str(number))
        for column, value in enumerate(values, start=1):
            if value == "":
                continue
            cell = sub(made, "c", r=f"{letters(column)}{number}")
            if isinstance(value, int):
                sub(cell, "v").text = str(value)
                continue
            cell.set("t", "inlineStr")
            text = sub(cell, "is")
            if bold:  # in the text itself, as a style would have to be added to the workbook's
                text = sub(text, "r")
                sub(sub(text, "rPr"), "b")
            text = sub(text, "t")
            text.text = escaped(shortened(value, CELL_LIMIT))
            text.set(_SPACE, "preserve")
        return made

    header = len(review.counts) + 3
    views, columns = part("sheetViews"), part("cols")
    view = sub(views, "sheetView", workbookViewId="0")
    sub(view, "pane", ySplit=str(header), topLeftCell=f"A{header + 1}", activePane="bottomLeft", state="frozen")
    for number, width in enumerate(_WIDTHS, start=1):
        sub(columns, "col", min=str(number), max=str(number), width=str(width), customWidth="1")
    last = f"{letters(len(review.header))}{header + review.count}"
    with etree.xmlfile(written, encoding="UTF-8") as file:
        file.write_declaration(standalone=True)
        with file.element(f"{{{namespace}}}worksheet", nsmap=names):
            file.write(views, columns)
            with file.element(f"{{{namespace}}}sheetData"):
                file.write(row(1, [review.title], bold=True))
                for number, (what, count) in enumerate(review.counts, start=2):
                    file.write(row(number, [count, what]))
                file.write(row(header, review.header, bold=True))
                for number, values in enumerate(review.rows, start=header + 1):
                    file.write(row(number, values))
            file.write(part("autoFilter", ref=f"A{header}:{last}"))


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


def _free_part(package: Package) -> str:
    number = 1 + sum(bool(re.search(r"worksheets/[^/]+\.xml$", name)) for name in package.names)
    taken = {name.casefold() for name in package.names}
    while f"xl/worksheets/sheet{number}.xml" in taken:
        number += 1
    return f"xl/worksheets/sheet{number}.xml"


def _name_in_properties(package: Package, name: str, sheets: int) -> None:
    """docProps/app.xml lists the titles of sheets, in most workbooks."""
    if "docProps/app.xml" not in package.names:
        return
    root = package.tree("docProps/app.xml")
    pairs, titles = root.find("{*}HeadingPairs/{*}vector"), root.find("{*}TitlesOfParts/{*}vector")
    if pairs is None or titles is None or len(titles) < sheets:
        return
    count = pairs.find("{*}variant/{*}i4")
    if count is None or count.text != str(sheets):
        return
    count.text = str(sheets + 1)
    title = etree.Element(titles[sheets - 1].tag)
    title.text = name
    titles[sheets - 1].addnext(title)
    titles.set("size", str(len(titles)))
