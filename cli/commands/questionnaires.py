"""Answer questionnaires: upload a file, look at where its questions are, and get it back with the answers."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.commands import Panel
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say

app = typer.Typer(
    name="questionnaire",
    help="Answer questionnaires from your documents, and get the same files back with the answers.",
    no_args_is_help=True,
    rich_help_panel=Panel.ANSWERS,
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `docent questionnaire list` shows it.")]


def _path(help_text: str) -> Any:
    return typer.Option(parser=path_given, metavar="FILE", help=help_text)


@app.command()
def answer(
    file: Annotated[
        Path, typer.Argument(parser=path_given, metavar="FILE", help="XLSX, CSV, DOCX, JSON, text or Markdown.")
    ],
    to: Annotated[
        Path | None,
        typer.Option("--out", parser=path_given, metavar="FILE", help="Where the file with the answers goes."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the answers.")] = True,
    description: Annotated[Path | None, _path("A text that the answers come from.")] = None,
    use_documents: Annotated[
        bool, typer.Option("--use-documents", help="With a description: answer from your documents, too.")
    ] = False,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", parser=path_given, metavar="FILE", help="A corrected map of where the questions are."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the questions are answered.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace answers that the file already has.")] = False,
    timeout: Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")] = 3600,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Answer a questionnaire. Shows where the questions are, and asks before they are answered."""
    from cli import questionnaire_views as views
    from cli.questionnaires import Questionnaires, filled_name, read_map, read_text
    from cli.session import Session

    target_file = to or filled_name(file)
    options: dict[str, Any] = {"overwrite": overwrite, "use_documents": use_documents or description is None}
    if description:
        options["description"] = read_text(description)
    corrected = read_map(map_file) if map_file else None
    api = Questionnaires(Session(Target(stack, region)), timeout)
    console = None if as_json else out
    before = api.updated_at(file)
    own_id = api.upload(file, options)
    with views.Bar(console) as bar:
        found = api.wait(own_id, ("FOUND",), before, bar.show)
        if corrected:
            api.change_map(own_id, corrected)
            found = api.wait(own_id, ("FOUND",), found["updated_at"], bar.show)
    if not as_json:
        views.the_map(out, found)
    if not yes and sys.stdin.isatty() and not typer.confirm("Answer these questions?", default=True):
        say(f"Nothing was answered. `docent questionnaire map {own_id} FILE` corrects the map.")
        raise typer.Exit(0)
    api.start(own_id)
    if not wait:
        print_json(api.show(own_id)) if as_json else say(f"`docent questionnaire show {own_id}` shows how far it is.")
        return
    with views.Bar(console) as bar:
        done = api.wait(own_id, ("ANSWERED", "STOPPED"), found["updated_at"], bar.show)
        api.fetch(own_id, target_file)
    if as_json:
        print_json(done)
    else:
        views.summary(out, done)
        out.print(f"✓ {target_file}", markup=False, soft_wrap=True)
    raise typer.Exit(1 if done.get("counts", {}).get("failed") else 0)


@app.command("list")
def list_all(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the questionnaires that you can read, newest first."""
    from cli import questionnaire_views as views

    found = _api(stack, region).all()
    print_json(found) if as_json else views.questionnaires(out, found)


@app.command()
def show(own_id: Id, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show one questionnaire, where its questions are, and how far it is."""
    from cli import questionnaire_views as views

    found = _api(stack, region).show(own_id)
    print_json(found) if as_json else views.questionnaire(out, found)


@app.command()
def start(own_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Answer what is missing or has changed. What is answered is not paid for again."""
    _api(stack, region).start(own_id)
    say(f"`docent questionnaire show {own_id}` shows how far it is.")


@app.command()
def stop(own_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Stop answering. What is answered stays; `start` goes on with the rest."""
    told = _api(stack, region).stop(own_id)
    say(f"It is {told['status']}. `docent questionnaire start {own_id}` goes on.")


@app.command("map")
def show_map(
    own_id: Id,
    file: Annotated[
        Path | None, typer.Argument(parser=path_given, metavar="FILE", help="A corrected map, as JSON.")
    ] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Print where the questions are, as JSON; with FILE, correct it and find the questions again."""
    from cli import questionnaire_views as views
    from cli.questionnaires import read_map

    api = _api(stack, region)
    found = api.show(own_id)
    if file is None:
        print_json(found.get("map", {}))
        return
    api.change_map(own_id, read_map(file))
    views.the_map(out, api.wait(own_id, ("FOUND",), found["updated_at"]))


@app.command()
def delete(own_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Delete a questionnaire with its answers and files. Approved answers stay in the library."""
    _api(stack, region).delete(own_id)
    say("It is deleted.")


def _api(stack: str | None, region: str | None) -> Any:
    from cli.questionnaires import Questionnaires
    from cli.session import Session

    return Questionnaires(Session(Target(stack, region)))
