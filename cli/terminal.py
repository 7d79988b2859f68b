"""What every command shares: its output, and the options that choose a deployment."""

import contextlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.console import Console, ConsoleDimensions, ConsoleOptions, Group, RenderableType
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cli.plain_text import neutral

# Wider than anything that is printed: only a terminal's lines are folded.
UNFOLDED = 1_000_000


def word_given(word: str) -> str:
    """An empty word is refused: to boto3 it is the default, which may be another stack or region than the one meant."""
    if not word.strip():
        raise typer.BadParameter("it is empty. Is a variable of your script not set?")
    return word


Stack = Annotated[
    str | None,
    typer.Option(parser=word_given, metavar="NAME", help="A stack in your account. The default is this machine."),
]
Region = Annotated[str | None, typer.Option(parser=word_given, metavar="REGION", help="The region of the stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print only JSON.")]


class Terminal(Console):
    """A console whose text is neutral, and whose lines are not folded in a pipe or a file."""

    def __init__(self, stderr: bool = False, file: IO[str] | None = None) -> None:
        super().__init__(stderr=stderr, file=file, emoji=False, highlight=False)

    @property
    def size(self) -> ConsoleDimensions:  # pyright: ignore - nobody sets it
        return super().size if self.file.isatty() else ConsoleDimensions(UNFOLDED, 25)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(neutral(segment.text), _neutral(segment.style))

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _neutral(style: Style | None) -> Style | None:
    return style.update_link(neutral(style.link)) if style and style.link else style


out = Terminal()
err = Terminal(stderr=True)


def say(message: str) -> None:
    err.print(message, markup=False, soft_wrap=True)


def complain(message: str) -> None:
    with contextlib.suppress(OSError):  # the errors may go to a full disk or a closed pipe too
        err.print(Text.assemble(("✗", "red"), " ", message), soft_wrap=True)


def print_json(value: Any) -> None:
    """The value as it is; characters that a terminal must not get, or cannot show, are escaped."""
    ascii_only = not (sys.stdout.encoding or "ascii").lower().startswith("utf")
    sys.stdout.write(neutral(json.dumps(value, indent=2, ensure_ascii=ascii_only)) + "\n")


def framed(console: Console, body: RenderableType, border_style: str, title: str | None = None) -> RenderableType:
    """In a frame on a screen, which is as wide as the screen; without one in a pipe or a file."""
    if console.file.isatty():
        return Panel(body, title=title, title_align="left", border_style=border_style)
    return Group(Text(title), body) if title else body


def path_given(word: str) -> Path:
    """An empty word is refused, because `Path("")` is the current folder."""
    if not word:
        raise typer.BadParameter("the path is empty. Is a variable of your script not set?")
    return Path(word)


def open_streams() -> None:
    """Replace standard streams that the caller closed, and let those that are there take any character."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for the rest of the process
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a stream of a test
            stream.reconfigure(errors="docent")  # pyright: ignore[reportAttributeAccessIssue]


def flush_streams() -> OSError | None:
    """Write what is left, and return the error if it cannot be written. Python would print it with a traceback."""
    failed = None
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            failed = failed or error
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return failed
