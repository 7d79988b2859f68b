"""Synchronize the groups of Q Business with their source: call the function `sync_groups`, and show its reply."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.commands import Panel
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, print_json

app = typer.Typer(rich_help_panel=Panel.OPERATIONS)


@app.command()
def sync_groups(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if most groups are no longer in the source.")] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Synchronize the groups of Q Business with their source. The exit code is 1 if Q Business refuses some of them."""
    reply = call_sync_groups(Target(stack, region), dry_run, force)
    if as_json:
        print_json(reply)
    else:
        show(out, reply)
    raise typer.Exit(1 if reply["failed"] else 0)


def call_sync_groups(target: Target, dry_run: bool, force: bool) -> dict[str, Any]:
    """What changed, or would change. Raises CommandError with the function's reason when it refuses."""
    name = target.outputs.get("SyncGroupsFunctionName")
    if name is None:
        raise CommandError(
            "This stack does not synchronize groups. Deploy it with ChatService=q_business and a GroupsSource."
        )
    event = {"dry_run": dry_run, "force": force}
    # The function can run for 15 minutes and must not be called twice at the same time.
    client = target.client("lambda", attempts=1, read_timeout=900)
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    reply = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise CommandError(f"{reply.get('errorType', 'Error')}: {reply.get('errorMessage', 'no reason was given.')}")
    return reply


def show(console: Console, reply: dict[str, Any]) -> None:
    table = Table(box=None, header_style="dim")
    for name in ("", "group", "members"):
        table.add_column(name, justify="right" if name == "members" else "left", overflow="fold")
    for mark, kind in (("[green]+[/]", "added"), ("[yellow]~[/]", "changed"), ("[red]-[/]", "removed")):
        for each in reply[kind]:
            before = f"{each['before']} → " if each.get("before") not in (None, each["members"]) else ""
            table.add_row(mark, escape(each["group"]), f"{before}{each['members']}")
    if table.row_count:
        console.print(table)
    verb = "would be " if reply["dry_run"] else ""
    counts = ", ".join(f"{len(reply[kind])} {verb}{kind}" for kind in ("added", "changed", "removed"))
    console.print(f"{counts}, {reply['unchanged']} unchanged.", highlight=False)
    if reply["foreign"]:
        names = ", ".join(reply["foreign"])
        console.print(f"Not managed by Docent, and unchanged: {escape(names)}.", highlight=False, soft_wrap=True)
    if reply["refusal"]:
        console.print(
            f"[yellow]![/] {escape(reply['refusal'])} Without --force nothing is changed.",
            highlight=False,
            soft_wrap=True,
        )
    for each in reply["failed"]:
        console.print(f"[red]✗[/] {escape(each['group'])}: {escape(each['reason'])}", highlight=False, soft_wrap=True)
