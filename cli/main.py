"""`docent`, the command line. It finds its commands in the modules of cli/commands."""

import importlib
import os
import pkgutil
from typing import Any

import typer
from typer.core import TyperGroup

from cli import commands
from cli.terminal import plain_errors
from local.settings import never_proxied


class _Docent(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        os.environ.update(never_proxied(os.environ))
        with plain_errors():
            return super().invoke(ctx)


app = typer.Typer(cls=_Docent, no_args_is_help=True, help="Ask your documents, and the text in their images.")


def _groups() -> list[typer.Typer]:
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    found = [importlib.import_module(f"{commands.__name__}.{name}").app for name in names]
    panels: list[str | None] = list(commands.Panel)
    return sorted(found, key=lambda group: panels.index(group.rich_help_panel))


for _group in _groups():
    if not isinstance(_group.info.name, str):  # Typer does not hand the panel of a group without a name to its commands
        for _command in _group.registered_commands:
            _command.rich_help_panel = _group.rich_help_panel
    app.add_typer(_group, rich_help_panel=_group.rich_help_panel)


if __name__ == "__main__":
    app()
