"""`docent user`: the users of the stack's user pool."""

import sys
from typing import Annotated

import typer

from cli import passwords
from cli.commands import Panel
from cli.target import Target
from cli.terminal import Region, Stack, out, say

app = typer.Typer(
    name="user",
    rich_help_panel=Panel.OPERATIONS,
    no_args_is_help=True,
    help="Add and remove users who sign in with a password; for operators.",
)


@app.command()
def add(
    email: str,
    group: Annotated[
        list[str] | None, typer.Option(help="A group to add the user to; created if it does not exist.")
    ] = None,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the user's password. Without it, a temporary one is generated.")
    ] = False,
    password_stdin: passwords.FromStdin = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Add a user, or add an existing user to more groups. A generated password is temporary."""
    from cli import people

    given = passwords.from_stdin() if password_stdin else None
    if password:
        given = passwords.prompt_twice("The user's password")
    once = people.add_user(Target(stack, region), email.lower(), group or [], given)
    say(f"{email.lower()} can sign in." + (" The temporary password:" if once else ""))
    if once:
        sys.stdout.write(once + "\n")


@app.command()
def remove(email: str, stack: Stack = None, region: Region = None) -> None:
    """Remove a user. Their documents, and who can read them, stay as they are."""
    from cli import people

    people.remove_user(Target(stack, region), email)
    out.print(f"{email} is removed.", highlight=False, markup=False)
