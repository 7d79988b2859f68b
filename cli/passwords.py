"""How a person gives a password: at a prompt, or on standard input."""

import sys
from typing import Annotated

import typer

from cli.target import CommandError
from cli.terminal import say

FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def from_stdin() -> str:
    try:
        password = sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CommandError("The password on standard input is not text in this system's encoding.") from error
    if not password:
        raise CommandError("There is no password on standard input.")
    return password


def prompt(text: str) -> str:
    return typer.prompt(text, hide_input=True, err=True)


def prompt_twice(text: str) -> str:
    return typer.prompt(text, hide_input=True, confirmation_prompt=True, err=True)


def ask_new_password() -> str:
    say("This password was temporary. Choose your own.")
    return prompt_twice("New password")


def no_new_password() -> str:
    raise CommandError("This password was temporary. Choose your own: `docent login EMAIL` asks for it.")
