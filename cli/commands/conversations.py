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
    help="Export your conversations, and say which answers were helpful.",
)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(parser=path_given, metavar="FILE", help="A new .jsonl file.")],
    with_feedback: Annotated[
        bool, typer.Option("--with-feedback", help="Only questions whose answers got feedback.")
    ] = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Write your questions with the answers and sources that were given, for `docent evaluate`.

    Correct the file before you use it: what was answered is not always right. A question whose answer was not helpful
    has no expected answer.
    """
    from cli.evaluation.conversation_questions import questions_asked
    from cli.session import Session

    if file.exists():
        raise CommandError(f"{one_line(str(file))} exists already, perhaps with corrections. Name a new file.")
    records = list(questions_asked(Session(Target(stack, region)).api))
    if not records:
        raise CommandError("You have no conversations. `docent ask` starts one.")
    if with_feedback and not (records := [record for record in records if "helpful" in record]):
        raise CommandError("You gave no feedback on an answer yet. `docent conversations feedback` gives it.")
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    file.write_bytes(lines.encode("utf-8", "backslashreplace"))
    told = f"{len(records)} questions are in {one_line(str(file))}. Correct the answers and sources before you use it."
    if follow_ups := sum("follow_up" in record for record in records):
        told += f" Rewrite the follow-ups ({follow_ups}) so that they can be understood alone."
    out.print(told, markup=False, soft_wrap=True)


@app.command()
def feedback(
    conversation: Annotated[str, typer.Argument(help="The id of a conversation, as `docent ask` shows it.")],
    helpful: Annotated[bool, typer.Option("--helpful/--not-helpful", help="Whether the answer was helpful.")],
    comment: Annotated[str | None, typer.Option(help="What was good or wrong, in at most 2,000 characters.")] = None,
    turn: Annotated[str | None, typer.Option(help="The id of a turn. Without it, the last one is meant.")] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Say whether an answer was helpful. It replaces what you said of it before."""
    from cli.session import Session

    api, path = Session(Target(stack, region)).api, f"/conversations/{conversation}"
    if turn is None:
        turns = api("GET", path)["turns"]
        if not turns:
            raise CommandError("The conversation has no answer yet.")
        turn = turns[-1]["turn_id"]
    body = {"helpful": helpful} | ({} if comment is None else {"comment": comment})
    api("PUT", f"{path}/turns/{turn}/feedback", body)
    out.print("Your feedback is kept with the answer, and used by `docent conversations export`.", markup=False)
