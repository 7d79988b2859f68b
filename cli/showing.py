"""Print documents, answers and logs for people to read."""

import contextlib
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.style import Style
from rich.table import Table
from rich.text import Text

from cli.plain_text import one_line
from cli.terminal import framed
from local.settings import LocalSettings

COLOURS = {
    "INGESTED": "green",
    "INGESTED_WITH_GAPS": "yellow",
    "FAILED": "red",
    "INGESTING": "cyan",
    "REMOVING": "cyan",
}
# Keys that Powertools adds to every entry; they are of no use to a reader.
ROUTINE = frozenset(
    {
        "level", "location", "message", "timestamp", "service", "cold_start", "function_name", "function_arn",
        "function_memory_size", "function_request_id", "xray_trace_id",
    }
)  # fmt: skip


def _status(document: dict[str, Any]) -> str:
    status = document["status"]
    since = document["removing_since"]
    when = f" since {datetime.fromisoformat(since).astimezone():%Y-%m-%d %H:%M}" if since else ""
    return f"[{COLOURS.get(status, 'white')}]{status.lower().replace('_', ' ')}{when}[/]"


def _name(key: str) -> str:
    return escape(one_line(key))


def documents(console: Console, found: list[dict[str, Any]]) -> None:
    if not found:
        console.print("No documents yet. `docent upload FILE` adds one.")
        return
    table = Table(box=None, header_style="dim")
    for name, justify in (
        ("document", "left"),
        ("status", "left"),
        ("pages", "right"),
        ("images", "right"),
        ("cost", "right"),
    ):
        table.add_column(name, justify=justify, overflow="fold")  # pyright: ignore[reportArgumentType]
    for each in found:
        images = f"{each['captioned_count']}/{each['image_count']}"
        cost = f"${each['cost_usd']:.4f}"
        table.add_row(
            _name(each["key"]),
            _status(each),
            str(each["page_count"]),
            images,
            cost,
        )
    console.print(table)


def document(console: Console, whole: dict[str, Any]) -> None:
    console.print(f"[bold]{_name(whole['key'])}[/]  {_status(whole)}  [dim]{whole['document_id']}[/]")
    if count := whole["page_count"]:
        console.print(
            f"{count} page{'s' * (count != 1)}, {whole['captioned_count']} of {whole['image_count']} images read, "
            f"{whole['input_tokens']} + {whole['output_tokens']} tokens, ${whole['cost_usd']:.4f}",
            highlight=False,
        )
    failures_and_gaps(console, [whole])
    states = Table(box=None, header_style="dim")
    for name in ("state", "entered", "seconds"):
        states.add_column(name, justify="right" if name == "seconds" else "left")
    for state in whole["states"]:
        entered = datetime.fromisoformat(state["entered"])
        seconds = f"{(datetime.fromisoformat(state['left']) - entered).total_seconds():.2f}" if state["left"] else ""
        states.add_row(state["state"], entered.astimezone().strftime("%H:%M:%S.%f")[:-3], seconds)
    console.print(states)
    for image in whole["pictures"]:
        withheld = "withheld by the guardrail" if image["outcome"] == "blocked" else "no text"
        body = Group(
            Text(image["text"]) if image["text"] else Text(withheld, style="dim"),
            Text(image["description"], style="italic dim"),
        )
        places = ", ".join(sorted({str(place["page"]) for place in image["places"]}, key=int))
        title = f"page {places} · {image['kind']} · {image['outcome']}"
        console.print(framed(console, body, border_style="dim", title=title))


def failures_and_gaps(console: Console, found: list[dict[str, Any]]) -> None:
    for each in found:
        errors = [("[red]✗[/]", each["error"])] if each["error"] else []
        errors += [("[yellow]![/]", gap["error"]) for gap in each["gaps"]]
        for mark, error in errors:
            line = f"{mark} {_name(each['key'])}: [bold]{escape(error['name'])}[/] {escape(error['message'])}"
            console.print(line, highlight=False, soft_wrap=True)


def answer(console: Console, reply: dict[str, Any]) -> None:
    console.print(_said(console, reply["answer"], reply["citations"]))
    for number, citation in enumerate(reply["citations"], start=1):
        where = f"page {citation['page']}" if "page" in citation else "text"
        if "box" in citation:
            where += f", image at ({', '.join(f'{edge:.0f}' for edge in citation['box'])})"
        shown = _linked(where, citation.get("picture_url"))  # hundreds of characters, so it is shown as a link
        line = Text.assemble((f"[{number}]", "bold"), f" {one_line(citation['file_name'])}, ", shown)
        console.print(line, soft_wrap=True)
        _quote(console, citation["excerpt"])
    told = [reply["note"]] if "note" in reply else []
    told.append(f"confidence {reply['confidence']}, conversation {reply['conversation_id']}")
    console.print(Text(" · ".join(told), style="dim"), soft_wrap=True)


