"""`docent product`: collections of documents that people can ask for."""

from typing import Annotated, Any

import typer
from rich.table import Table

from cli.commands import Panel
from cli.plain_text import one_line
from cli.terminal import AsJson, Region, Stack, out, print_json, say, word_given

app = typer.Typer(
    name="product",
    help="Make, publish and find data products: collections of documents that people ask for.",
    no_args_is_help=True,
    rich_help_panel=Panel.GOVERNANCE,
)
Id = Annotated[str, typer.Argument(metavar="ID", parser=word_given, help="Its id.")]


@app.command()
def create(
    product_id: Annotated[str, typer.Argument(metavar="ID", parser=word_given, help="Such as deposit-profiles.")],
    name: Annotated[str, typer.Option(help="The name that people search for.")],
    classification: Annotated[str, typer.Option(metavar="public|internal|confidential|personal_data")],
    department: Annotated[str, typer.Option(metavar="GROUP", help="The group of yours that it comes from.")],
    description: Annotated[str, typer.Option(help="What the documents are about.")] = "",
    term: Annotated[list[str] | None, typer.Option(help="A term of your glossary.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Make a data product, which you own. Documents belong to it that name it as a reader."""
    made = _governance(stack, region).create(
        {
            "product_id": product_id,
            "name": name,
            "description": description,
            "terms": term or [],
            "classification": classification,
            "department": department,
        }
    )
    if as_json:
        print_json(made)
        return
    say(f"{product_id} is a draft. Upload its documents with `docent upload FILES --product {product_id}`.")
    say(f"`docent product publish {product_id}` shows it to everybody.")


@app.command()
def publish(product_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Show a data product to everybody, so that people can ask for it."""
    _governance(stack, region).change(product_id, status="published")
    say(f"{product_id} is published.")


@app.command()
def retire(product_id: Id, stack: Stack = None, region: Region = None) -> None:
    """End all access to a data product, for good."""
    _governance(stack, region).change(product_id, status="retired")
    say(f"{product_id} is retired, and all access to it has ended.")


@app.command()
def change(
    product_id: Id,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    description: Annotated[str | None, typer.Option(help="A new description.")] = None,
    classification: Annotated[str | None, typer.Option(metavar="public|internal|confidential|personal_data")] = None,
    department: Annotated[str | None, typer.Option(metavar="GROUP")] = None,
    owner: Annotated[str | None, typer.Option(metavar="EMAIL", help="The new owner.")] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Change a data product, or give it another owner. Only stewards can lower its protection."""
    given = {
        "name": name,
        "description": description,
        "classification": classification,
        "department": department,
        "owner": owner,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    _governance(stack, region).change(product_id, **changes)
    say(f"{product_id} is changed.")


@app.command("list")
def list_all(
    text: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Words to search for.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Only those that you own.")] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Search the catalogue of data products."""
    found = _governance(stack, region).products(" ".join(text or []), owned=own)
    if as_json:
        print_json(found)
        return
    if not found:
        say("No data product was found.")
        return
    table = Table("id", "name", "classification", "owner", "status", "yours", box=None, header_style="bold")
    for each in found:
        access = "granted" if each["granted"] else ""
        words = (each["product_id"], each["name"], each["classification"], each["owner"], each["status"], access)
        table.add_row(*(typer_text(word) for word in words))
    out.print(table)


@app.command()
def show(product_id: Id, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show a data product, and what its documents are like."""
    found = _governance(stack, region).product(product_id)
    if as_json:
        print_json(found)
        return
    quality = found["quality"]
    lines = [
        f"{product_id}  {found['name']}  {found['status']}",
        found["description"],
        f"{found['classification']}, of {found['department']}, owned by {found['owner']}",
        f"{quality['documents']} documents with {quality['pages']} pages and {quality['images']} images; "
        f"{quality['gaps']} gaps, {quality['failed']} failed",
    ]
    for line in filter(None, lines):
        out.print(one_line(line), markup=False, soft_wrap=True)


@app.command()
def lineage(product_id: Id, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show which documents a data product has, and which answers cite them."""
    from cli.lineage_views import of_product

    found = _governance(stack, region).product_lineage(product_id)
    if as_json:
        print_json(found)
        return
    for line in of_product(found):
        out.print(line, markup=False, soft_wrap=True)


def typer_text(word: str) -> str:
    from rich.markup import escape

    return escape(one_line(word))


def _governance(stack: str | None, region: str | None) -> Any:
    from cli.governance import governance_of

    return governance_of(stack, region)
