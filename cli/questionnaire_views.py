"""Questionnaires as tables in the terminal."""

from typing import Any, ClassVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.plain_text import one_line

COLORS = {"ANSWERED": "green", "FAILED": "red", "STOPPED": "yellow", "FOUND": "cyan"}
# More rows that were passed over are only counted.
SKIPPED = 5


def questionnaires(out: Console, found: list[dict[str, Any]]) -> None:
    if not found:
        out.print("There are no questionnaires. `docent questionnaire answer FILE` answers one.")
        return
    table = Table("id", "file", "status", "questions", "answered", "review", "changed", box=None, header_style="bold")
    for each in found:
        counts = each.get("counts", {})
        table.add_row(
            each["questionnaire_id"],
            escape(one_line(each["file_name"])),
            status(each["status"]),
            str(each.get("question_count", "")),
            str(counts.get("answered", "")),
            str(counts.get("needs_review", "")),
            each["updated_at"][:16].replace("T", " "),
        )
    out.print(table)


def the_map(out: Console, found: dict[str, Any]) -> None:
    """Where the questions were found, and which rows were passed over."""
    out.print(f"[bold]{found.get('question_count', 0)}[/] questions in {escape(one_line(found['file_name']))}")
    sheets = found.get("map", {}).get("sheets", [])
    if not sheets:
        return
    table = Table("sheet", "header", "columns", "rows", "passed over", box=None, header_style="bold")
    for sheet in sheets:
        columns = ", ".join(f"{name} {column}" for name, column in sheet.get("columns", {}).items() if column)
        rows = "–".join(str(row) for row in sheet.get("rows", []))
        table.add_row(
            escape(one_line(str(sheet.get("sheet") or "–"))),
            str(sheet.get("header_row", "")),
            escape(one_line(columns)),
            rows,
            escape(_skipped(sheet.get("skipped", []))),
        )
    out.print(table)


def _skipped(rows: list[dict[str, Any]]) -> str:
    told = "; ".join(
        one_line(": ".join(str(row[name]) for name in ("row", "why") if name in row)) for row in rows[:SKIPPED]
    )
    return told + (f"; and {len(rows) - SKIPPED} more" if len(rows) > SKIPPED else "")


def summary(out: Console, found: dict[str, Any]) -> None:
    """How many answers there are of each confidence, and how many need a review."""
    counts = found.get("counts")
    if not counts:
        return
    table = Table("questions", "", box=None, header_style="bold")
    for name, told in (
        ("high", "answered, confidence high"),
        ("medium", "answered, confidence medium"),
        ("low", "answered, confidence low"),
        ("unanswered", "no evidence found"),
        ("already_answered", "had an answer before"),
        ("failed", "[red]failed; start it again[/]"),
        ("pending", "not answered yet"),
        ("needs_review", "[yellow]need a review[/]"),
    ):
        if counts[name]:
            table.add_row(str(counts[name]), told)
    out.print(table)


def questionnaire(out: Console, found: dict[str, Any]) -> None:
    out.print(f"{found['questionnaire_id']}  {escape(one_line(found['file_name']))}  {status(found['status'])}")
    if progress := found.get("progress"):
        out.print(f"{progress['done']} of {progress['total']} questions of this run, {progress['failed']} failed")
    if error := found.get("error"):
        out.print(f"[red]{escape(error['name'])}[/] {escape(one_line(error['message']))}", soft_wrap=True)
    if "map" in found:
        the_map(out, found)
    summary(out, found)


def status(name: str) -> str:
    color = COLORS.get(name)
    return f"[{color}]{name}[/]" if color else name


class Bar:
    """How far a questionnaire is, while somebody waits."""

    STAGES: ClassVar = {
        "UPLOADING": "uploading",
        "FINDING": "finding questions",
        "FOUND": "found",
        "ANSWERING": "answering",
    }

    def __init__(self, console: Console | None) -> None:
        self._bars = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console or Console(quiet=True),
            disable=console is None,
            transient=True,
        )
        self._task = self._bars.add_task("uploading", total=None)

    def __enter__(self) -> "Bar":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, found: dict[str, Any]) -> None:
        stage = self.STAGES.get(found["status"], found["status"].lower())
        progress = found.get("progress", {})
        total, done = progress.get("total"), progress.get("done", 0)
        if total and done == total:
            stage = "filling in the file"
        self._bars.update(self._task, description=stage, total=total, completed=done)
