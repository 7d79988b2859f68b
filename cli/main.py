"""`docent`, the command line. It finds its commands in the modules of cli/commands.

Every command ends with one of these exit codes: 0, or 1 if something failed, 2 if the command was called with wrong
options, 130 after Ctrl-C, and 141 if the reader of its output has gone (`docent logs | head -1`).
"""

import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from cli import commands
from cli.sentences import TRACEBACK, sentence_of
from cli.terminal import complain, flush_streams, open_streams
from local.settings import never_proxied

FAILED = 1
NO_READER = 141  # as the shell reports a program that SIGPIPE ended


class _Docent(TyperGroup):
    """The outermost layer of every command: an error is one sentence and an exit code, never a traceback."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        open_streams()
        os.environ.update(never_proxied(os.environ))
        words = sys.argv[1:] if args is None else args
        try:
            if unreadable := next((word for word in words if not _is_text(word)), None):
                raise typer.BadParameter(f"{unreadable} is not text in the encoding of this terminal")
            code = super().main(args, *more, **options | {"standalone_mode": False})
        except (SystemExit, BrokenPipeError):  # Typer and Rich exit when nobody reads their output
            code = NO_READER
        except typer.TyperException as error:
            code = error.exit_code
            complain(_of_the_call(error))
        except typer.Abort:
            code = FAILED
            complain("Cancelled.")
        except Exception as error:
            code = FAILED
            if os.environ.get(TRACEBACK):
                traceback.print_exc()
            complain(sentence_of(error))
        sys.exit(_ended(code or 0))


def _is_text(word: str) -> bool:
    """False for bytes that are no characters in the terminal's encoding: neither AWS nor JSON can take them."""
    return not any("\ud800" <= character <= "\udfff" for character in word)


def _of_the_call(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return error.format_message() + (f"\n`{context.command_path} --help` explains the command." if context else "")


def _ended(code: int) -> int:
    """The exit code, after everything is written."""
    failed = flush_streams()
    if isinstance(failed, BrokenPipeError):
        return NO_READER
    if failed is None or code:
        return code
    complain(f"The output could not be written: {failed.strerror}.")
    flush_streams()
    return FAILED


app = typer.Typer(
    cls=_Docent,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Ask your documents, and the text in their images.",
)


def _groups() -> list[typer.Typer]:
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    found = _merged([importlib.import_module(f"{commands.__name__}.{name}").app for name in names])
    panels: list[str | None] = list(commands.Panel)
    return sorted(found, key=lambda group: panels.index(group.rich_help_panel))


def _merged(groups: Sequence[typer.Typer]) -> list[typer.Typer]:
    """Groups of the same name are one, with the commands of all of them."""
    by_name: dict[str, typer.Typer] = {}
    for group in groups:
        name = group.info.name if isinstance(group.info.name, str) else str(id(group))
        first = by_name.setdefault(name, group)
        if first is not group:
            first.registered_commands += group.registered_commands
    return list(by_name.values())


for _group in _groups():
    if not isinstance(_group.info.name, str):  # Typer does not hand the panel of a group without a name to its commands
        for _command in _group.registered_commands:
            _command.rich_help_panel = _group.rich_help_panel
    app.add_typer(_group, rich_help_panel=_group.rich_help_panel)


if __name__ == "__main__":
    app()
