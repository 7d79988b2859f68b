"""Debates: have language models argue and judge which of two answers is right."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.commands import Panel
from cli.plain_text import one_line
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say, word_given

app = typer.Typer(
    name="debate",
    help="Find out which of two summaries is true: language models argue, and others judge.",
    no_args_is_help=True,
    rich_help_panel=Panel.DEBATES,
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `docent debate list` shows it.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it has ended, and show its result.")]
Timeout = Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")]
A_DAY = 86_400


def _model(help_text: str) -> Any:
    return typer.Option(parser=word_given, metavar="MODEL", help=help_text)


@app.command()
def run(
    file: Annotated[Path, typer.Argument(parser=path_given, metavar="CASES.jsonl", help="A file of cases.")],
    technique: Annotated[
        str | None,
        typer.Option(metavar="naive|expert|consultancy|debate|all", help="Several are separated by commas."),
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Rounds of arguments. The default is 3.")] = None,
    turns: Annotated[bool | None, typer.Option("--turns", help="Debaters speak one after the other.")] = None,
    votes: Annotated[int | None, typer.Option(min=1, help="Votes in each position. The default is 3.")] = None,
    by_round: Annotated[bool | None, typer.Option("--by-round", help="A judge votes after each round as well.")] = None,
    debater_a: Annotated[str | None, _model("The model of debater A and of the consultant.")] = None,
    debater_b: Annotated[str | None, _model("The model of debater B.")] = None,
    judge: Annotated[str | None, _model("The model of the judges.")] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Only show what it takes. Nothing is spent.")] = False,
    budget: Annotated[float | None, typer.Option(min=0, metavar="USD", help="The most that the run may cost.")] = None,
    wait: Wait = False,
    timeout: Timeout = A_DAY,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Run the debates of a file of cases. It says what that takes before anything is spent."""
    from cli.debates import case_file
    from debating.cases import TECHNIQUES

    named = None if technique is None else list(TECHNIQUES) if technique == "all" else technique.split(",")
    asked = case_file(
        file,
        {
            "techniques": named,
            "rounds": rounds,
            "turns": turns,
            "votes": votes,
            "by_round": by_round,
            "debater_a": debater_a,
            "debater_b": debater_b,
            "judge": judge,
            "budget": budget,
        },
    )
    debates = _debates(stack, region, timeout)
    usage = debates.estimate(asked)
    told = {
        "cases": len(asked.cases),
        "refused": [{"line": number, **each.to_json()} for number, each in asked.refused],
        "calls": sum(usage.calls.values()),
        "input_tokens": sum(usage.input_tokens.values()),
        "output_tokens": sum(usage.output_tokens.values()),
        "most": usage.dollars,
    }
    if not as_json:
        for number, each in asked.refused:
            say(f"Line {number} is left out: {each.reason}")
        say(
            f"{told['cases']} cases take {told['calls']:,} calls with at most {told['input_tokens']:,} input and "
            f"{told['output_tokens']:,} output tokens, {_dollars(usage.dollars)}."
        )
    if estimate:
        if as_json:
            print_json(told)
        return
    run_id, before = debates.start(asked)
    if not wait:
        print_json({"run_id": run_id, **told}) if as_json else say(
            f"`docent debate show {run_id}` shows how far it is."
        )
        return
    ended = debates.wait(run_id, before)
    print_json(ended) if as_json else _show(ended)
    raise typer.Exit(0 if ended["status"] == "JUDGED" else 1)


