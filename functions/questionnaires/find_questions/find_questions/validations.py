"""What a cell of a sheet accepts: validations, classic and of Excel 2010 (x14), kept as the ranges that they are."""

import re
from dataclasses import dataclass, field
from typing import Any

_RANGE = re.compile(r"\$?([A-Z]{1,3})?\$?(\d{1,7})?(?::\$?([A-Z]{1,3})?\$?(\d{1,7})?)?")
_SMALL = 64
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

type Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Validation:
    kind: str
    formula: str
    ranges: tuple[Range, ...]
    max_chars: int = 0

    @classmethod
    def of(cls, element: Any) -> "Validation":
        kind = element.get("type", "none")
        first = (element.findtext("{*}formula1") or element.findtext("{*}formula1/{*}f") or "").strip()
        second = (element.findtext("{*}formula2") or element.findtext("{*}formula2/{*}f") or "").strip()
        limit = 0
        if kind == "textLength":
            upper = {"between": second, "lessThanOrEqual": first, "lessThan": first}.get(
                element.get("operator", "between"), ""
            )
            limit = int(upper) - (element.get("operator") == "lessThan") if upper.isdigit() and len(upper) < 8 else 0
        where = element.get("sqref") or element.findtext("{*}sqref") or ""
        return cls(kind, first, tuple(filter(None, map(_range, where.split()))), max(limit, 0))


def _range(text: str) -> Range | None:
    match = _RANGE.fullmatch(text)
    if not match or not text:
        return None
    left, top, right, bottom = match.groups()
    whole = ":" in text
    first_column = _column(left) if left else 1
    first_row = int(top) if top else 1
    last_column = _column(right) if right else (_LAST_COLUMN if whole and not left else first_column)
    last_row = int(bottom) if bottom else (_LAST_ROW if whole and not top else first_row)
    return first_row, first_column, last_row, last_column


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass
class Validations:
    """Small ranges by cell and large ones in a list, so that looking one up is cheap and a huge one costs nothing."""

    _cells: dict[tuple[int, int], Validation] = field(default_factory=dict)
    _large: list[tuple[Range, Validation]] = field(default_factory=list)

    def add(self, validation: Validation) -> None:
        if validation.kind in {"none", "custom"}:
            return
        for each in validation.ranges:
            top, left, bottom, right = each
            if 0 < (bottom - top + 1) * (right - left + 1) <= _SMALL:
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        self._cells[row, column] = validation
            else:
                self._large.append((each, validation))

    def at(self, row: int, column: int) -> Validation | None:
        if (row, column) in self._cells:
            return self._cells[row, column]
        for (top, left, bottom, right), validation in self._large:
            if top <= row <= bottom and left <= column <= right:
                return validation
        return None


# The formats that every workbook has without defining them (ECMA-376, 18.8.30), as `#<id>`.
_DATES = {f"#{each}" for each in (*range(14, 18), 22, *range(27, 37), *range(50, 59))}
_NUMBERS = {f"#{each}" for each in (*range(1, 12), *range(37, 45), 48)}


def is_date_format(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code).casefold()
    return code in _DATES or (
        not code.startswith("#") and bool(re.search(r"y|d(?!e)", plain)) and "general" not in plain
    )


def is_number_format(code: str) -> bool:
    if re.fullmatch(r"#\d+", code):
        return code in _NUMBERS
    return bool(re.search(r"[0#]", re.sub(r'"[^"]*"', "", code))) and not is_date_format(code)
