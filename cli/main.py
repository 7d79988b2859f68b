"""The commands. Each talks to the stack on this machine, or with --stack to one in the cloud."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from cli import accounts, chatting, groups, identity_providers, machine, people, repair, showing
from cli.asking import ask_question
from cli.chat_setup import connect_chat
from cli.demo import run_demo
from cli.events import prepare_events
from cli.identity_providers import Kind
from cli.library import DONE, Library, document_json, find_uploads, readers_named
from cli.logs import follow_logs
from cli.qbusiness.commands import qbusiness
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, plain_errors, print_json, say
from cli.uploading import upload as upload_all
from local.settings import LocalSettings

app = typer.Typer(no_args_is_help=True, help="Ask your documents, the words in their pictures too.")
accounts.add_commands(app)
app.add_typer(qbusiness, name="qbusiness")
groups.add_commands(app)
chatting.add_commands(app)


def bring_up(settings: LocalSettings, kind: Kind | None, parameters: dict[str, str]) -> None:
    """With an identity provider of a kind, or none; `parameters` of the template as the caller wants them."""
    target = Target(local=settings)
    machine.start(settings, say)
    if kind is None:
        identity_providers.forget(settings, say)
        machine.keep_parameters(settings, parameters)
    else:
        provider = identity_providers.start(settings, kind, say)
        machine.keep_parameters(settings, connect_chat(target, provider) | parameters)
    deployed = machine.deploy(settings, say)
    if kind is not None:
        identity_providers.send_people_to(settings, kind, target.outputs["ApiUrl"])
    people.sign_in_locally(target, say)
    if deployed:
        prepare_events(Target(local=settings), settings.home)


@app.command()
def up(
    kind: Annotated[Literal["oidc", "saml"] | None, typer.Argument(help="Of --idp; oidc without.")] = None,
    idp: Annotated[
        bool | None,
        typer.Option(
            "--idp/--no-idp", help="With an identity provider that knows Mary and Mateo. Stays so until --no-idp."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option(help="Of the template, NAME=VALUE; without any, as `docent up` has them.")
    ] = None,
) -> None:
    """Start AWS on this machine and deploy the template to it."""
    settings = LocalSettings.from_environment()
    with plain_errors():
        if idp is False and kind:
            raise CommandError(f"--no-idp goes without {kind}.")
        wanted = kind or ("oidc" if idp else identity_providers.chosen(settings))
        bring_up(settings, None if idp is False else wanted, machine.named_parameters(parameter or []))
        showing.how_to_go_on(out, settings, Target(local=settings).outputs)


@app.command()
def down(wipe: Annotated[bool, typer.Option(help="Delete all its state too.")] = False) -> None:
    """Stop AWS on this machine; its state is kept."""
    settings = LocalSettings.from_environment()
    with plain_errors():
        identity_providers.stop(settings, say)
        machine.stop(settings, say)
        if wipe:
            machine.wipe(settings)
            say(f"{settings.home} is deleted.")


@app.command()
def upload(
    paths: Annotated[list[Path], typer.Argument(help="PDF files, or folders of them.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until each is ingested or has failed.")] = False,
    prefix: Annotated[str, typer.Option(help="Put in front of every key, like a folder: contracts/")] = "",
    reader: Annotated[list[str] | None, typer.Option(help="Who may read them, by e-mail address.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="Which groups may; without any, the default group.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait at most.")] = 3600,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Upload documents. Exit code 1 when any failed; all are tried."""
    with plain_errors():
        library = Library(Target(stack, region))
        uploads = find_uploads(paths, prefix, readers_named(reader, group))
        documents = upload_all(library, uploads, wait, timeout, None if as_json else out)
    if as_json:
        print_json(documents)
    else:
        showing.failures_and_gaps(out, documents)
    raise typer.Exit(1 if any(document["error"] for document in documents) else 0)