@app.command("list")
def list_all(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List your runs, the newest first."""
    runs = _debates(stack, region).all()
    if as_json:
        print_json(runs)
        return
    if not runs:
        say("There are no runs. `docent debate run CASES.jsonl` makes one.")
        return
    table = Table("id", "run", "status", "verdicts", "changed", box=None, header_style="bold")
    for each in runs:
        changed = each["updated_at"][:16].replace("T", " ")
        counts = _counted(each.get("counts", {}))
        table.add_row(each["run_id"], escape(one_line(each["name"])), each["status"], counts, changed)
    out.print(table)


@app.command()
def show(
    run_id: Id,
    wait: Wait = False,
    timeout: Timeout = A_DAY,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Show one run."""
    debates = _debates(stack, region, timeout)
    found = debates.wait(run_id) if wait else debates.show(run_id)
    print_json(found) if as_json else _show(found)


@app.command()
def resume(run_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Go on with a run that was stopped or has failed. What was argued and judged is not paid for again."""
    _debates(stack, region).resume(run_id)
    say(f"`docent debate show {run_id}` shows how far it is.")


@app.command()
def stop(run_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Stop a run. `docent debate resume` goes on with it."""
    status = _debates(stack, region).stop(run_id)["status"]
    say("It is stopped. What was argued and judged is kept." if status == "STOPPED" else f"It is {status}.")


@app.command()
def delete(run_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Delete a run with its arguments, its verdicts and its report, and the file that was uploaded for it."""
    _debates(stack, region).delete(run_id)
    say("It is deleted.")


@app.command()
def report(
    run_id: Id,
    to: Annotated[
        Path | None,
        typer.Option("--output", parser=path_given, metavar="FOLDER", help="The default is the run's name."),
    ] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Fetch verdicts.jsonl, report.json and report.html."""
    for file in _debates(stack, region).fetch(run_id, to):
        out.print(f"✓ {file}", markup=False, soft_wrap=True)


@app.command()
def label(
    run_id: Id,
    technique: Annotated[str, typer.Option(metavar="TECHNIQUE", help="Whose verdicts are the labels.")] = "debate",
    annotators: Annotated[
        str | None,
        typer.Option(parser=word_given, metavar="GROUP", help="Who may label undecided cases; else you alone."),
    ] = None,
    answers: Annotated[int | None, typer.Option(min=1, max=9, help="People who answer each of them.")] = None,
    with_labels: Annotated[
        bool, typer.Option("--with-labels", help="Add what people have said of the undecided cases.")
    ] = False,
    timeout: Timeout = A_DAY,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Print a run as labelled data: JSON with `labelled` and, apart from it, `undecided` cases.

    Where labeling is deployed, the undecided cases become a labeling task. The same cases are one task.
    """
    from cli.debate_labels import Texts, labels_of, sent
    from cli.debates import Debates
    from cli.labeling import Labeling
    from cli.session import Session
    from cli.target import CommandError, Target

    target = Target(stack, region)
    session = Session(target)
    debates, labeling = Debates(session, timeout), Labeling(session, timeout)
    verdicts = list(debates.verdicts(run_id))
    there = sorted({each["technique"] for each in verdicts})
    if technique not in there:
        raise CommandError(f"The run has no verdicts by {technique}. Name one of its techniques: {', '.join(there)}.")
    labels = labels_of(verdicts, technique)
    if with_labels and not labeling.is_deployed:
        raise CommandError("Labeling is not deployed, so nobody has labeled the undecided cases.")
    told: dict[str, Any] = {}
    if labels.for_people and labeling.is_deployed:
        texts = Texts.of(debates.cases(run_id, labels.for_people))
        for case, reason in texts.left_out:
            say(f"{one_line(case)} is not for people: {reason}")
        if texts.lines:
            options = {"annotators": annotators, "answers": answers}
            task = sent(labeling, texts, debates.show(run_id)["name"], options)
            address = labeling.address(task["task_id"])
            told["labeling_task"] = {"task_id": task["task_id"], "status": task["status"], "address": address}
            say(f"The labeling task {task['name']} has the undecided cases ({len(texts.lines)}): {address}")
            if with_labels:
                labels = labels.with_people(labeling.labels(task["task_id"]))
    print_json({"labelled": labels.labelled, "undecided": labels.undecided, **told})


@app.command("tofueval")
def from_tofueval(
    annotations: Annotated[
        Path, typer.Argument(parser=path_given, metavar="FILE.csv", help="A file with TofuEval's labels.")
    ],
    documents: Annotated[
        Path,
        typer.Option(parser=path_given, metavar="FILE.csv", help="Its documents, with the columns doc_id and source."),
    ],
    to: Annotated[Path, typer.Option("--output", parser=path_given, metavar="CASES.jsonl", help="The file to write.")],
) -> None:
    """Make a file of cases of TofuEval's files, which you have to download."""
    from cli.tofueval import tofueval_cases

    lines = [json.dumps(case, ensure_ascii=False) + "\n" for case in tofueval_cases(annotations, documents)]
    to.write_text("".join(lines), "utf-8")
    say(f"{len(lines)} cases are in {to}.")


def _debates(stack: str | None, region: str | None, timeout: float = A_DAY) -> Any:
    from cli.debates import Debates
    from cli.session import Session
    from cli.target import Target

    return Debates(Session(Target(stack, region)), timeout)


def _show(found: dict[str, Any]) -> None:
    out.print(f"{found['run_id']}  {one_line(found['name'])}  {found['status']}", markup=False, soft_wrap=True)
    if error := found.get("error"):
        out.print(f"{error['name']} {one_line(error['message'])}", markup=False, soft_wrap=True)
    if counts := found.get("counts"):
        say(f"Verdicts: {_counted(counts)}; the run cost {_dollars(found.get('cost'))}.")
        say(f"`docent debate report {found['run_id']}` fetches the verdicts and the report.")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in sorted(counts.items()))


def _dollars(dollars: float | None) -> str:
    return "for a price that is not known" if dollars is None else f"${dollars:,.2f}"
