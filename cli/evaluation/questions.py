"""The file of questions: JSON lines, a JSON list, or CSV. Everything wrong with it is told at once."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from cli.evaluation.question_fields import QUESTION, Question, UnusableQuestionError, name_of, question_of
from cli.plain_text import one_line
from cli.target import CommandError

JSON = frozenset({".json"})
JSON_LINES = frozenset({".jsonl", ".ndjson"})
TABLES = frozenset({".csv", ".tsv"})
# A field of a CSV file: an expected answer can be long.
MAX_FIELD = 10_000_000

# A record with the number of its line, or why there is none.
type Record = tuple[int, Any | UnusableQuestionError]


def read_questions(path: Path) -> list[Question]:
    """Raises CommandError, which names every line that cannot be used."""
    name, kind = one_line(str(path)), path.suffix.casefold()
    if kind not in JSON | JSON_LINES | TABLES:
        raise CommandError(f"{name} is neither JSON lines nor CSV. Name a file that ends in .jsonl, .json or .csv.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8. Save it with that encoding (in Excel: “CSV UTF-8”).") from error
    questions: list[Question] = []
    wrong: dict[str, list[int]] = {}
    for line, record in _records(text, kind, name):
        try:
            if isinstance(record, UnusableQuestionError):
                raise record
            questions.append(question_of(record, line))
        except UnusableQuestionError as error:
            wrong.setdefault(str(error), []).append(line)
    if wrong:
        told = "\n".join(f"  {_lines(lines)}: {why}" for why, lines in wrong.items())
        raise CommandError(f"{name} cannot be used. Nothing was asked.\n{told}")
    if not questions:
        raise CommandError(f"{name} holds no question.")
    return questions


def _records(text: str, kind: str, name: str) -> Iterator[Record]:
    if kind in TABLES:
        return _rows(text, name)
    if kind in JSON:
        try:
            return _of_json(json.loads(text), text, name)
        except json.JSONDecodeError as error:
            if error.msg != "Extra data":  # that is JSON lines under another name
                raise CommandError(f"{name} is not JSON: {error.msg} in line {error.lineno}.") from error
    return _json_lines(text)


def _json_lines(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                yield number, UnusableQuestionError(f"this is not JSON: {error.msg} at column {error.colno}.")


def _of_json(value: Any, text: str, name: str) -> Iterator[Record]:
    """A list of records, also under the name `questions`, or a list for each column. The place in it is the line."""
    if isinstance(value, dict) and isinstance(value.get("questions"), list):
        value = value["questions"]
    if isinstance(value, dict) and all(isinstance(each, list) for each in value.values()):
        lengths = {key: len(each) for key, each in value.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{one_line(str(key))} {length}" for key, length in lengths.items())
            raise CommandError(f"The columns of {name} differ in length: {told}.")
        value = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise CommandError(f"{name} is no list of questions.")
    starts = _starts(value, text)
    yield from zip(starts, value, strict=False)


def _starts(values: list[Any], text: str) -> Iterator[int]:
    """The line on which each value of a JSON list begins; counted from 1 where that is not to be seen."""
    decoder, at, lines = json.JSONDecoder(), text.find("[") + 1, []
    try:
        for _ in values:
            while text[at] in " \t\r\n,":
                at += 1
            lines.append(text.count("\n", 0, at) + 1)
            _, at = decoder.raw_decode(text, at)
    except (ValueError, IndexError):
        return iter(count(1))
    return iter(lines)


def _rows(text: str, name: str) -> Iterator[Record]:
    csv.field_size_limit(MAX_FIELD)
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    columns = next(rows, [])
    if not set(QUESTION) & {name_of(column) for column in columns}:
        found = ", ".join(one_line(column) for column in columns) or "none"
        raise CommandError(
            f"{name} has no column with the questions. Name it “question” in the first line; the columns are: {found}."
        )
    line = rows.line_num + 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield line, _record(columns, row)
            line = rows.line_num + 1
    except csv.Error as error:
        yield line, UnusableQuestionError(f"this is not CSV: {error}. Check the quotation marks.")


def _record(columns: list[str], row: list[str]) -> Any:
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
        return UnusableQuestionError(
            f"there are {len(row)} cells for {len(columns)} columns. Put cells with commas into quotation marks."
        )
    return dict(zip(columns, row, strict=False))


def _lines(numbers: list[int]) -> str:
    """`line 3`, or `lines 3, 5–9 and 12`: each is named."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    if len(numbers) == 1:
        return f"line {told[0]}"
    return "lines " + " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
