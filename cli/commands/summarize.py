"""Summarise the call transcripts of a folder."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.commands import Panel
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say, word_given

app = typer.Typer(rich_help_panel=Panel.CALLS)


def _file(help_text: str) -> Any:
    return typer.Option(parser=path_given, metavar="FILE", help=help_text)


@app.command()
def summarize(
    place: Annotated[
        str,
        typer.Argument(
            parser=word_given,
            metavar="FOLDER|s3://…",
            help="A folder on this computer, or one below transcripts/ in the source bucket.",
        ),
    ],
    name: Annotated[
        str | None, typer.Option(help="Name of the job. The default is the folder's name and the time.")
    ] = None,
    prompt: Annotated[Path | None, _file("A text that the prompt says in addition.")] = None,
    guidelines: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="The ethical guidelines of the prompt. The default is all.")
    ] = None,
    insights: Annotated[Path | None, _file("What is to be found out about each call, as YAML or JSON.")] = None,
    language: Annotated[
        str | None,
        typer.Option(metavar="xx", help="Language of the summaries. The default is that of each transcript."),
    ] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Only show what it takes. Nothing is spent.")] = False,
    budget: Annotated[float | None, typer.Option(min=0, metavar="USD", help="The most that the job may cost.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended, and show its result.")] = False,
    timeout: Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")] = 86_400,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Summarise call transcripts, with personal data masked and a report at the end."""
    from cli import summary_views as views
    from cli.session import Session
    from cli.summaries import Jobs, options_of, transcripts_in

    files = None if place.startswith("s3://") else transcripts_in(Path(place))
    options = options_of(files, prompt, guidelines, insights, language, budget)
    jobs = Jobs(Session(Target(stack, region)), timeout)
    with views.Bar(None if as_json else out) as bar:
        job_id = jobs.upload(files, name, bar.uploaded) if files else jobs.take(place)
        before = jobs.start(job_id, options | ({"estimate_only": True} if estimate else {}))
        job = jobs.wait(job_id, before, bar.show) if estimate or wait else None
    if job is None:
        print_json(jobs.show(job_id)) if as_json else say(f"`docent summaries show {job_id}` shows how far it is.")
        return
    if as_json:
        print_json(job)
    else:
        views.ended(out, job, jobs.first_summaries(job))
        if job["status"] == "ESTIMATED":
            say(f"`docent summaries start {job_id}` starts it without another upload.")
        elif "links" in job:
            say(f"`docent summaries report {job_id}` fetches all summaries and the report.")
    raise typer.Exit(0 if job["status"] in ("ESTIMATED", "SUMMARIZED") else 1)
