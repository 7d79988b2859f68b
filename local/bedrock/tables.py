"""Answers from the rows of one table: a row with the names of its columns, the highest, several, or all of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from local.bedrock.asking import asks_for_all, bound_of, comparison_of, counted, counted_words, extreme_of, is_closed
from local.bedrock.statements import CELL, Statement, in_full
from local.bedrock.words import Language, language_of, number_of, share_of, stems

MOST_COLUMNS, MOST_ROWS = 6, 20  # said in one answer
_TRAILING = re.compile(r"(?P<label>.*?[^\W\d_].*?)[\s:]+(?P<value>[-+−–]?[$€£]?\d[\d.,']*(?:\s?(?:%|[^\W\d_]{1,4}))?)")
_AMOUNT = re.compile(
    r"[<>≤≥~±]?\s*(?P<sign>\(?[-−–]?)\s*[$€£]?\s*(?P<number>\d[\d.,']*)\)?\s*(?:[%‰]|°\s?[CF]|[^\W\d_][\w/]{0,11})?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YES_OR_NO: dict[Language, tuple[str, str]] = {"en": ("No: ", "Yes: "), "de": ("Nein: ", "Ja: ")}
_TOTAL = re.compile(r"\b(?:sub)?totals?\b|\bsum\b|gesamt|summe|\binsgesamt\b", re.I)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one passage below one line. `columns` are their names; empty if unknown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Statement, ...]
    language: Language


def table_of(row: Statement, statements: Sequence[Statement]) -> Table:
    """The table that a row stands in."""
    rows = tuple(each for each in statements if _place(each) == _place(row))
    columns = tuple(row.lead.split(CELL)) if CELL in row.lead else ()
    title = row.section if columns else row.lead or row.section
    return Table(title, columns, rows, language_of(row.passage.text))


def _place(row: Statement) -> tuple[str, str, str, str]:
    return row.passage.id, row.kind, row.section, row.lead


def from_table(question: str, table: Table) -> str | None:
    """What the rows together answer; None if the question asks for something else."""
    wanted = stems(question, language_of(question))
    column = _column(table, wanted)
    values = {row.order: value for row in table.rows if (value := _value(row, column, table)) is not None}
    if named := [row for row in table.rows if _is_named(row, wanted)]:
        verdict = _verdict(question, named, values)
        return verdict + _said_together(named, table, wanted) if verdict or len(named) > 1 else None
    rows = [row for row in table.rows if row.order in values and row.has_words and not _TOTAL.search(cells_of(row)[0])]
    if (sign := extreme_of(question)) and len(rows) > 1:
        return said_row(max(rows, key=lambda row: sign * values[row.order]), wanted, column)
    if (bound := bound_of(question)) and rows:
        found = [row for row in rows if bound.holds(values[row.order])]
        return _said_together(found, table, wanted) if found else None
    if not (asks_for_all(question) or _counts_rows(question, table)) or len(table.rows) < 2:
        return None
    if not table.columns:
        return _said_together(table.rows, table, wanted)
    labels = dict.fromkeys(cells_of(row)[0] for row in table.rows[:MOST_ROWS])
    return in_full(table.title or table.columns[0], ", ".join(labels))


def _verdict(question: str, named: Sequence[Statement], values: Mapping[int, float]) -> str:
    """ "Yes: " or "No: " if the question compares a row with a number, or with another row."""
    compared = [values[row.order] for row in named if row.order in values]
    if not is_closed(question) or len(compared) != len(named):
        return ""
    if len(named) == 1 and (bound := bound_of(question)):
        return _YES_OR_NO[language_of(question)][bound.holds(compared[0])]
    if len(named) == 2 and (sign := comparison_of(question)):
        first, second = (question.casefold().find(cells_of(row)[0].casefold()) for row in named)
        if min(first, second) < 0:
            return ""
        more = (compared[0] - compared[1]) * sign * (1 if first < second else -1)
        return _YES_OR_NO[language_of(question)][more > 0]
    return ""


def counts_what_is_asked(question: str, table: Table, statements: Sequence[Statement]) -> bool:
    """Whether the numbers of a table can be what "how many" asks for: what is counted stands in the table or above it,
    or in a sentence that names one of its rows. A chart of energy does not tell how many riders there were."""
    words = counted_words(question)
    if not words:
        return True
    counted = [stem for word in words for stem in stems(word, table.language)]
    labels = [stems(cells_of(row)[0], table.language) for row in table.rows if row.has_words]

    def names_a_row(words: Collection[str]) -> bool:
        return any(label and all(share_of(stem, words) for stem in label) for label in labels)

    for each in statements:
        words = stems(f"{each.passage.document} {each.in_full}", table.language)
        if any(share_of(stem, words) for stem in counted) and (each in table.rows or names_a_row(words)):
            return True
    return not counted


def said_row(row: Statement, wanted: Collection[str], column: int | None = None) -> str:
    """A row with the names of the columns that the question names, of `column`, or of all."""
    names, cells = row.lead.split(CELL), row.text.split(CELL)
    if not len(names) == len(cells) > 1:
        return row.said.replace(CELL, " ") if len(cells) == 2 else row.said
    asked = [number for number in range(1, len(names)) if _is_asked(names[number], wanted)]
    chosen = asked or ([column] if column else range(1, len(names)))
    pairs = [f"{names[number]}: {cells[number]}" for number in chosen if cells[number].strip()]
    return in_full(row.section, ", ".join([cells[0], *pairs[:MOST_COLUMNS]]))


def cells_of(row: Statement) -> list[str]:
    """The label of a row and its values. Rows of images have no separate cells: the last amount is the value."""
    if CELL in row.text:
        return row.text.split(CELL)
    found = _TRAILING.fullmatch(row.text)
    return [found["label"], found["value"]] if found else [row.text]


def _said_together(rows: Sequence[Statement], table: Table, wanted: Collection[str]) -> str:
    said = [said_row(row, wanted) for row in rows[:MOST_ROWS]]
    prefix = in_full(table.title, "")
    return prefix + "; ".join(each.removeprefix(prefix) for each in said)


def _is_named(row: Statement, wanted: Collection[str]) -> bool:
    label = stems(cells_of(row)[0], language_of(row.passage.text))
    return bool(label) and all(share_of(stem, wanted) for stem in label)


def _is_asked(column: str, wanted: Collection[str]) -> bool:
    return any(share_of(stem, wanted) for language in ("de", "en") for stem in stems(column, language))


def _column(table: Table, wanted: Collection[str]) -> int | None:
    """The column with amounts that the question is about: the one that it names, or the only one."""
    width = max(len(cells_of(row)) for row in table.rows)
    numeric = [
        number
        for number in range(1, width)
        if 2 * sum(_value(row, number, table) is not None for row in table.rows) > len(table.rows)
    ]
    asked = [number for number in numeric if number < len(table.columns) and _is_asked(table.columns[number], wanted)]
    return asked[0] if asked else numeric[0] if len(numeric) == 1 else None


def _value(row: Statement, column: int | None, table: Table) -> float | None:
    cells = cells_of(row)
    if column is None or column >= len(cells):
        return None
    found = _AMOUNT.fullmatch(cells[column].strip())
    if not found or _YEAR.fullmatch(found["number"]):
        return None
    value = number_of(found["number"], table.language)
    return -value if found["sign"] else value


def _counts_rows(question: str, table: Table) -> bool:
    """Whether it asks how many rows there are: it counts what the first column names, or what is no measure."""
    thing = counted(question)
    if not thing:
        return False
    if table.columns:
        return _is_asked(table.columns[0], thing)
    return not _is_asked(table.title, thing)
