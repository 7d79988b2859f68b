"""Flows: run them, see what each node did, test them, and choose which version answers."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.commands import Panel
from cli.plain_text import one_line
from cli.target import CommandError
from cli.terminal import AsJson, Region, Stack, out, path_given, print_json, say

app = typer.Typer(
    name="flow",
    help="Run, test and change flows of Amazon Bedrock.",
    no_args_is_help=True,
    rich_help_panel=Panel.FLOWS,
)
Name = Annotated[str, typer.Argument(metavar="FLOW", help="Its name, as `docent flow list` shows it.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="The id of a run, as `docent flow runs` shows it.")]
Node = Annotated[str, typer.Argument(metavar="NODE", help="The name of a node.")]
Inputs = Annotated[
    Path | None,
    typer.Option(
        "--inputs", parser=path_given, metavar="FILE.json", help="Documents for inputs of the node, by their names."
    ),
]
COLOURS = {"green": "green", "yellow": "yellow", "red": "red"}


@app.command("list")
def list_all(as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the flows that are deployed, with the versions that answer."""
    found = _flows(stack, region).all()
    if as_json:
        print_json(found)
        return
    table = Table("flow", "version", box=None, header_style="bold")
    for each in found:
        table.add_row(each["name"], each["version"])
    out.print(table)


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE.flow.json", help="The default is all files of flows/.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check files of flows, as Bedrock does and more. Nothing is sent anywhere."""
    from cli.flows import flow_paths, read_flow
    from flows.found_in_flows import found_in

    paths = files or flow_paths()
    if not paths:
        say("There are no files in flows/.")
        raise typer.Exit(1)
    found = {str(path): found_in(read_flow(path)) for path in paths}
    if as_json:
        print_json(found)
    else:
        for path, each in found.items():
            _show_validation(path, each)
    raise typer.Exit(1 if any(map(_has_errors, found.values())) else 0)


@app.command()
def run(
    flow: Name,
    message: Annotated[str | None, typer.Argument(metavar="[INPUT]", help="The input, a text.")] = None,
    file: Annotated[
        Path | None, typer.Option("--input", parser=path_given, metavar="FILE.json", help="The input, as JSON.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show what each node did.")] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Run a flow, and show its outputs as they arrive."""
    from cli.flows import read_document

    document = read_document(message, file)
    if document is None:
        document = sys.stdin.read()
    result = _flows(stack, region).run(flow, document, _heard(as_json), trace)
    _end(result, trace, as_json)


@app.command()
def chat(flow: Name, stack: Stack = None, region: Region = None) -> None:
    """Run a flow, and answer what its nodes ask. An empty line ends it."""
    from cli.flows import trace_lines

    flows, turn = _flows(stack, region), None
    while text := typer.prompt("You", default="", show_default=False):
        result = flows.run(flow, text, _heard(as_json=False), turn=turn)
        if question := result.get("question"):
            out.print(f"{question['node']}: {_text(question['document'])}", markup=False, soft_wrap=True)
            turn = {"run_id": result["run_id"], "node": question["node"]}
            continue
        turn = None
        if error := result.get("error"):
            say(error["message"])
            for line in trace_lines(result):
                say(line)


