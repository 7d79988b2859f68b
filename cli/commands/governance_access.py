"""`docent access`: ask for data products, decide about requests, and see why it was decided so."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.commands import Panel
from cli.plain_text import neutral, one_line
from cli.terminal import AsJson, Region, Stack, out, print_json, say, word_given

app = typer.Typer(
    name="access",
    help="Ask for access to data products, approve it, revoke it, and see why it was decided so.",
    no_args_is_help=True,
    rich_help_panel=Panel.GOVERNANCE,
)
Id = Annotated[str, typer.Argument(metavar="ID", parser=word_given, help="As `docent access list` shows it.")]


@app.command()
def request(
    product_id: Annotated[str, typer.Argument(metavar="PRODUCT", parser=word_given, help="Of `docent product list`.")],
    purpose: Annotated[str, typer.Option(help="What the access is for.")],
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The last day of the access.")],
    group: Annotated[str, typer.Option(metavar="GROUP", help="Ask for one of your groups, not for yourself.")] = "",
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Ask for access, or prolong it. Policies decide, and people if the policies require it."""
    made = _governance(stack, region).request(product_id, purpose, until, group)
    if as_json:
        print_json(made)
        return
    say(f"You have asked. `docent access explain {made['subscription_id']}` shows what was decided.")


@app.command("list")
def list_all(
    review: Annotated[bool, typer.Option("--review", help="Requests that wait for you, and what ends soon.")] = False,
    product: Annotated[str, typer.Option(metavar="PRODUCT", help="Who has access to it, and has asked for it.")] = "",
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """List requests and grants: your own, those that wait for you, or those for a data product."""
    found = _governance(stack, region).subscriptions(review=review, product_id=product)
    if as_json:
        print_json(found)
        return
    if not found:
        say("There are no requests.")
        return
    table = Table("id", "product", "who", "status", "until", "purpose", box=None, header_style="bold")
    for each in found:
        words = (each["product_id"], _who(each), _status(each), _day(each["ends_at"]), each["purpose"])
        table.add_row(each["subscription_id"], *(escape(one_line(word)) for word in words))
    out.print(table)


@app.command()
def approve(
    subscription_id: Id,
    comment: Annotated[str, typer.Option(help="Kept in the log of decisions.")] = "",
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Approve a request, as the owner of the data product or as a steward."""
    decided = _governance(stack, region).decide(subscription_id, "approve", comment)
    approved = [each["role"] for each in decided["approvals"]]
    missing = [role for role in decided["needed"] if role not in approved]
    say(f"Approved. It still needs the {' and the '.join(missing)}." if missing else "Approved.")


@app.command()
def refuse(
    subscription_id: Id,
    comment: Annotated[str, typer.Option(help="Kept in the log of decisions.")] = "",
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Refuse a request."""
    _governance(stack, region).decide(subscription_id, "refuse", comment)
    say("Refused.")


@app.command()
def revoke(subscription_id: Id, stack: Stack = None, region: Region = None) -> None:
    """End a grant, or withdraw a request. From the next question on, nothing is found by it."""
    ended = _governance(stack, region).revoke(subscription_id)
    say(f"It is {_status(ended).lower()}.")


@app.command()
def restart(subscription_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Start a request again that failed."""
    _governance(stack, region).restart(subscription_id)
    say(f"It is started again. `docent access explain {subscription_id}` shows what was decided.")


@app.command()
def explain(subscription_id: Id, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show why a request was decided as it was, and what would decide otherwise."""
    found = _governance(stack, region).explained(subscription_id)
    if as_json:
        print_json(found)
        return
    explanation = found["explanation"]
    _print(f"{found['product_id']} for {_who(found)}: {_status(found)}, until {_day(found['ends_at'])}")
    _print(f"Purpose: {found['purpose']}")
    if "error" in found:
        _print(f"It failed: {found['error']['message']}")
        _print(f"`docent access restart {found['subscription_id']}` starts it again.")
    for each in found["approvals"]:
        _print(f"Approved by {each['user']} as the {each['role']}")
    if missing := [role for role in found["needed"] if role not in {each["role"] for each in found["approvals"]}]:
        _print(f"Needs the approval of the {' and the '.join(missing)}")
    _print(f"The policies {'allow' if explanation['allowed'] else 'do not allow'} it now:")
    for policy in explanation["policies"]:
        out.print(neutral(policy["text"]), markup=False, soft_wrap=True)
    if not explanation["policies"]:
        _print("  no policy allows it")
    _print("They read:")
    for fact in explanation["facts"]:
        _print(f"  {fact['name']}: {fact['value']}")
    if explanation["otherwise"]:
        _print("It would be decided otherwise if:")
        for changes in explanation["otherwise"]:
            _print(f"  {' and '.join(changes)}")


@app.command()
def verify(
    repair: Annotated[bool, typer.Option("--repair", help="Repair what differs.")] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Compare requests with grants, with DataZone and with what questions find. For stewards."""
    found = _governance(stack, region).verify(repair=repair)
    if as_json:
        print_json(found)
    else:
        for each in found["differences"]:
            _print(f"{each['problem']}: {_difference(each)}")
        say(_verified(found["differences"], found["questions"], repaired=repair))
    left = [each for each in found["differences"] if not repair or each["problem"] in _OF_QUESTIONS]
    raise typer.Exit(1 if left else 0)


# A question does not find what is granted, or finds what is not: requests and grants cannot repair that.
_OF_QUESTIONS = ("unfound", "found")


def _difference(each: dict[str, Any]) -> str:
    who = f"{each['principal']} and {each['product_id']}"
    if each["problem"] in _OF_QUESTIONS:
        return f"{who}, by the document {each['document_id']}"
    return f"{who}, in DataZone: {each['step']}" if each["problem"] == "datazone" else who


def _verified(differences: list[dict[str, Any]], questions: int, *, repaired: bool) -> str:
    asked = f"{questions} questions were asked." if questions != 1 else "1 question was asked."
    if not differences:
        return f"Requests and grants agree. {asked}"
    of_questions = sum(each["problem"] in _OF_QUESTIONS for each in differences)
    others = len(differences) - of_questions
    told = f"{others} differences were repaired." if repaired else f"{others} differences. `--repair` repairs them."
    again = f"{of_questions} questions do not find what they should: `docent reingest DOCUMENT` repairs the index."
    return " ".join([*([told] if others else []), *([again] if of_questions else []), asked])


def _print(line: str) -> None:
    out.print(one_line(line), markup=False, soft_wrap=True)


def _who(subscription: dict[str, Any]) -> str:
    return subscription.get("user") or f"group {subscription['group']}"


def _status(subscription: dict[str, Any]) -> str:
    reason = f" ({subscription['reason']})" if "reason" in subscription else ""
    soon = ", ends soon" if subscription.get("ends_soon") else ""
    return f"{subscription['status']}{reason}{soon}"


def _day(ends_at: int) -> str:
    """The last day: the end is the midnight after it."""
    return datetime.fromtimestamp(ends_at - 1, UTC).date().isoformat()


def _governance(stack: str | None, region: str | None) -> Any:
    from cli.governance import governance_of

    return governance_of(stack, region)
