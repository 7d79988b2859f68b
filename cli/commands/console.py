"""The console, the page in the browser."""

from typing import Annotated

import typer

from cli.commands import Panel
from cli.target import Target
from cli.terminal import Region, Stack, say

app = typer.Typer(rich_help_panel=Panel.DOCUMENTS)


@app.command()
def console(
    browser: Annotated[bool, typer.Option(help="Open it in a browser. Otherwise only its address is printed.")] = True,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Open the console. On this machine you are signed in to it already."""
    from cli.console import open_console

    target = Target(stack, region)
    say(target.outputs["ConsoleUrl"])
    if browser:
        open_console(target)