@app.command()
def documents(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the documents."""
    with plain_errors():
        found = [document_json(row) for row in Library(Target(stack, region)).documents()]
    if as_json:
        print_json(found)
    else:
        showing.documents(out, found)


@app.command()
def show(document: str, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show one document: its states with times, its pictures, what was read in each."""
    with plain_errors():
        library = Library(Target(stack, region))
        row = library.row(library.document_id(document))
        assert row is not None
        whole = document_json(row) | {
            "execution_arn": row["execution_arn"],
            "states": library.states(row),
            "pictures": library.pictures(row),
        }
    if as_json:
        print_json(whole)
    else:
        showing.document(out, whole)


@app.command()
def ask(
    question: str,
    conversation: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Ask a question; the answer names the page and the picture it stands on."""
    with plain_errors():
        reply = ask_question(Target(stack, region), question, conversation)
    if as_json:
        print_json(reply)
    else:
        showing.answer(out, reply)


@app.command()
def remove(
    document: str,
    timeout: Annotated[float, typer.Option(help="Seconds to wait at most.")] = 600,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Remove one document everywhere, and wait until the index agrees."""
    with plain_errors():
        library = Library(Target(stack, region))
        before = library.delete(library.document_id(document))
        deadline = time.monotonic() + timeout
        while True:
            row = library.row(before["document_id"]) or before
            if row["generation"] > before["generation"] and row["status"] in DONE:
                break
            if time.monotonic() > deadline:
                raise CommandError(
                    f"{row['key']} is still being removed; `docent show {row['document_id']}` tells how far it is."
                )
            time.sleep(0.5)
    if as_json:
        print_json(document_json(row))
    elif row["status"] == "REMOVED":
        out.print(f"[green]✓[/] {escape(row['key'])} is removed; the index no longer holds it.", highlight=False)
    else:
        showing.failures_and_gaps(out, [document_json(row)])
    raise typer.Exit(0 if row["status"] == "REMOVED" else 1)


@app.command()
def glossary(file: Path, stack: Stack = None, region: Region = None) -> None:
    """Have questions searched in other languages too: a CSV file with a column for each, such as en,de."""
    with plain_errors():
        Library(Target(stack, region)).put_glossary(file)
        out.print(
            f"{file} is the glossary now; questions follow it within five minutes.", highlight=False, markup=False
        )


def _tell(outcomes: Iterable[tuple[str, str]]) -> None:
    """What became of each document, by key."""
    nothing = True
    for key, outcome in outcomes:
        nothing = False
        out.print(f"{key} {outcome}.", highlight=False, markup=False, soft_wrap=True)
    if nothing:
        out.print("There is nothing to do.")


@app.command()
def redrive(
    documents: Annotated[list[str] | None, typer.Argument(help="Those named; all that failed without.")] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Go on with failed executions, once what failed them is mended."""
    with plain_errors():
        library = Library(Target(stack, region))
        _tell(repair.redrive(library, [library.document_id(each) for each in documents or []]))


@app.command()
def reingest(
    documents: Annotated[list[str] | None, typer.Argument(help="Those named; all of them without.")] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Ingest documents again, after the model, the prompt or the index changed."""
    with plain_errors():
        library = Library(Target(stack, region))
        _tell(repair.reingest(library, [library.document_id(each) for each in documents or []]))


@app.command()
def replay(stack: Stack = None, region: Region = None) -> None:
    """Start the workflows of events that never reached one (the dead-letter queue)."""
    with plain_errors():
        count = len(list(repair.replay(Library(Target(stack, region)))))
        out.print(f"{count} undelivered events are replayed.", highlight=False)


@app.command()
def logs(
    since: Annotated[int, typer.Option(help="Minutes back from now.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Show what the functions logged: fixed sentences and keys, never a document's content."""
    with plain_errors():
        start = datetime.now(UTC) - timedelta(minutes=since)
        for entry in follow_logs(Target(stack, region), start, follow):
            if as_json:
                print_json(entry)
            else:
                showing.log_entry(out, entry)


@app.command()
def events(
    folder: Annotated[Path, typer.Option(help="Where env.json and the events go.")] = Path(".docent/cloud"),
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Make the sample events work with a stack, for `sam local invoke --config-env cloud`."""
    with plain_errors():
        for path in prepare_events(Target(stack, region), folder):
            out.print(str(path), highlight=False)


@app.command()
def demo() -> None:
    """What `make run` does: start everything, ingest the samples, ask about a picture in one."""
    settings = LocalSettings.from_environment()
    with plain_errors():
        bring_up(settings, identity_providers.chosen(settings), {})
        run_demo(Target(local=settings), out)
        showing.how_to_go_on(out, settings, Target(local=settings).outputs)


if __name__ == "__main__":
    app()
