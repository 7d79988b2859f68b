"""Chat, through Amazon Q Business if the stack uses it."""

from typing import Annotated

import typer

from cli import showing
from cli.commands import Panel
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, print_json

app = typer.Typer(rich_help_panel=Panel.ANSWERS)


@app.command()
def chat(
    message: str,
    person: Annotated[
        str | None, typer.Option("--as", help="A user of `docent up --idp`'s provider: mary or mateo.")
    ] = None,
    conversation: Annotated[str | None, typer.Option(help="The id of a conversation to continue.")] = None,
    parent: Annotated[str | None, typer.Option(help="The id of the message to reply to, from the last answer.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Chat, through Amazon Q Business if the stack uses it. DOCENT_CHAT_TOKEN can hold a token of your provider."""
    from cli.chatting import say

    reply = say(Target(stack, region), message, person, conversation, parent)
    if as_json:
        print_json(reply)
    else:
        showing.chat_answer(out, reply)
