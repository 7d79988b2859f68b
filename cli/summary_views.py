"""Jobs of summaries in the terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.plain_text import one_line
from docent.prices import dollars_text

COLORS = {"SUMMARIZED": "green", "ESTIMATED": "cyan", "STOPPED": "yellow", "FAILED": "red"}
STAGES = {
    "UPLOADING": "uploading",
    "PREPARING": "reading the transcripts",
    "SUMMARIZING": "summarising",
    "MASKING": "masking personal data",
}
OUTCOMES = {
    "clean": "summarised, nothing private found",
    "masked": "summarised, personal data masked",
    "duplicate": "the same call as another file",
    "left_out": "left out, their redacted twins are there",
    "blocked": "[yellow]withheld by the guardrail[/]",
    "invalid_output": "[yellow]the model's reply was not valid[/]",
    "unreadable": "[yellow]no transcript[/]",
    "failed": "[red]failed[/]",
    "error": "[red]the model gave no reply[/]",
}


def jobs(out: Console, found: list[dict[str, Any]]) -> None:
    if not found:
        out.print("There are no jobs. `docent summarize FOLDER` makes one.", markup=False)
        return
    table = Table("id", "job", "status", "transcripts", "changed", box=None, header_style="bold")
    for each in found:
        counts = each.get("counts", {})
        table.add_row(
            each["job_id"],
            escape(one_line(each["name"])),
            status(each["status"]),
            str(sum(counts.values())) if counts else "",
            each["updated_at"][:16].replace("T", " "),
        )
    out.print(table)


def ended(out: Console, job: dict[str, Any], summaries: list[dict[str, Any]]) -> None:
    """The job, its first summaries, and what became of all of them."""
    out.print(f"{job['job_id']}  {escape(one_line(job['name']))}  {status(job['status'])}")
    if error := job.get("error"):
        out.print(f"[red]{escape(error['name'])}[/] {escape(one_line(error['message']))}", soft_wrap=True)
    batch = job.get("batch")
    if batch:
        told = f"Batch job {batch['status']}, as of {batch['at'][11:16]} UTC{_counted(batch)}"
        out.print(escape(one_line(f"{told} {batch.get('message', '')}".strip())), soft_wrap=True)
    progress = job.get("progress", {})
    if job["status"] in STAGES and progress.get("of") and not (batch and job["status"] == "SUMMARIZING"):
        out.print(f"{STAGES[job['status']]}: {progress.get('done', 0)} of {progress['of']}")
    for summary in summaries:
        _summary(out, summary)
    if counts := job.get("counts"):
        table = Table("transcripts", "", box=None, header_style="bold")
        for name in sorted(counts, key=lambda name: list(OUTCOMES).index(name) if name in OUTCOMES else len(OUTCOMES)):
            table.add_row(str(counts[name]), OUTCOMES.get(name, escape(name.replace("_", " "))))
        out.print()
        out.print(table)
    if cost := job.get("cost"):
        out.print(f"cost {usd(cost.get('total'))}{_saved(cost)}")
    elif job["status"] == "ESTIMATED":
        estimated(out, job["estimate"])


def estimated(out: Console, estimate: dict[str, Any]) -> None:
    out.print(
        f"{estimate['requests']:,} requests, about {estimate['input_tokens']:,} + {estimate['output_tokens']:,} tokens"
        f" of {escape(estimate['model_id'])}"
    )
    cost, most = estimate["cost"], estimate["most"]
    if cost is None:
        told = "The parameters InputTokenPrice and OutputTokenPrice say it."
        out.print(f"[yellow]The price of this model is not known.[/] {told}")
        return
    table = Table("", "about", "at most", "time", box=None, header_style="bold")
    by_batch, on_demand = estimate["way"] == "batch", estimate["way"] == "on_demand"
    times = {"batch": "some hours, 24 at most", "on_demand": f"about {_duration(estimate['seconds_on_demand'])}"}
    for way, told, is_it in (("batch", "by batch", by_batch), ("on_demand", "on demand", on_demand)):
        style = "bold" if is_it else "dim"
        both = (usd(found[way] + found["masking"]) for found in (cost, most))
        table.add_row(f"{told}{'  ← so it runs' if is_it else ''}", *both, times[way], style=style)
    out.print(table)
    out.print("Masking is included. A budget is compared with what the job can cost at most.")


def stopped(out: Console, told: dict[str, Any]) -> None:
    charged = told["charged"]
    out.print(f"It is {status(told['status'])}. {charged['requests']} of {charged['of']} requests were answered.")
    if charged["usd"] is not None:
        out.print(f"Charged already: about {usd(charged['usd'])}")


def status(name: str) -> str:
    color = COLORS.get(name)
    return f"[{color}]{name}[/]" if color else name


def usd(dollars: float | None) -> str:
    if dollars is None:
        return "not known"
    return dollars_text(dollars)


def _saved(cost: dict[str, Any]) -> str:
    if not cost.get("batch"):
        return ""
    return f", of it {usd(cost['batch'])} by batch; on demand it would have been {usd(cost['all_on_demand'])}"


def _counted(batch: dict[str, Any]) -> str:
    if "totalRecordCount" not in batch:
        return ""
    errors = f", {batch['errorRecordCount']} errors" if batch.get("errorRecordCount") else ""
    return f", {batch.get('processedRecordCount', 0)} of {batch['totalRecordCount']} records{errors}."


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _summary(out: Console, summary: dict[str, Any]) -> None:
    uncertain = "  [yellow]it is not certain who is who[/]" if summary.get("roles_uncertain") else ""
    out.print()
    out.print(f"[bold]{escape(one_line(summary['source']))}[/]  [dim]{summary['outcome']}[/]{uncertain}")
    for name, value in summary["insights"].items():
        if text := _said(value):
            out.print(f"[cyan]{escape(one_line(name.replace('_', ' ')))}[/] {text}", soft_wrap=True)


def _said(value: Any) -> str:
    """A choice, a list of statements, or a list of objects, in one line."""
    if not isinstance(value, list):
        return escape(one_line(str(value)))
    return " ".join(_statement(each) for each in value)


def _statement(each: Any) -> str:
    if not isinstance(each, dict):
        return escape(one_line(str(each)))
    turns = "".join(f"[{number}]" for number in each.get("turns", []))
    members = [
        str(value) for name, value in each.items() if name not in ("turns", "unsupported") and isinstance(value, str)
    ]
    told = escape(one_line(", ".join(member for member in members if member)))
    mark = f" [yellow]unsupported {escape(str(each['unsupported']))}[/]" if each.get("unsupported") else ""
    return f"{told}{mark} [dim]{escape(turns)}[/]"


class Bar:
    """How far a job is, while somebody waits."""

    def __init__(self, console: Console | None) -> None:
        self._bars = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            TimeElapsedColumn(),
            console=console or Console(quiet=True),
            disable=console is None,
            transient=True,
        )
        self._task = self._bars.add_task("uploading", total=None, note="")

    def __enter__(self) -> "Bar":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def uploaded(self, done: int, of: int) -> None:
        self._bars.update(self._task, completed=done, total=of)

    def show(self, job: dict[str, Any]) -> None:
        progress, batch = job.get("progress", {}), job.get("batch", {})
        done, of, note = progress.get("done", 0), progress.get("of"), ""
        if job["status"] == "SUMMARIZING" and batch:
            done, of = batch.get("processedRecordCount", 0), batch.get("totalRecordCount", of)
            note = f"batch job {batch['status']}, as of {batch['at'][11:19]} UTC"
        stage = STAGES.get(job["status"], job["status"].lower())
        self._bars.update(self._task, description=stage, total=of, completed=done, note=note)
