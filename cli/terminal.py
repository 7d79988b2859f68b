"""What every command shares: its output, its errors, and the options that choose a deployment."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from cli.target import CommandError
from local.settings import SettingsError

out = Console()
err = Console(stderr=True)

Stack = Annotated[str | None, typer.Option(help="A stack in your account. The default is this machine.")]
Region = Annotated[str | None, typer.Option(help="The region of the stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print only JSON.")]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print an error as one sentence and exit with code 1, without a traceback."""
    try:
        yield
    except (CommandError, SettingsError) as error:
        err.print(f"[red]✗[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except ClientError as error:
        detail = {"Code": "Unknown", "Message": ""} | dict(error.response.get("Error", {}))
        err.print(
            f"[red]✗[/] AWS answered {detail['Code']} to {error.operation_name}: {escape(str(detail['Message']))}",
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(1) from error
    except BotoCoreError as error:
        err.print(f"[red]✗[/] AWS cannot be reached: {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def say(message: str) -> None:
    err.print(message, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
