"""`docent conversations`: the conversations of the signed-in user."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.commands import Panel
from cli.plain_text import one_line
from cli.target import CommandError, Target
from cli.terminal import Region, Stack, out, path_given

app = typer.Typer(
    name="conversations",
    rich_help_panel=Panel.ANSWERS,
    no_args_is_help=True,
    help="Export your conversations.",
)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(parser=path_given, metavar="FILE", help="A new .jsonl file.")],
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Write your questions with the answers and sources that were given, for `docent evaluate`.

    Correct the file before you use it: what was answered is not always right.
    """
    from cli.evaluation.conversation_questions import questions_asked
    from cli.session import Session

    if file.exists():
        raise CommandError(f"{one_line(str(file))} exists already, perhaps with corrections. Name a new file.")
    records = list(questions_asked(Session(Target(stack, region)).api))
    if not records:
        raise CommandError("You have no conversations. `docent ask` starts one.")
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    file.write_bytes(lines.encode("utf-8", "backslashreplace"))
    told = f"{len(records)} questions are in {one_line(str(file))}. Correct the answers and sources before you use it."
    if follow_ups := sum("follow_up" in record for record in records):
        told += f" Rewrite the follow-ups ({follow_ups}) so that they can be understood alone."
    out.print(told, markup=False, soft_wrap=True)
