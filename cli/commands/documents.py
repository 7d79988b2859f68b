"""Upload, list, show and remove documents."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli import showing
from cli.commands import Panel
from cli.plain_text import one_line
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say

app = typer.Typer(rich_help_panel=Panel.DOCUMENTS)


@app.command()
def upload(
    paths: Annotated[
        list[Path], typer.Argument(parser=path_given, metavar="PATHS", help="PDF files, or folders of them.")
    ],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until each is ingested or has failed.")] = False,
    prefix: Annotated[str, typer.Option(help="A prefix for every key, such as contracts/")] = "",
    reader: Annotated[list[str] | None, typer.Option(help="A user who can read them, by e-mail address.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="A group that can read them. Without readers: the stack's default group.")
    ] = None,
    product: Annotated[
        list[str] | None, typer.Option(help="A data product that they belong to: its subscribers can read them.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")] = 3600,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Upload documents. All are tried; the exit code is 1 if any failed."""
    from cli.found_files import find_uploads
    from cli.library import Library, readers_named
    from cli.uploading import upload as upload_all

    library = Library(Target(stack, region))
    uploads = find_uploads(paths, prefix, readers_named(reader, group, product), say)
    documents = upload_all(library, uploads, wait, timeout, None if as_json else out)
    if as_json:
        print_json(documents)
    else:
        showing.failures_and_gaps(out, documents)
    raise typer.Exit(1 if any(document["error"] for document in documents) else 0)


@app.command()
def documents(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the documents."""
    from cli.library import Library, document_json

    found = [document_json(row) for row in Library(Target(stack, region)).documents()]
    if as_json:
        print_json(found)
    else:
        showing.documents(out, found)


@app.command()
def show(document: str, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show one document: the states of its workflow with their times, its images, and the text read in each."""
    from cli.library import Library, document_json

    library = Library(Target(stack, region))
    row = library.row(library.document_id(document))
    assert row is not None
    whole = document_json(row) | {
        "execution_arn": row["execution_arn"],
        "states": library.states(row),
        "pictures": library.images(row),
    }
    if as_json:
        print_json(whole)
    else:
        showing.document(out, whole)


@app.command()
def lineage(document: str, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show where answers from a document come from: its images, their captions, its entries, the answers."""
    from cli.governance import governance_of
    from cli.library import Library
    from cli.lineage_views import of_document

    document_id = Library(Target(stack, region)).document_id(document)
    found = governance_of(stack, region).document_lineage(document_id)
    if as_json:
        print_json(found)
        return
    for line in of_document(found):
        out.print(line, markup=False, soft_wrap=True)


@app.command()
def remove(
    document: str,
    timeout: Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")] = 600,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Remove one document everywhere, and wait until the index has removed it too."""
    from cli.library import Library, document_json

    library = Library(Target(stack, region))
    row = library.remove(library.document_id(document), timeout)
    if as_json:
        print_json(document_json(row))
    elif row["status"] == "REMOVED":
        out.print(
            f"[green]✓[/] {escape(one_line(row['key']))} is removed; the index no longer holds it.", soft_wrap=True
        )
    else:
        showing.failures_and_gaps(out, [document_json(row)])
    raise typer.Exit(0 if row["status"] == "REMOVED" else 1)


@app.command()
def glossary(
    file: Annotated[Path, typer.Argument(parser=path_given, metavar="FILE")], stack: Stack = None, region: Region = None
) -> None:
    """Search for questions in other languages too: a CSV file with a column for each language, such as en,de."""
    from cli.library import Library

    Library(Target(stack, region)).put_glossary(file)
    told = f"{one_line(str(file))} is the glossary now; questions use it within five minutes."
    out.print(told, markup=False, soft_wrap=True)