def chat_answer(console: Console, reply: dict[str, Any]) -> None:
    console.print(_said(console, reply["message"], reply["citations"]))
    for citation in reply["citations"]:
        parts = ", ".join(f"{part['begin']}–{part['end']}" for part in citation["segments"])
        title = _linked(one_line(citation["title"]), citation.get("url"))
        line = Text.assemble((f"[{citation['number']}]", "bold"), " ", title, f", characters {parts}")
        console.print(line, soft_wrap=True)
        _quote(console, citation.get("excerpt", ""))
    options = f"--conversation {reply['conversation_id']} --parent {reply['message_id']}"
    console.print(Text(f"continue with {options}", style="dim"), soft_wrap=True)


def _said(console: Console, text: str, citations: list[Any]) -> RenderableType:
    return framed(console, Text(text), border_style="green" if citations else "yellow")


def _linked(text: str, address: str | None) -> Text:
    return Text(text, style=Style(link=address) if address else "")


def _quote(console: Console, excerpt: str) -> None:
    words = " ".join(excerpt.split())
    if words:
        console.print(Text(f"    “{words[:220]}{'…' if len(words) > 220 else ''}”", style="dim"))


def log_entry(console: Console, entry: dict[str, Any]) -> None:
    level = entry.get("level", "INFO")
    colour = {"ERROR": "red", "CRITICAL": "red", "WARNING": "yellow"}.get(level, "dim")
    keys = " ".join(f"{name}={value}" for name, value in entry.items() if name not in ROUTINE)
    line = f"{entry.get('timestamp', '')} {entry.get('service', '')} {entry['message']} {keys}"
    console.print(Text(one_line(line), style=colour), soft_wrap=True)


def how_to_go_on(console: Console, settings: LocalSettings, outputs: dict[str, str]) -> None:
    from cli.own_model import OwnModel  # takes its time, which `docent --help` saves

    model = OwnModel.of(settings)
    answers = f"{model.told()}\n" if model else ""
    command = Path(sys.executable).parent / "docent"
    with contextlib.suppress(OSError, ValueError):  # it is elsewhere, or the current folder is gone
        command = command.relative_to(Path.cwd())
    bucket = outputs["SourceBucketName"]
    chat = (
        f'  {command} chat "How do I get onboarded?" --as mary    or mateo\n' if "QBusinessRoleArn" in outputs else ""
    )
    console.print(
        f"\nAWS on this machine runs at {settings.url}; its state is in {settings.home}.\n"
        f"{answers}"
        f"  {command} upload FILE --wait    or: aws s3 cp FILE s3://{bucket}/ --endpoint-url {settings.url}\n"
        f'  {command} ask "…"          as you@example.com; the API is at {outputs["ApiUrl"]}\n'
        f"{chat}"
        f"  {command} console               opens {outputs['ConsoleUrl']}\n"
        f"  {command} documents\n"
        f"  {command} show DOCUMENT\n"
        f"  {command} down                  stops it",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def operations(console: Console, found: dict[str, Any]) -> None:
    """How all work goes, as `GET /operations` tells it."""
    statuses = [*found["workflows"][0]["counts"]] if found["workflows"] else []
    counts = Table(box=None, header_style="dim")
    counts.add_column("workflow")
    for status in statuses:
        counts.add_column(status.lower().replace("_", " "), justify="right")
    for each in found["workflows"]:
        badly = {"FAILED", "TIMED_OUT", "ABORTED"}
        cells = (f"[red]{n:,}[/]" if n and status in badly else f"{n:,}" for status, n in each["counts"].items())
        counts.add_row(each["workflow"], *cells)
    console.print(counts)
    for queue in found["queues"]:
        if queue["depth"]:
            age = f", the oldest for {queue['oldest_seconds']:,} seconds" if "oldest_seconds" in queue else ""
            replay = "; `docent replay` replays them" if queue["replayed"] else ""
            console.print(f"[red]{queue['name']}[/] has {queue['depth']} messages{age}{replay}.", highlight=False)
    for alarm in found["alarms"]:
        if alarm["state"] == "ALARM":
            since = f"{datetime.fromisoformat(alarm['since']).astimezone():%Y-%m-%d %H:%M}"
            console.print(f"[red]{alarm['name']}[/] since {since}: {one_line(alarm['description'])}", highlight=False)
