"""The jobs that summarise call transcripts: list, follow, stop and delete them, and fetch their reports."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.commands import Panel
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say

app = typer.Typer(
    name="summaries",
    help="Follow the jobs of `docent summarize`, and fetch their summaries and reports.",
    no_args_is_help=True,
    rich_help_panel=Panel.CALLS,
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `docent summaries list` shows it.")]
Timeout = Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")]
A_DAY = 86_400


@app.command("list")
def list_all(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List your jobs, newest first."""
    from cli import summary_views as views

    found = _jobs(stack, region).all()
    print_json(found) if as_json else views.jobs(out, found)


@app.command()
def show(
    job_id: Id,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended.")] = False,
    timeout: Timeout = A_DAY,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Show one job, its progress, and its first summaries."""
    from cli import summary_views as views

    jobs = _jobs(stack, region, timeout)
    with views.Bar(None if as_json or not wait else out) as bar:
        job = jobs.wait(job_id, "", bar.show) if wait else jobs.show(job_id)
    print_json(job) if as_json else views.ended(out, job, jobs.first_summaries(job))


@app.command()
def start(
    job_id: Id,
    budget: Annotated[float | None, typer.Option(min=0, metavar="USD", help="The most that the job may cost.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended.")] = False,
    timeout: Timeout = A_DAY,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Start a job that was estimated, stopped or has failed. It begins at the beginning, with the options it had."""
    from cli import summary_views as views

    jobs = _jobs(stack, region, timeout)
    before = jobs.start_again(job_id, budget)
    if not wait:
        say(f"`docent summaries show {job_id}` shows how far it is.")
        return
    with views.Bar(out) as bar:
        job = jobs.wait(job_id, before, bar.show)
    views.ended(out, job, jobs.first_summaries(job))
    raise typer.Exit(0 if job["status"] == "SUMMARIZED" else 1)


@app.command()
def stop(job_id: Id, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Stop a job and its batch job, and say what was charged already."""
    from cli import summary_views as views

    told = _jobs(stack, region).stop(job_id)
    print_json(told) if as_json else views.stopped(out, told)


@app.command()
def report(
    job_id: Id,
    to: Annotated[
        Path | None,
        typer.Option("--output", parser=path_given, metavar="FOLDER", help="The default is the job's name."),
    ] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Fetch summaries.jsonl, report.json and report.html."""
    for file in _jobs(stack, region).fetch(job_id, to):
        out.print(f"✓ {file}", markup=False, soft_wrap=True)


@app.command()
def delete(job_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Delete a job with its summaries, its report, and the transcripts that were uploaded for it."""
    _jobs(stack, region).delete(job_id)
    say("It is deleted.")


def _jobs(stack: str | None, region: str | None, timeout: float = 3600) -> Any:
    from cli.session import Session
    from cli.summaries import Jobs

    return Jobs(Session(Target(stack, region)), timeout)
