"""`docent library`: the answers that somebody approved."""

import typer

from cli.commands import Panel
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, print_json

app = typer.Typer(
    name="library", rich_help_panel=Panel.ANSWERS, no_args_is_help=True, help="See the answers that somebody approved."
)


@app.callback()
def _group() -> None:
    """Without it, a group of one command would have no name for it."""


@app.command("list")
def list_answers(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the approved answers: to which question, by whom, and until when. It reads the stack's table."""
    from cli.approved_answers import approved_answers, show_answers

    found = approved_answers(Target(stack, region))
    if as_json:
        print_json(found)
    else:
        show_answers(out, found)
