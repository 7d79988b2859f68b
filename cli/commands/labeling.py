"""Labeling: people mark segments of audio and video or answer about texts, and get manifests for training."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.commands import Panel
from cli.plain_text import one_line
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say, word_given

app = typer.Typer(
    name="label",
    help="Have people mark segments of audio and video, and answer about texts.",
    no_args_is_help=True,
    rich_help_panel=Panel.LABELING,
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `docent label list` shows it.")]
Timeout = Annotated[float, typer.Option(help="The maximum time to wait, in seconds.")]
A_DAY = 86_400
SHOWN = 20


def _word(metavar: str, help_text: str) -> Any:
    return typer.Option(parser=word_given, metavar=metavar, help=help_text)


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(parser=path_given, metavar="FILE…", help="Clips of audio or video.")],
    to: Annotated[
        Path, typer.Option("--output", parser=path_given, metavar="FILE.manifest", help="The manifest to write.")
    ],
    folder: Annotated[
        str | None, _word("GROUP", "A group of yours that may use the clips. The default is you alone.")
    ] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Upload clips, and write a manifest that names them."""
    lines = list(_labeling(stack, region).upload(files, folder))
    to.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    say(f"{len(lines)} clips are uploaded, and {to} names them.")


@app.command()
def create(
    manifest: Annotated[
        Path, typer.Argument(parser=path_given, metavar="FILE.manifest", help="One clip or text in each line.")
    ],
    schema: Annotated[
        str, _word("NAME|FILE.json", "customer-call, dogs-video, consistent-answer, or one of your own.")
    ],
    name: Annotated[str | None, _word("NAME", "The name of the task. The default is that of the manifest.")] = None,
    answers: Annotated[int | None, typer.Option(min=1, max=9, help="People who answer each item.")] = None,
    annotators: Annotated[
        str | None, _word("GROUP", "Those who annotate. The default is LabelingGroup, for texts you alone.")
    ] = None,
    reviewers: Annotated[str | None, _word("GROUP", "Those who review, beside you.")] = None,
    review: Annotated[
        str | None, typer.Option(metavar="none|doubtful|all", help="Which items are reviewed. The default is none.")
    ] = None,
    threshold: Annotated[float | None, typer.Option(help="Least agreement of answers. The default is 0.667.")] = None,
    suggestions: Annotated[str | None, _word("KEY", "The key of the manifest with an earlier label.")] = None,
    transcribe: Annotated[str | None, _word("KEY", "The key of the manifest with Transcribe's file.")] = None,
    silence: Annotated[bool | None, typer.Option("--silence", help="Suggest a segment where there is sound.")] = None,
    known_answer: Annotated[str | None, _word("KEY", "The key of the manifest with the right label.")] = None,
    label_attribute: Annotated[
        str | None, _word("NAME", "The label's name in the output. The default is label.")
    ] = None,
    ground_truth: Annotated[
        bool, typer.Option("--ground-truth", help="Create a labeling job of SageMaker Ground Truth in its place.")
    ] = False,
    template: Annotated[
        Path | None,
        typer.Option(
            parser=path_given, metavar="FILE.html", help="With --ground-truth: a page of your own, in Liquid."
        ),
    ] = None,
    workteam: Annotated[str | None, _word("ARN", "With --ground-truth: those who label.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the clips are prepared.")] = True,
    timeout: Timeout = A_DAY,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Create a labeling task. Its manifest is checked, line by line, before any clip is prepared."""
    from cli.labeling import name_given

    named = name_given(name, manifest)
    if ground_truth and not workteam:
        raise typer.BadParameter("--ground-truth needs --workteam.")
    if ground_truth and template:
        job = _Job(named, manifest, workteam or "", schema, answers, label_attribute)
        _told(job.with_page(template, stack, region), as_json)
        return
    labeling = _labeling(stack, region, timeout)
    page = _own_page(stack, region) if ground_truth else b""
    options = {
        "answers": answers,
        "annotators": annotators,
        "reviewers": reviewers,
        "review": review,
        "threshold": threshold,
        "suggestions": suggestions,
        "transcribe": transcribe,
        "silence": silence,
        "known_answer": known_answer,
        "label_attribute": label_attribute,
        "ground_truth": ground_truth or None,
    }
    task_id = labeling.create(manifest, named, schema, options)
    if not wait and not ground_truth:
        print_json({"task_id": task_id}) if as_json else say(f"`docent label status {task_id}` shows how far it is.")
        return
    task = labeling.wait(task_id)
    if ground_truth and task["status"] == "OPEN":
        job = _Job(named, manifest, workteam or "", schema, answers, label_attribute)
        _told(job.with_items(task, labeling.failed(task), page, stack, region), as_json)
        return
    print_json(task) if as_json else _show(task)
    raise typer.Exit(0 if task["status"] in ("OPEN", "DONE") else 1)


@app.command("list")
def list_all(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the tasks that you own, review or annotate, the newest first."""
    tasks = _labeling(stack, region).all()
    if as_json:
        print_json(tasks)
        return
    if not tasks:
        say("There are no tasks. `docent label create FILE.manifest --schema customer-call` makes one.")
        return
    table = Table("id", "task", "schema", "status", "items", "you", box=None, header_style="bold")
    for each in tasks:
        roles = ", ".join(each["roles"])
        items = _counted(each["progress"])
        table.add_row(
            each["task_id"], escape(one_line(each["name"])), each["schema_name"], each["status"], items, roles
        )
    out.print(table)


@app.command()
def status(task_id: Id, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show how far a task is, how well people agree, and what is wrong with its manifest."""
    task = _labeling(stack, region).show(task_id)
    print_json(task) if as_json else _show(task)


@app.command()
def start(task_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Check and prepare a task again that failed. What is prepared and labeled stays."""
    _labeling(stack, region).start(task_id)
    say(f"`docent label status {task_id}` shows how far it is.")


@app.command()
def export(
    task_id: Id,
    formats: Annotated[
        str | None,
        typer.Option("--format", metavar="webvtt|textgrid|csv|rttm|all", help="Several are separated by commas."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--output", parser=path_given, metavar="FOLDER", help="The default is the task's name."),
    ] = None,
    timeout: Timeout = A_DAY,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Write the output manifest and the workers' answers as Ground Truth has them, and other formats."""
    every = ["webvtt", "textgrid", "csv", "rttm"]
    named = every if formats == "all" else formats.split(",") if formats else []
    exported, folder = _labeling(stack, region, timeout).export(task_id, named, to)
    if as_json:
        print_json({**exported, "folder": str(folder)})
        return
    counts = exported["counts"]
    say(f"{counts['labeled']} of {counts['items']} items have a label. The files are in {folder}.")
    if exported["missing"]:
        say(f"Without a label: lines {', '.join(map(str, exported['missing'][:SHOWN]))}.")


@app.command()
def job(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A labeling job of Ground Truth.")],
    to: Annotated[
        Path | None,
        typer.Option("--output", parser=path_given, metavar="FILE.jsonl", help="Write the workers' answers here."),
    ] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Compare the counters of a labeling job of Ground Truth with its input, and fetch the workers' answers."""
    from cli.ground_truth import LabelingJob
    from cli.target import Target

    found = LabelingJob(Target(stack, region), name)
    described = found.describe()
    output = found.output(described)
    counters = described["LabelCounters"]
    told = {
        "status": described["LabelingJobStatus"],
        "counters": counters,
        "lines": output.lines,
        "missing": output.missing,
        "unread": output.unread,
    }
    if to:
        to.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in output.labels), "utf-8")
    if as_json:
        print_json(told)
    else:
        labeled = counters.get("TotalLabeled", 0)
        failed = counters.get("FailedNonRetryableError", 0)
        say(f"{told['status']}: {labeled} labeled and {failed} failed of {output.lines} lines.")
        for what, numbers in (("have no label", output.missing), ("have an answer that cannot be read", output.unread)):
            if numbers:
                say(f"{len(numbers)} lines {what}: {', '.join(map(str, numbers[:SHOWN]))}.")
    raise typer.Exit(1 if output.missing or output.unread else 0)


@app.command()
def delete(task_id: Id, stack: Stack = None, region: Region = None) -> None:
    """Delete a task with its labels. The clips stay where they are."""
    _labeling(stack, region).delete(task_id)
    say("It is deleted.")


@dataclass(frozen=True)
class _Job:
    """A labeling job of Ground Truth, as `docent label create` is asked for one."""

    name: str
    manifest: Path
    workteam: str
    schema: str
    answers: int | None
    attribute: str | None

    def with_page(self, template: Path, stack: str | None, region: str | None) -> str:
        """With a page of one's own. Returns the job's ARN."""
        from cli.ground_truth import checked_manifest, file_given
        from cli.target import Target

        target = Target(stack, region)
        page = file_given(template)
        return self._start(target, checked_manifest(target, self.manifest, self._schema()["media"]), page)

    def with_items(
        self, task: dict[str, Any], failed: set[int], page: bytes, stack: str | None, region: str | None
    ) -> str:
        """With Docent's page and the clips that a task has prepared."""
        from cli.ground_truth import file_given, prepared_manifest
        from cli.target import CommandError, Target

        if failed:
            say(f"Left out, as they cannot be played: lines {', '.join(map(str, sorted(failed)[:SHOWN]))}.")
        target = Target(stack, region)
        lines = prepared_manifest(file_given(self.manifest), task["task_id"], failed)
        try:
            return self._start(target, lines, page)
        except CommandError as error:
            again = f"To try again, run `docent label delete {task['task_id']}` first."
            raise CommandError(f"{error} {again}") from error

    def _start(self, target: Any, manifest: bytes, page: bytes) -> str:
        from cli.ground_truth import JobRequest, start_job

        schema = self._schema()
        title = schema.get("title", schema["name"])
        title = title if isinstance(title, str) else next(iter(title.values()))
        answers, attribute = self.answers or 1, self.attribute or "label"
        return start_job(target, JobRequest(self.name, manifest, page, self.workteam, title, answers, attribute))

    def _schema(self) -> Any:
        from cli.labeling import schema_given
        from cli.target import CommandError
        from labeling.task_schemas import is_of_texts, schema_of

        schema = schema_of(schema_given(self.schema))
        if is_of_texts(schema):
            raise CommandError(
                "--ground-truth is for audio and video. Without it, people answer about texts in Docent."
            )
        return schema


def _own_page(stack: str | None, region: str | None) -> bytes:
    """Asked for before anything is prepared."""
    from cli.ground_truth import own_page
    from cli.target import Target

    return own_page(Target(stack, region))


def _told(arn: str, as_json: bool) -> None:
    print_json({"labeling_job": arn}) if as_json else say(f"{arn} is created. `docent label job` shows its output.")


def _labeling(stack: str | None, region: str | None, timeout: float = A_DAY) -> Any:
    from cli.labeling import Labeling
    from cli.session import Session
    from cli.target import Target

    return Labeling(Session(Target(stack, region)), timeout)


def _show(task: dict[str, Any]) -> None:
    out.print(f"{task['task_id']}  {one_line(task['name'])}  {task['status']}", markup=False, soft_wrap=True)
    if error := task.get("error"):
        out.print(f"{error['name']} {one_line(error['message'])}", markup=False, soft_wrap=True)
    for problem in task.get("problems", [])[:SHOWN]:
        out.print(f"Line {problem['line']}: {one_line(problem['reason'])}", markup=False, soft_wrap=True)
    if count := task.get("problem_count"):
        say(f"{count} lines are wrong, so nothing was prepared. Correct them, and create the task again.")
        return
    say(f"Items: {_counted(task['progress'])}.")
    for failure in task.get("failures", [])[:SHOWN]:
        reason = one_line(failure["reason"])
        out.print(f"Line {failure['line']} cannot be labeled: {reason}", markup=False, soft_wrap=True)
    if "agreement" in task:
        measure = "pairs of people who chose the same" if task["media"] == "text" else "Krippendorff's alpha"
        say(f"Agreement of those with several answers: {task['agreement']:.2f} ({measure}).")
    if annotators := task.get("annotators"):
        table = Table("annotator", "answers", "accepted", "rejected", "precision", "recall", box=None)
        for each in annotators:
            numbers = (str(each[name]) for name in ("answers", "accepted", "rejected"))
            measures = (f"{each[name]:.2f}" if name in each else "" for name in ("precision", "recall"))
            table.add_row(escape(one_line(each["annotator"])), *numbers, *measures)
        out.print(table)


def _counted(progress: dict[str, int]) -> str:
    told = (f"{progress[name]} {name}" for name in ("open", "review", "done", "failed") if progress[name])
    return f"{progress['items']} ({', '.join(told)})" if progress["items"] else "0"
