"""Review the answers of a questionnaire through the API, in a terminal."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.plain_text import one_line
from cli.terminal import framed

type Api = Callable[..., dict[str, Any]]

COLOURS = {"high": "green", "medium": "yellow", "low": "red", "none": "dim"}
ACTIONS = "[a]pprove, [e]dit, [c]omment, [n]ext, [q]uit"


def items_of(api: Api, questionnaire: str, filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {"limit": 100} | filters
    while True:
        page = api("GET", f"/questionnaires/{questionnaire}/items", query=query)
        yield from page["items"]
        if "next" not in page:
            return
        query["next"] = page["next"]


def read_item(api: Api, questionnaire: str, number: int) -> dict[str, Any]:
    return api("GET", f"/questionnaires/{questionnaire}/items/{number}")


def change(api: Api, questionnaire: str, item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    path = f"/questionnaires/{questionnaire}/items/{item['number']}"
    return api("PATCH", path, {"version": item["version"]} | changes)


def approve(api: Api, questionnaire: str, numbers: list[int]) -> None:
    """Raises ApiError at the first one that cannot be approved."""
    for number in numbers:
        change(api, questionnaire, read_item(api, questionnaire, number), review="approved")


def review_all(
    api: Api, questionnaire: str, console: Console, ask: Callable[[str], str], *, everything: bool = False
) -> int:
    """Go through the answers that nobody approved; returns how many were approved. `ask` is told a prompt.

    What the API refuses, such as approving one's own answer, is shown, and the question stays.
    """
    from cli.session import ApiError

    approved = 0
    waiting = [
        item["number"]
        for item in items_of(api, questionnaire, {} if everything else {"needs_review": "true"})
        if item["review"] != "approved"
    ]
    for place, number in enumerate(waiting, start=1):
        item = read_item(api, questionnaire, number)
        console.print(Text(f"{place} of {len(waiting)}", style="dim"))
        show_item(console, item)
        while True:
            action = ask(ACTIONS).strip().lower()[:1]
            try:
                match action:
                    case "a":
                        change(api, questionnaire, item, review="approved")
                        approved += 1
                        break
                    case "e":
                        change(api, questionnaire, item, **_edited(item, ask))
                        item = read_item(api, questionnaire, number)
                        show_item(console, item)
                    case "c":
                        change(api, questionnaire, item, comment=ask("Comment"))
                        item = read_item(api, questionnaire, number)
                    case "q":
                        return approved
                    case "n" | "":
                        break
                    case _:
                        console.print(ACTIONS, markup=False)
            except ApiError as error:
                console.print(Text(str(error), style="red"), soft_wrap=True)
                item = read_item(api, questionnaire, number)
    return approved


def _edited(item: dict[str, Any], ask: Callable[[str], str]) -> dict[str, Any]:
    """What is typed replaces the answer; of several choices each follows a semicolon."""
    if item["kind"] == "text":
        return {"completion": ask("Answer")}
    typed = ask(f"One of {' | '.join(item['options'])}" if item.get("options") else "Answer")
    values = [part.strip() for part in typed.split(";")] if item["kind"] == "choices" else [typed.strip()]
    return {"values": [value for value in values if value]}


def show_items(console: Console, items: list[dict[str, Any]]) -> None:
    if not items:
        console.print("There are no such questions.")
        return
    table = Table(box=None, header_style="dim")
    for name in ("", "question", "answer", "confidence", "review"):
        table.add_column(name, overflow="fold")
    for item in items:
        review = "needs review" if item["needs_review"] else item["review"]
        confidence = Text(item["confidence"], style=COLOURS[item["confidence"]])
        table.add_row(str(item["number"]), _line(item["question"]), _line(_said(item)), confidence, review)
    console.print(table)


def show_item(console: Console, item: dict[str, Any]) -> None:
    head = " · ".join(part for part in (item.get("label", ""), item.get("section", ""), item.get("parent", "")) if part)
    console.print(Text(one_line(head), style="dim"))
    console.print(Text(f"{item['number']}. {item['question']}", style="bold"))
    if item.get("values"):
        console.print(Text(", ".join(item["values"]), style="green"))
    colour = "green" if item["review"] == "approved" else "yellow"
    console.print(
        framed(console, Text(_withheld(item) or item.get("completion", "") or item["status"]), border_style=colour)
    )
    for number, citation in enumerate(item["citations"], start=1):
        where = f", page {citation['page']}" if "page" in citation else ""
        console.print(Text(f"[{number}] {one_line(citation['file_name'])}{where}"), soft_wrap=True)
    if item["withheld_citations"]:
        console.print(Text(f"{item['withheld_citations']} sources that you cannot read", style="dim"))
    for reason in item["reasons"]:
        console.print(Text(f"! {one_line(reason)}", style="yellow"), soft_wrap=True)
    for comment in item["comments"]:
        console.print(Text(f"{one_line(comment['by'])}: {comment['text']}", style="cyan"), soft_wrap=True)
    state = f"confidence {item['confidence']}, {item['review']}"
    if "approved_by" in item:
        state += f" by {item['approved_by']} on {item['approved_at'][:10]}"
    console.print(Text(one_line(state), style="dim"), soft_wrap=True)
    for entry in item["log"]:
        changed = ", ".join(each["field"] for each in entry["changes"])
        told = f"{entry['at'][:16].replace('T', ' ')} {entry['by']}: {changed}"
        console.print(Text(one_line(told), style="dim"), soft_wrap=True)


def _withheld(item: dict[str, Any]) -> str:
    if not item.get("withheld"):
        return ""
    return "This answer is not shown, because the owner can no longer read a document that it rests on."


def _said(item: dict[str, Any]) -> str:
    if item.get("withheld"):
        return "withheld"
    return ", ".join(item.get("values", ())) or item.get("completion", "") or item["status"]


def _line(text: str) -> Text:
    line = one_line(text)
    return Text(line if len(line) <= 80 else f"{line[:79]}…")
