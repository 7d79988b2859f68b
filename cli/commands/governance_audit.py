"""`docent audit`: the log of decisions."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.commands import Panel
from cli.terminal import Region, Stack, complain, path_given, say

app = typer.Typer(
    name="audit",
    help="Export and verify the log of all decisions about access.",
    no_args_is_help=True,
    rich_help_panel=Panel.GOVERNANCE,
)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(parser=path_given, metavar="FILE.jsonl", help="Where to write it.")],
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Write the log with its anchors to a file, one entry a line. For stewards and operators."""
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in _governance(stack, region).log()]
    file.write_text("".join(lines), "utf-8")
    say(f"{len(lines) - 1} entries are in {file}.")


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(parser=path_given, metavar="[FILE.jsonl]", help="An exported log.")
    ] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Check that no entry was changed, removed or written anew: of the deployment, or offline of an exported log."""
    from cli.governance import read_file, read_log
    from governing.audit_chain import problems_of

    entries, anchors = read_file(file) if file else read_log(_governance(stack, region).log())
    problems = problems_of(entries, anchors)
    for problem in problems:
        complain(problem)
    if not problems:
        say(f"{len(entries)} entries are a whole chain, and {len(anchors)} anchors fit it.")
    raise typer.Exit(1 if problems else 0)


def _governance(stack: str | None, region: str | None) -> Any:
    from cli.governance import governance_of

    return governance_of(stack, region)
