"""Evaluate the answers to a file of questions."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands import Panel
from cli.plain_text import one_line
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, complain, out, path_given, print_json, say

app = typer.Typer(rich_help_panel=Panel.ANSWERS)


@app.command()
def evaluate(
    questions: Annotated[
        Path, typer.Argument(parser=path_given, metavar="QUESTIONS", help="A .jsonl, .json or .csv file.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(parser=path_given, metavar="FOLDER", help="Where the report goes; evaluation-<date> by default."),
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, max=50, help="How many questions are asked at the same time.")] = 4,
    compare: Annotated[
        Path | None, typer.Option(parser=path_given, metavar="FOLDER", help="An earlier evaluation to compare with.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=SHARE", help="End with exit code 1 below this, such as page=0.8,known=0.9"),
    ] = None,
    price_in: Annotated[float | None, typer.Option(min=0, help="USD for a million input tokens.")] = None,
    price_out: Annotated[float | None, typer.Option(min=0, help="USD for a million output tokens.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Ask all questions of a file as the signed-in user, compare the answers with the expected ones, write a report.

    An evaluation that was interrupted goes on where it was. The exit code is 1 if a question got no reply or a measure
    is under its threshold.
    """
    from datetime import datetime

    from cli.evaluation import folder, summary
    from cli.evaluation.asking import Asking
    from cli.evaluation.evaluation import Evaluation, sum_up
    from cli.evaluation.measures import Prices, thresholds_of
    from cli.evaluation.questions import read_questions
    from cli.session import Session

    if (price_in is None) != (price_out is None):
        raise CommandError("Give both --price-in and --price-out, or neither.")
    prices = Prices(price_in, price_out) if price_in is not None and price_out is not None else None
    thresholds = thresholds_of(fail_under or [])
    asked = read_questions(questions)
    earlier = folder.earlier(compare) if compare else None
    session = Session(Target(stack, region))
    source = folder.Source(stack or "this machine", session.user)
    where = folder.Folder.chosen(output, f"{datetime.now().astimezone():%Y-%m-%d}", asked, source)
    evaluation = Evaluation(asked, source, where)
    evaluation.take_kept()
    stopped: BaseException | None = None
    with summary.progress(None if as_json else out) as bar:
        task = bar.add_task("", total=len(asked), completed=len(evaluation.judged), stage="")
        try:
            asking = Asking(session.api, lambda stage: bar.update(task, stage=stage))
            evaluation.ask(asking, at_once, lambda: bar.advance(task))
        except (CommandError, KeyboardInterrupt) as error:
            stopped = error
    if not evaluation.judged:
        raise stopped or CommandError("Nothing was asked.")
    summed = sum_up(evaluation, questions.name, prices, thresholds, earlier)
    if as_json:
        print_json(summed.report)
    else:
        summary.show(out, summed)
        out.print(f"The report is {one_line(str(summed.page))}.", markup=False, soft_wrap=True)
    if stopped:
        say(
            f"{len(evaluation.judged)} of {len(asked)} questions were asked. The same command with "
            f"--output {one_line(str(where.path))} asks the others."
        )
        raise stopped
    if summed.shortfalls:
        complain("Under the thresholds: " + "; ".join(summed.shortfalls) + ".")
    elif thresholds:
        say(f"No measure is under its threshold ({', '.join(thresholds)}).")
    unanswered = sum(each.asked.reply is None for each in evaluation.judged)
    if unanswered:
        complain(f"{unanswered} of {len(asked)} questions got no reply; the report tells why.")
    raise typer.Exit(1 if summed.shortfalls or unanswered else 0)
