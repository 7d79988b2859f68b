"""Ask a question."""

from typing import Annotated

import typer

from cli import showing
from cli.commands import Panel
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, print_json

app = typer.Typer(rich_help_panel=Panel.ANSWERS)


@app.command()
def ask(
    question: str,
    conversation: Annotated[str | None, typer.Option(help="The id of a conversation to continue.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Ask a question. The answer cites the page and the image it is based on."""
    from cli.asking import ask_question

    reply = ask_question(Target(stack, region), question, conversation)
    if as_json:
        print_json(reply)
    else:
        showing.answer(out, reply)