@app.command()
def runs(
    flow: Name,
    most: Annotated[int, typer.Option("--most", min=1, max=100, help="How many.")] = 25,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """List runs of a flow, the newest first."""
    found = _flows(stack, region).runs(flow, most)
    if as_json:
        print_json(found)
        return
    table = Table("run", "version", "status", "time", "cost", "started", box=None, header_style="bold")
    for each in found:
        took = f"{each['milliseconds']:,.0f} ms" if "milliseconds" in each else ""
        cost = f"${each['cost']:.5f}" if "cost" in each else ""
        started = each["created_at"][:19].replace("T", " ")
        table.add_row(each["run_id"], each["version"], each["status"], took, cost, started)
    out.print(table)


@app.command()
def show(flow: Name, run_id: RunId, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """Show a run with what each node did, masked."""
    found = _flows(stack, region).show_run(flow, run_id)
    if as_json:
        print_json(found)
        return
    version = " or ".join(found[name] for name in ("version", "or_version") if name in found)
    say(f"{run_id}  version {version}  {found['status']}")
    _show_trace(found)


@app.command()
def versions(flow: Name, as_json: AsJson = False, stack: Stack = None, region: Region = None) -> None:
    """List the versions of a flow, the newest first."""
    found = _flows(stack, region).show(flow)["versions"]
    if as_json:
        print_json(found)
        return
    table = Table("version", "made", "answers", box=None, header_style="bold")
    for each in found:
        made = each["created_at"][:19].replace("T", " ")
        table.add_row(each["version"], made, "yes" if each["answers"] else "")
    out.print(table)


@app.command()
def rollback(
    flow: Name,
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="The default is the one before the one that answers.")
    ] = None,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Point the alias to an earlier version. The next deployment that changes the flow moves it forward again."""
    flows = _flows(stack, region)
    if version is None:
        found = flows.show(flow)
        earlier = [each["version"] for each in found["versions"] if int(each["version"]) < int(found["version"])]
        if not earlier:
            say(f"There is no version before {found['version']}.")
            raise typer.Exit(1)
        version = earlier[0]
    changed = flows.answer_by(flow, version)
    say(f"Version {changed['version']} answers now; before, it was {changed['before']}.")


@app.command()
def diff(
    flow: Name,
    before: Annotated[
        str | None, typer.Option("--from", metavar="VERSION|FILE", help="The default is the version that answers.")
    ] = None,
    after: Annotated[
        str | None, typer.Option("--to", metavar="VERSION|FILE", help="The default is the file in flows/.")
    ] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Show how two versions or files of a flow differ in meaning: nodes, ports, prompts, connections, conditions."""
    from flows.flow_differences import differences

    flows = _flows(stack, region)
    found = differences(_definition(flows, flow, before), _definition(flows, flow, after or f"flows/{flow}.flow.json"))
    if as_json:
        print_json([each.to_json() for each in found])
        return
    for each in found:
        out.print(str(each), markup=False, soft_wrap=True)
    if not found:
        say("They mean the same.")


@app.command("try")
def try_node(
    flow: Name,
    run_id: RunId,
    node: Node,
    inputs: Inputs = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Run one node alone, with its inputs of an earlier run or with others. It is kept as a new run."""
    _try(_flows(stack, region), flow, run_id, node, "node", inputs, as_json)


@app.command("continue")
def go_on(
    flow: Name,
    run_id: RunId,
    node: Node,
    inputs: Inputs = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Run a node and all that follows it, with the other nodes' outputs of an earlier run. It is kept as a new run."""
    _try(_flows(stack, region), flow, run_id, node, "rest", inputs, as_json)


@app.command("save-test")
def save_test(
    flow: Name,
    run_id: RunId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the test.")],
    path_only: Annotated[
        bool, typer.Option("--path-only", help="Compare the nodes and conditions, but not the texts.")
    ] = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Keep a run as a test in flows/tests, masked as it is."""
    from cli.flow_tests import write_test
    from flows.flow_tests import FlowTest

    found = _flows(stack, region).show_run(flow, run_id)
    try:
        test = FlowTest.of_run(found, name, "path" if path_only else "texts")
    except ValueError as error:
        raise CommandError(str(error)) from error
    path = write_test(test)
    out.print(f"✓ {path}", markup=False, soft_wrap=True)


@app.command("test")
def run_tests(
    flow: Annotated[str | None, typer.Argument(metavar="[FLOW]", help="The default is all flows.")] = None,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Run the tests of flows/tests, and show by node what is different."""
    from cli.flow_tests import paths_of_tests, read_test

    flows, failed, told = _flows(stack, region), 0, []
    paths = paths_of_tests(flow)
    for path in paths:
        each = read_test(path)
        result = flows.repeat(each)
        found = each.differences(result)
        failed += bool(found)
        told.append({"test": str(path), "run_id": result["run_id"], "differences": found})
        if not as_json:
            out.print(f"{'✗' if found else '✓'} {path}", markup=False, soft_wrap=True)
            for line in found:
                out.print(f"    {one_line(line)}", markup=False, soft_wrap=True)
    if as_json:
        print_json(told)
    elif not paths:
        say("There are no tests. `docent flow save-test` makes one of a run.")
    raise typer.Exit(1 if failed or not paths else 0)


@app.command()
def samples(stack: Stack = None, region: Region = None) -> None:
    """Put sample orders and policies, so that "Where is my order 1234?" has an answer. `docent demo` does it too."""
    from cli.flow_samples import put_flow_samples
    from cli.target import Target

    orders, policies = put_flow_samples(Target(stack, region))
    say(f"{orders} orders and {policies} policies are new. Policies are read within a minute or so.")


@app.command()
def pull(flow: Name, stack: Stack = None, region: Region = None) -> None:
    """Write the file and the tests that were saved last in the console into flows/."""
    from cli.flow_tests import write_test
    from cli.flows import FOLDER
    from flows.flow_tests import FlowTest

    flows = _flows(stack, region)
    found = flows.file(flow)
    FOLDER.mkdir(exist_ok=True)
    for name, text in ((f"{flow}.flow.json", found["text"]), (f"{flow}.layout.json", found["layout"])):
        if text:
            (FOLDER / name).write_text(text)
            out.print(f"✓ {FOLDER / name}", markup=False, soft_wrap=True)
    for each in flows.tests(flow):
        out.print(f"✓ {write_test(FlowTest.parse(each['text']))}", markup=False, soft_wrap=True)
    if not found["is_draft"]:
        say("Nobody has saved it in the console; this is the file as it was deployed.")


def _flows(stack: str | None, region: str | None) -> Any:
    from cli.flows import Flows
    from cli.session import Session
    from cli.target import Target

    return Flows(Session(Target(stack, region)))


def _heard(as_json: bool) -> Any:
    """Prints outputs when they are there."""

    def hear(event: dict[str, Any]) -> None:
        if output := event.get("flowOutputEvent"):
            out.print(_text(output["content"]["document"]), markup=False, soft_wrap=True)

    return (lambda _: None) if as_json else hear


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document, indent=2, ensure_ascii=False)


def _end(result: dict[str, Any], trace: bool, as_json: bool) -> None:
    if as_json:
        print_json(result)
    elif trace:
        _show_trace(result)
    if not as_json and (question := result.get("question")):
        say(f"{question['node']} asks: {_text(question['document'])}\n`docent flow chat` can answer.")
    if not as_json and (error := result.get("error")):
        say(f"{result['status']}: {one_line(error['message'])}")
    raise typer.Exit(0 if result["status"] in ("SUCCEEDED", "INPUT_REQUIRED") else 1)


def _try(flows: Any, flow: str, run_id: str, node: str, scope: str, inputs: Path | None, as_json: bool) -> None:
    from cli.flows import read_document

    result = flows.try_node(flow, run_id, node, scope, read_document(None, inputs))
    if not as_json:
        for each in result["outputs"]:
            out.print(f"{each['node']}: {_text(each['document'])}", markup=False, soft_wrap=True)
    _end(result, trace=True, as_json=as_json)


def _show_trace(result: dict[str, Any]) -> None:
    from cli.flows import trace_lines

    for line in trace_lines(result):
        out.print(line, markup=False, soft_wrap=True)


def _definition(flows: Any, flow: str, place: str | None) -> dict[str, Any]:
    from cli.flows import read_flow

    if place is None:
        return flows.show(flow)["definition"]
    return flows.version(flow, place)["definition"] if place.isdigit() else read_flow(Path(place))


def _has_errors(found: dict[str, Any]) -> bool:
    return bool(found["refusals"]) or any(each["severity"] == "Error" for each in found["validations"])


def _show_validation(path: str, found: dict[str, Any]) -> None:
    out.print(f"[bold]{escape(path)}[/bold]", soft_wrap=True)
    for refusal in found["refusals"]:
        out.print(f"  [red]✗[/red] {escape(one_line(refusal))}", soft_wrap=True)
    for each in found["validations"]:
        sign = "[red]✗[/red]" if each["severity"] == "Error" else "[yellow]![/yellow]"
        out.print(f"  {sign} {each['type']}: {escape(one_line(each['message']))}", soft_wrap=True)
    for node, colour in found["nodes"].items():
        out.print(f"  [{COLOURS[colour]}]●[/{COLOURS[colour]}] {escape(node)}  {colour}", soft_wrap=True)
