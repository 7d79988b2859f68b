"""Sign in and sign out."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import passwords
from cli.commands import Panel
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, print_json, say

if TYPE_CHECKING:
    from cli.session import Session
    from cli.signing_in import Tokens

app = typer.Typer(rich_help_panel=Panel.SIGNING_IN)


@app.command()
def login(
    email: Annotated[
        str | None, typer.Argument(help="Your e-mail address. The default on this machine: its own user.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Sign in on the sign-in page, in a browser.")] = False,
    password_stdin: passwords.FromStdin = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Sign in, with a password or in a browser. All commands act as you until `docent logout`."""
    from cli.browser import by_browser
    from cli.session import Session

    target = Target(stack, region)
    session = Session(target)
    session.keep(by_browser(target, say) if browser else _by_password(session, email, password_stdin))
    out.print(f"You are signed in as {_who(session)['user']}.", highlight=False, markup=False)


def _by_password(session: "Session", email: str | None, password_stdin: bool) -> "Tokens":
    from cli.session import read_secret
    from cli.signing_in import by_password

    if email is None:
        you = read_secret(session.local_password) if session.target.is_local else None
        if not you:
            raise CommandError("Name the user: `docent login EMAIL`, or `docent login --browser`.")
        return by_password(session.target, you["email"], you["password"], passwords.ask_new_password)
    if password_stdin:
        return by_password(session.target, email, passwords.from_stdin(), passwords.no_new_password)
    return by_password(session.target, email, passwords.prompt("Password"), passwords.ask_new_password)


@app.command()
def logout(stack: Stack = None, region: Region = None) -> None:
    """Sign out: revoke the refresh token and delete the stored tokens."""
    from cli.session import Session

    ended = Session(Target(stack, region)).end()
    out.print("You are signed out." if ended else "Nobody was signed in.")


@app.command()
def whoami(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show who is signed in, and their groups."""
    from cli.session import Session

    session = Session(Target(stack, region))
    session.token()
    who = _who(session)
    if as_json:
        print_json(who)
    else:
        until = datetime.fromtimestamp(who["expires_at"]).astimezone()
        lines = [who["user"], f"groups: {', '.join(who['groups']) or 'none'}", f"token valid until {until:%H:%M}"]
        if who["provider_groups"]:
            lines.insert(2, f"groups from the provider: {who['provider_groups']}")
        out.print("\n".join(lines), highlight=False, markup=False)


@app.command()
def token(stack: Stack = None, region: Region = None) -> None:
    """Print a valid id token, for other programs. Keep it secret: anyone who has it can act as you for an hour."""
    from cli.session import Session

    sys.stdout.write(Session(Target(stack, region)).token() + "\n")


def _who(session: "Session") -> dict[str, Any]:
    tokens = session.tokens
    assert tokens is not None
    claims = tokens.claims
    return {
        "user": claims.get("email") or claims["sub"],
        "groups": claims.get("cognito:groups", []),
        "provider_groups": claims.get("custom:groups"),
        "expires_at": claims["exp"],
    }
