"""The commands of signing in, and of those who may."""

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from cli import people, signing_in
from cli.browser import by_browser
from cli.session import Session, read_secret
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, plain_errors, print_json, say

users = typer.Typer(no_args_is_help=True, help="Those who may sign in with a password; for operators.")

FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def add_commands(app: typer.Typer) -> None:
    for command in (login, logout, whoami, token):
        app.command()(command)
    app.add_typer(users, name="user")


def login(
    email: Annotated[str | None, typer.Argument(help="Who; on this machine, without it, the user it has.")] = None,
    browser: Annotated[bool, typer.Option("--browser", help="By the sign-in page, as with your own provider.")] = False,
    password_stdin: FromStdin = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Sign in, with a password or by browser; until `docent logout`, all commands are yours."""
    with plain_errors():
        target = Target(stack, region)
        session = Session(target)
        session.keep(by_browser(target, say) if browser else _by_password(session, email, password_stdin))
        out.print(f"You are signed in as {_who(session)['user']}.", highlight=False, markup=False)


def _by_password(session: Session, email: str | None, password_stdin: bool) -> signing_in.Tokens:
    if email is None:
        you = read_secret(session.local_password) if session.target.is_local else None
        if not you:
            raise CommandError("Say who: `docent login EMAIL`, or `docent login --browser`.")
        return signing_in.by_password(session.target, you["email"], you["password"], _new_password)
    if password_stdin:
        return signing_in.by_password(session.target, email, _from_stdin(), _no_terminal)
    password = typer.prompt("Password", hide_input=True, err=True)
    return signing_in.by_password(session.target, email, password, _new_password)


def _from_stdin() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("Standard input holds no password.")
    return password


def _new_password() -> str:
    say("This password was to sign in with once. Choose your own.")
    return typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)


def _no_terminal() -> str:
    raise CommandError("This password was to sign in with once. Choose your own: `docent login EMAIL` asks for it.")


def logout(stack: Stack = None, region: Region = None) -> None:
    """Sign out: the refresh token is revoked, and nothing of it is kept."""
    with plain_errors():
        ended = Session(Target(stack, region)).end()
        out.print("You are signed out." if ended else "Nobody was signed in.")


def whoami(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Say who is signed in, and of which groups."""
    with plain_errors():
        session = Session(Target(stack, region))
        session.token()
        who = _who(session)
    if as_json:
        print_json(who)
    else:
        until = datetime.fromtimestamp(who["expires_at"]).astimezone()
        lines = [who["user"], f"groups: {', '.join(who['groups']) or 'none'}", f"token good until {until:%H:%M}"]
        if who["provider_groups"]:
            lines.insert(2, f"groups by the provider: {who['provider_groups']}")
        out.print("\n".join(lines), highlight=False, markup=False)


def token(stack: Stack = None, region: Region = None) -> None:
    """Print a valid id token, for other programs. Whoever has it is you for an hour."""
    with plain_errors():
        sys.stdout.write(Session(Target(stack, region)).token() + "\n")


def _who(session: Session) -> dict[str, Any]:
    tokens = session.tokens
    assert tokens is not None
    claims = tokens.claims
    return {
        "user": claims.get("email") or claims["sub"],
        "groups": claims.get("cognito:groups", []),
        "provider_groups": claims.get("custom:groups"),
        "expires_at": claims["exp"],
    }


@users.command()
def add(
    email: str,
    group: Annotated[list[str] | None, typer.Option(help="A group they are in; made if there is none.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for their password; else one is made.")] = False,
    password_stdin: FromStdin = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Add a user, or give one more groups. A password that is made is good to sign in with once."""
    with plain_errors():
        given = _from_stdin() if password_stdin else None
        if password:
            given = typer.prompt("Their password", hide_input=True, confirmation_prompt=True, err=True)
        once = people.add_user(Target(stack, region), email.lower(), group or [], given)
        say(f"{email.lower()} may sign in." + (" Their password, to sign in with once:" if once else ""))
        if once:
            sys.stdout.write(once + "\n")


@users.command()
def remove(email: str, stack: Stack = None, region: Region = None) -> None:
    """Remove a user; what they own and what they may read stays as it is."""
    with plain_errors():
        people.remove_user(Target(stack, region), email)
        out.print(f"{email} is removed.", highlight=False, markup=False)
