"""Review the answers of a questionnaire: further commands of the group `docent questionnaire`."""

from typing import Annotated

import typer

from cli import reviewing
from cli.commands import Panel
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, print_json

app = typer.Typer(name="questionnaire", rich_help_panel=Panel.ANSWERS, no_args_is_help=True)

QuestionnaireId = Annotated[str, typer.Argument(metavar="ID", help="The id of the questionnaire.")]
Number = Annotated[int, typer.Argument(metavar="N", min=1, max=999_999, help="The place of the question, from 1.")]


@app.command()
def items(
    questionnaire: QuestionnaireId,
    status: Annotated[str | None, typer.Option(help="Only those answered, unanswered, failed, pending …")] = None,
    needs_review: Annotated[
        bool | None,
        typer.Option("--needs-review/--settled", help="Only those that somebody must look at, or the rest."),
    ] = None,
    confidence: Annotated[str | None, typer.Option(help="Only those of confidence high, medium, low or none.")] = None,
    review: Annotated[str | None, typer.Option(help="Only those open, edited or approved.")] = None,
    assignee: Annotated[str | None, typer.Option(help="Only those of a user, by e-mail address.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """List the questions of a questionnaire with their answers."""
    from cli.session import Session

    filters = {"status": status, "confidence": confidence, "review": review, "assignee": assignee}
    if needs_review is not None:
        filters["needs_review"] = "true" if needs_review else "false"
    chosen = {name: value for name, value in filters.items() if value is not None}
    found = list(reviewing.items_of(Session(Target(stack, region)).api, questionnaire, chosen))
    if as_json:
        print_json(found)
    else:
        reviewing.show_items(out, found)


@app.command()
def item(
    questionnaire: QuestionnaireId, number: Number, as_json: AsJson = False, stack: Stack = None, region: Region = None
) -> None:
    """Show one question with its answer, its sources, its review and its log."""
    from cli.session import Session

    shown = reviewing.read_item(Session(Target(stack, region)).api, questionnaire, number)
    if as_json:
        print_json(shown)
    else:
        reviewing.show_item(out, shown)


@app.command()
def review(
    questionnaire: QuestionnaireId,
    approve: Annotated[
        list[int] | None, typer.Option("--approve", metavar="N", min=1, help="Approve this answer, without asking.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every answer that is not approved; otherwise those that need a review.")
    ] = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Review answers one by one: approve, edit, comment, or go to the next. `--approve N` approves without asking."""
    from cli.session import Session

    api = Session(Target(stack, region)).api
    if approve:
        reviewing.approve(api, questionnaire, approve)
        out.print(f"{len(approve)} approved.")
        return
    if not out.is_terminal:
        raise CommandError("A review needs a terminal. Use `--approve N` in a script.")
    approved = reviewing.review_all(api, questionnaire, out, _ask, everything=everything)
    out.print(f"{approved} approved.")


def _ask(prompt: str) -> str:
    return typer.prompt(prompt, default="", show_default=False)
