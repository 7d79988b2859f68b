"""`docent doctor`: check an account before a deployment, or a stack."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cli.commands import Panel
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, print_json

if TYPE_CHECKING:
    from cli.doctor.findings import Finding

app = typer.Typer(rich_help_panel=Panel.OPERATIONS)

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@app.command()
def doctor(
    before_deploy: Annotated[
        bool, typer.Option("--before-deploy", help="Check an account to which nothing is deployed yet.")
    ] = False,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="With --before-deploy, a template parameter of the deployment, NAME=VALUE."),
    ] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Check model access, guardrails, index and quotas, and say what to do. The exit code is 1 if a check fails."""
    from cli.doctor.examination import examine
    from cli.doctor.subject import Subject
    from cli.machine import named_parameters
    from cli.target import LOCAL_STACK

    if before_deploy:
        subject = Subject.planned(Target(stack or LOCAL_STACK, region), named_parameters(parameter or []))
    elif parameter:
        raise CommandError("--parameter is for --before-deploy. A deployed stack is checked with what it has.")
    else:
        subject = Subject.deployed(Target(stack, region))
    findings = list(examine(subject) if as_json else _shown(examine(subject)))
    if as_json:
        print_json([each.to_json() for each in findings])
    else:
        _sum_up(findings)
    raise typer.Exit(1 if any(each.status == "fail" for each in findings) else 0)


def _shown(findings: Iterable["Finding"]) -> Iterator["Finding"]:
    for each in findings:
        line = Text.assemble((f"{each.status:4}", COLOURS[each.status]), "  ", (f"{each.check}: ", "bold"), each.told)
        out.print(line, soft_wrap=True)
        if each.next_step:
            out.print(Text(f"      → {each.next_step}"), soft_wrap=True)
        yield each


def _sum_up(findings: list["Finding"]) -> None:
    counts = {status: sum(each.status == status for each in findings) for status in COLOURS}
    out.print(f"\nChecks that are ok: {counts['ok']}; warnings: {counts['warn']}; failures: {counts['fail']}.")
