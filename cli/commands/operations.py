"""Look after a stack: what failed, what was logged, and the sample events."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli import showing
from cli.commands import Panel
from cli.plain_text import one_line
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, err, out, path_given, print_json

app = typer.Typer(rich_help_panel=Panel.OPERATIONS)


def _tell(outcomes: Iterable[tuple[str, str]]) -> None:
    """Print the outcome for each document, by key."""
    nothing = True
    for key, outcome in outcomes:
        nothing = False
        out.print(f"{one_line(key)} {outcome}.", markup=False, soft_wrap=True)
    if nothing:
        out.print("There is nothing to do.")


@app.command()
def redrive(
    documents: Annotated[list[str] | None, typer.Argument(help="The documents. Without any: all that failed.")] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Redrive failed executions, after the cause of the failure is fixed."""
    from cli import repair
    from cli.library import Library

    library = Library(Target(stack, region))
    _tell(repair.redrive(library, [library.document_id(each) for each in documents or []]))


@app.command()
def reingest(
    documents: Annotated[list[str] | None, typer.Argument(help="The documents. Without any: all of them.")] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Ingest documents again, after the model, the prompt or the index changed."""
    from cli import repair
    from cli.library import Library

    library = Library(Target(stack, region))
    _tell(repair.reingest(library, [library.document_id(each) for each in documents or []]))


@app.command()
def replay(stack: Stack = None, region: Region = None) -> None:
    """Start the workflows of events that reached none (the dead-letter queue)."""
    from cli import repair
    from cli.library import Library

    count = 0
    with err.status("receiving undelivered events") as status:
        for count, _ in enumerate(repair.replay(Library(Target(stack, region))), start=1):
            status.update(f"receiving undelivered events, {count} replayed")
    out.print(f"{count} undelivered events are replayed.", highlight=False)


@app.command()
def operations(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show how all work goes: executions, alarms and dead-letter queues. For operators."""
    from cli.session import Session

    found = Session(Target(stack, region)).api("GET", "/operations")
    if as_json:
        print_json(found)
    else:
        showing.operations(out, found)


@app.command()
def logs(
    since: Annotated[int, typer.Option(help="How many minutes back to start.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Continue until Ctrl-C.")] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Show what the functions logged: fixed sentences and keys, never a document's content."""
    from cli.logs import follow_logs

    start = datetime.now(UTC) - timedelta(minutes=since)
    for entry in follow_logs(Target(stack, region), start, follow):
        if as_json:
            print_json(entry)
        else:
            showing.log_entry(out, entry)


@app.command()
def events(
    folder: Annotated[
        Path, typer.Option(parser=path_given, metavar="FOLDER", help="The folder for env.json and the events.")
    ] = Path(".docent/cloud"),
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Prepare the sample events for a stack, for `sam local invoke --config-env cloud`."""
    from cli.events import prepare_events

    for path in prepare_events(Target(stack, region), folder):
        out.print(one_line(str(path)), markup=False, soft_wrap=True)
