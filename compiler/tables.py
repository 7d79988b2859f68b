"""Tables in docs/: the functions and the errors."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.operations import functions_of, operations
from compiler.project import NOTICE, ROOT, function_folders, logical_id
from compiler.raised import Reader
from compiler.workflows import Workflow
from docent.errors import DocentError, MisconfiguredError, ThrottledError, TransientError, UnexpectedError

# All functions can raise these, so the page names them once.
EVERYWHERE = {kind.__name__ for kind in (TransientError, ThrottledError, MisconfiguredError, UnexpectedError)}
LAYERS = sorted((ROOT / "layers").iterdir())


def functions_page(
    template: Mapping[str, Any],
    contract: Mapping[str, Any],
    workflows: Sequence[Workflow],
    errors: Mapping[str, type[DocentError]],
) -> str:
    """docs/functions.md: every function by its capability, what it does, what calls it and how it fails."""
    lines = [
        f"<!-- {NOTICE.format('the template, the workflows, the contract and the code')} -->",
        "# Functions",
        "",
        "One folder is one function. All of them can fail with `TransientError` and `ThrottledError`, which Step",
        "Functions retries, and with `MisconfiguredError`. All functions of the API can also answer with",
        "`InvalidRequestError`, `UnauthorizedError`, `OversizedRequestError` and `UnsupportedMediaTypeError`.",
        "[errors.md](errors.md) explains each error.",
    ]
    capability, reader = "", Reader(LAYERS, errors)
    for name, folder in sorted(function_folders().items(), key=lambda item: (item[1].parent.name, item[0])):
        if folder.parent.name != capability:
            capability = folder.parent.name
            lines += ["", f"## {capability}", "", "| function | does | called by | errors |", "|---|---|---|---|"]
        properties = template["Resources"][logical_id(name, "Function")]["Properties"]
        callers = ", ".join(_callers(name, template["Resources"], contract, workflows))
        failures = ", ".join(f"`{error}`" for error in sorted(reader.raised(folder) - EVERYWHERE))
        link = f"[`{name}`](../{folder.relative_to(ROOT).as_posix()}/app.py)"
        lines.append(f"| {link} | {properties['Description']} | {callers} | {failures} |")
    return "\n".join(lines) + "\n"


def _callers(
    name: str, resources: Mapping[str, Any], contract: Mapping[str, Any], workflows: Sequence[Workflow]
) -> Iterator[str]:
    function = logical_id(name, "Function")
    for workflow in workflows:
        # Conditions may choose between functions.
        substituted = resources[logical_id(workflow.name, "")]["Properties"]["DefinitionSubstitutions"]
        if f'"{function}"' in json.dumps(substituted):
            yield f"`{workflow.name}`"
    for method, path, operation, _ in operations(dict(contract)):
        if name in functions_of(operation)[-2:]:
            yield f"`{method.upper()} {path}`"
    for event in resources[function]["Properties"].get("Events", {}).values():
        yield {"ScheduleV2": "a schedule", "EventBridgeRule": "an event", "SQS": "a queue"}[event["Type"]]
    if name == "order_status":
        yield "a flow"
    if name == "prune_flow_versions":
        yield "CloudFormation"
    if name in ("answer_question", "invoke_flow"):
        yield "the WebSocket API"
    if name == "authorize_request":
        yield "both APIs, before any other function"


def errors_table(errors: Mapping[str, type[DocentError]]) -> str:
    """The table of docs/errors.md."""
    rows = [
        f"| `{name}` | {kind.status if _is_answered(kind) else ''} | {kind.meaning} | {kind.remedy} |"
        for name, kind in sorted(errors.items())
    ]
    return "\n".join(["| name | HTTP status | means that | what to do |", "|---|---|---|---|", *rows])


def _is_answered(kind: type[DocentError]) -> bool:
    """A status of its own is one that callers of the API see."""
    return kind.title != DocentError.title or kind is UnexpectedError
