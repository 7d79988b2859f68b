"""Private data that only the heading of its column in a table tells: credentials that have no form of their own."""

import re
from collections.abc import Iterator

from local.bedrock.private_rules import PASSWORDS_LABEL, USERNAMES_LABEL

HEADINGS = {
    "PASSWORD": re.compile(rf"(?:{PASSWORDS_LABEL})", re.IGNORECASE),
    "USERNAME": re.compile(rf"(?:{USERNAMES_LABEL})", re.IGNORECASE),
    "PIN": re.compile(r"pins?(?:[ -]?code)?|geheimzahl", re.IGNORECASE),
}
VALUES = {"PIN": re.compile(r"\d{4,6}")}
ANY_VALUE = re.compile(r"\S{3,64}")


def find_in_tables(text: str) -> Iterator[tuple[str, int, int]]:
    """Of tables whose cells are separated by pipes or tabs, as Markdown and spreadsheets write them."""
    columns: dict[int, str] = {}
    position = 0
    for line in text.splitlines(keepends=True):
        cells = cells_of(line)
        if len(cells) < 2:
            columns = {}
        elif headed := {number: type for number, (cell, _) in cells.items() if (type := heading_of(cell))}:
            columns = headed
        else:
            for number, type in columns.items():
                cell, start = cells.get(number, ("", 0))
                if VALUES.get(type, ANY_VALUE).fullmatch(cell) and not set(cell) <= set("-:="):
                    yield type, position + start, position + start + len(cell)
        position += len(line)


def cells_of(line: str) -> dict[int, tuple[str, int]]:
    """By its number: the cell, and where it begins. One cell is no table."""
    found: dict[int, tuple[str, int]] = {}
    start = 0
    for number, part in enumerate(re.split(r"[|\t]", line.rstrip("\r\n"))):
        text = part.strip()
        if text:
            found[number] = text, start + part.index(text)
        start += len(part) + 1
    return found


def heading_of(cell: str) -> str | None:
    return next((type for type, pattern in HEADINGS.items() if pattern.fullmatch(cell)), None)
