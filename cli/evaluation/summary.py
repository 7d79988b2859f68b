"""The summary of an evaluation in the terminal, and the bar while it runs."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.evaluation.evaluation import Summary
from cli.evaluation.judging import OUTCOMES
from cli.evaluation.measures import MEASURES, Measure


def progress(console: Console | None) -> Progress:
    """A bar of all questions; nothing without a console."""
    return Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("asking"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[stage]}"),
        console=console or Console(quiet=True),
        disable=console is None,
    )


def show(console: Console, summary: Summary) -> None:
    report, comparison = summary.report, summary.comparison
    table = Table(box=None, header_style="dim")
    for name in ("measure", "", *(("earlier",) if comparison else ()), "value", "questions"):
        table.add_column(name, justify="right" if name in ("earlier", "value", "questions") else "left")
    for name, each in summary.measures.items():
        if each.of:
            before = [_percent(comparison.measures[name][0])] if comparison and name in comparison.measures else []
            before = before or (["–"] if comparison else [])
            table.add_row(name, f"[dim]{MEASURES[name]}[/]", *before, _percent(each), str(each.of))
    console.print(table)
    told = [
        f"{report['outcomes'][outcome]} {name}" for outcome, name in OUTCOMES.items() if outcome in report["outcomes"]
    ]
    console.print(", ".join(told) + ".", soft_wrap=True)
    if comparison:
        console.print(
            f"Of {comparison.questions} questions in both evaluations, {len(comparison.better)} got better and "
            f"{len(comparison.worse)} worse.",
            soft_wrap=True,
        )
    console.print(_spent(report), soft_wrap=True)


def _spent(report: dict) -> str:
    usage, seconds = report["usage"], report["seconds"]
    told = [f"{usage['input_tokens']} + {usage['output_tokens']} tokens"]
    if report["cost_usd"] is not None:
        told.append(f"${report['cost_usd']:.4f}")
    if report["sentences"]:
        told.append(f"{report['sentences']['withheld']} sentences withheld")
    if seconds:
        told.append(f"{seconds['median']:.2f} s each, 95 of 100 within {seconds['p95']:.2f} s")
    return ", ".join(told) + "."


def _percent(measure: Measure) -> str:
    return "–" if measure.value is None else f"{measure.value * 100:.1f} %"
