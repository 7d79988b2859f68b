"""`docent usage`: tokens and cost, as the console shows them."""

from typing import Annotated, Any

import typer

from cli.commands import Panel
from cli.plain_text import one_line
from cli.target import Target
from cli.terminal import AsJson, Region, Stack, out, print_json

app = typer.Typer(rich_help_panel=Panel.OPERATIONS)


@app.command()
def usage(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days, up to today.")] = 30,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Show tokens and cost by day, capability, user and document: your own, or everybody's if you are an operator."""
    from cli.session import Session

    found = Session(Target(stack, region)).api("GET", "/usage", query={"days": days})
    if as_json:
        print_json(found)
        return
    _table("total", [found["total"]], lambda _: f"{found['from']} to {found['to']}")
    _table("day", [each for each in found["days"] if each["calls"]], lambda each: each["day"])
    _table("capability", found["capabilities"], lambda each: each["capability"])
    _table("user", found["users"], lambda each: each.get("user") or each["subject"])
    _table("document", found["documents"], lambda each: each.get("file_name") or each["document_id"])
    for title, name in (("interventions", "type"), ("failures", "error")):
        for each in found[title]:
            out.print(f"{title}  {one_line(each[name])}: {each['count']}", markup=False, highlight=False)
    if budget := found.get("budget"):
        limit = f" of {budget['limit_usd']:,.2f}" if budget["limit_usd"] else ", without a budget"
        out.print(f"{budget['month']}: {budget['used_usd']:,.2f}{limit} US dollars are used.", highlight=False)


def _table(title: str, rows: list[dict[str, Any]], name: Any) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        return
    table = Table(box=None, header_style="dim")
    table.add_column(title)
    for column in ("calls", "tokens in", "tokens out", "US dollars"):
        table.add_column(column, justify="right")
    for row in rows:
        counts = (f"{row[each]:,}" for each in ("calls", "input_tokens", "output_tokens"))
        table.add_row(escape(one_line(name(row))), *counts, f"{row['cost_usd']:,.4f}")
    out.print(table)
