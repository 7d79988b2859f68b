"""The review as a table on a new last page of a document."""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from .review_table import Review

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_SIZE = 14  # of the letters in the table, in half points: it has twelve columns


def add_review(root: Any, review: Review) -> None:
    """Before the properties of the last section, which end the body."""
    namespace = etree.QName(root).namespace

    def sub(parent: Any, name: str, **attributes: str | int) -> Any:
        element = etree.SubElement(parent, f"{{{namespace}}}{name}")
        for key, value in attributes.items():
            element.set(f"{{{namespace}}}{key}", str(value))
        return element

    def write(paragraph: Any, text: str, bold: bool = False, size: int = 0) -> None:
        run = sub(paragraph, "r")
        if bold or size:
            look = sub(run, "rPr")
            if bold:
                sub(look, "b")
            if size:
                sub(look, "sz", val=size)
        for number, line in enumerate(text.split("\n")):
            if number:
                sub(run, "br")
            shown = sub(run, "t")
            shown.text = line
            shown.set(_SPACE, "preserve")

    def add_row(table: Any, values: Sequence[str], bold: bool) -> None:
        row = sub(table, "tr")
        if bold:
            sub(sub(row, "trPr"), "tblHeader")
        for value in values:
            cell = sub(row, "tc")
            sub(sub(cell, "tcPr"), "tcW", w=0, type="auto")
            write(sub(cell, "p"), value, bold, _SIZE)

    pages = etree.Element(f"{{{namespace}}}pages")
    sub(sub(sub(pages, "p"), "r"), "br", type="page")
    write(sub(pages, "p"), review.title, bold=True)
    write(sub(pages, "p"), "\n".join(f"{what}: {count}" for what, count in review.counts))
    table = sub(pages, "tbl")
    look = sub(table, "tblPr")
    sub(look, "tblW", w=5000, type="pct")
    borders = sub(look, "tblBorders")
    for edge in _EDGES:
        sub(borders, edge, val="single", sz=4, space=0, color="auto")
    grid = sub(table, "tblGrid")
    for _ in review.header:
        sub(grid, "gridCol")
    add_row(table, review.header, bold=True)
    for values in review.rows:
        add_row(table, values, bold=False)
    sub(pages, "p")  # a body or a cell cannot end with a table

    body = root.find(f"{{{namespace}}}body")
    section = body.find(f"{{{namespace}}}sectPr")
    for element in list(pages):
        if section is None:
            body.append(element)
        else:
            section.addprevious(element)
