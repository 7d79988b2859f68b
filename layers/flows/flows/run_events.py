"""The events of a run, and what each node did according to them.

An event is an object with one member, named and shaped as in the stream of InvokeFlow: `flowOutputEvent`,
`flowCompletionEvent`, `flowMultiTurnInputRequestEvent` and `flowTraceEvent`. The stream has none for the input, for a
node that failed and for a flow that failed; for these, the shapes of flow executions are used: `flowInputEvent`,
`nodeFailureEvent` and `flowFailureEvent`. Times are texts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flows.guardrail_parts import guardrail_part, merged_parts

type Event = dict[str, Any]

# Members of events below which anything can stand, under any name.
DOCUMENTS = frozenset({"document", "operationRequest", "operationResponse", "traceElements"})
# What is kept of a document that is too large, in characters.
_BEGINNING = 10_000

# The codes of a node's failure, by the stream's exception.
NODE_CODES = {
    "validationException": "VALIDATION",
    "dependencyFailedException": "DEPENDENCY_FAILED",
    "badGatewayException": "BAD_GATEWAY",
}
# For each kind of trace: whether it begins or ends what a node does.
_BEGINS = "nodeInputTrace"
_ENDS = ("nodeOutputTrace", "conditionNodeResultTrace")
_NO_TRACES = ("flowInputEvent", "flowOutputEvent", "flowMultiTurnInputRequestEvent")


def plain(value: Any) -> Any:
    """An event of the SDK with its times as texts."""
    match value:
        case datetime():
            return time_text(value.timestamp())
        case Mapping():
            return {name: plain(each) for name, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
    return value


def time_text(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_of(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def input_event(node: str, document: Any, now: float) -> Event:
    return {"flowInputEvent": {"nodeName": node, "content": {"document": document}, "timestamp": time_text(now)}}


def failure_events(exception: str, message: str, events: Sequence[Event], now: float) -> list[Event]:
    """What an exception of the stream means: the node that was at work failed, and with it the flow."""
    node, at = unfinished_node(events), time_text(now)
    if not node:
        code = "VALIDATION" if exception == "validationException" else "INTERNAL_SERVER"
        return [{"flowFailureEvent": {"timestamp": at, "errorCode": code, "errorMessage": message}}]
    code = NODE_CODES.get(exception, "INTERNAL_SERVER")
    return [
        {"nodeFailureEvent": {"nodeName": node, "timestamp": at, "errorCode": code, "errorMessage": message}},
        {
            "flowFailureEvent": {
                "timestamp": at,
                "errorCode": "NODE_EXECUTION_FAILED",
                "errorMessage": f"The node {node} failed.",
            }
        },
    ]


def unfinished_node(events: Iterable[Event]) -> str:
    """The node that has begun last and not ended; empty if each has ended. An Output node ends by its output."""
    open_nodes: list[str] = []
    for event in events:
        kind, content = trace_of(event)
        if kind == _BEGINS:
            open_nodes.append(content["nodeName"])
        elif (kind in _ENDS or "flowOutputEvent" in event) and content["nodeName"] in open_nodes:
            open_nodes.remove(content["nodeName"])
    return open_nodes[-1] if open_nodes else ""


def trace_of(event: Event) -> tuple[str, dict[str, Any]]:
    """The kind of a trace and its content; of other events their name and content."""
    (name, content), *_ = event.items()
    if name == "flowTraceEvent":
        (name, content), *_ = content["trace"].items()
    return name, content


def outputs_of(events: Iterable[Event]) -> list[dict[str, Any]]:
    found = (event["flowOutputEvent"] for event in events if "flowOutputEvent" in event)
    return [{"node": each["nodeName"], "document": each["content"]["document"]} for each in found]


def documents_of(events: Iterable[Event]) -> tuple[dict[str, dict[str, Any]], dict[tuple[str, str], Any]]:
    """What each node took at last, `{node: {input: document}}`, and gave, `{(node, output): document}`."""
    inputs: dict[str, dict[str, Any]] = {}
    outputs: dict[tuple[str, str], Any] = {}
    for kind, content in map(trace_of, events):
        if kind == "nodeInputTrace":
            name = content["nodeName"]
            inputs[name] = {each["nodeInputName"]: each["content"]["document"] for each in content["fields"]}
        elif kind == "nodeOutputTrace":
            for each in content["fields"]:
                outputs[content["nodeName"], each["nodeOutputName"]] = each["content"]["document"]
    return inputs, outputs


def transitions_of(events: Iterable[Event]) -> int:
    """How often data was handed to a node: an estimate, as AWS does not document which transitions it counts."""
    return sum(len(content.get("fields", [])) for kind, content in map(trace_of, events) if kind == _BEGINS)


def where_it_stopped(events: Sequence[Event]) -> str:
    """Why a run reached no output: the node that it stopped at, and the condition that decided."""
    last = decided = ""
    for kind, content in map(trace_of, events):
        if kind == _BEGINS or kind in _ENDS:
            last = content["nodeName"]
        if kind == "conditionNodeResultTrace":
            names = " and ".join(each["conditionName"] for each in content.get("satisfiedConditions", [])) or "none"
            decided = f" The condition {names} of {content['nodeName']} decided."
    return f"The run stopped at the node {last}.{decided}" if last else "No node was reached."


def nodes_of(events: Sequence[Event], types: Mapping[str, str]) -> list[dict[str, Any]]:
    """`FlowRunNode`s of openapi.yaml without costs, in the order in which nodes began; `types` are those of the
    definition."""
    rows: dict[str, dict[str, Any]] = {}
    began: dict[str, float] = {}
    for event in events:
        kind, content = trace_of(event)
        if "nodeName" not in content or kind in _NO_TRACES:
            continue
        name = content["nodeName"]
        row = rows.setdefault(name, _row(name, types.get(name, "")))
        at = content.get("timestamp", "")
        match kind:
            case "nodeInputTrace":
                began[name] = seconds_of(at)
                row.setdefault("began_at", at)
                row["rounds"] += 1
                row["inputs"] = {each["nodeInputName"]: each["content"]["document"] for each in content["fields"]}
                _ended(row, at, began.get(name) if row["type"] == "Output" else None)
            case "nodeOutputTrace":
                row["outputs"] = {each["nodeOutputName"]: each["content"]["document"] for each in content["fields"]}
                if name not in began:  # an Input node has an output alone
                    row.setdefault("began_at", at)
                    row["rounds"] += 1
                _ended(row, at, began.pop(name, seconds_of(at)))
            case "conditionNodeResultTrace":
                row["conditions"] = [each["conditionName"] for each in content.get("satisfiedConditions", [])]
                _ended(row, at, began.pop(name, None))
            case "nodeActionTrace":
                _acted(row, content.get("operationResponse"))
            case "nodeFailureEvent":
                row["error"] = {"code": content["errorCode"], "message": content["errorMessage"]}
                _ended(row, at, began.pop(name, None))
            case _:
                pass
    return list(rows.values())


def shortened(value: Any, limit: int) -> Any:
    """A value that is too large as JSON, with only the beginning of each document in it. `limit` is in bytes."""
    return value if len(json.dumps(value, ensure_ascii=False).encode()) <= limit else _cut(value)


def _cut(value: Any) -> Any:
    match value:
        case dict():
            return {name: _beginning(each) if name in DOCUMENTS else _cut(each) for name, each in value.items()}
        case list():
            return [_cut(each) for each in value]
    return value


def _beginning(document: Any) -> Any:
    text = json.dumps(document, ensure_ascii=False)
    return f"{text[:_BEGINNING]}…" if len(text) > _BEGINNING else document


def _row(name: str, kind: str) -> dict[str, Any]:
    return {
        "node": name,
        "type": kind,
        "rounds": 0,
        "inputs": {},
        "outputs": {},
        "conditions": [],
        "guardrail": {"outcome": "none", "kinds": []},
    }


def _ended(row: dict[str, Any], at: str, began: float | None) -> None:
    if began is not None:
        row["ended_at"] = at
        row["milliseconds"] = round(row.get("milliseconds", 0) + (seconds_of(at) - began) * 1000, 3)


def _acted(row: dict[str, Any], response: Any) -> None:
    """Tokens, time and guardrail of one call; responses differ by service, so that nothing in them is certain."""
    if not isinstance(response, Mapping):
        return
    usage, measured = response.get("usage"), response.get("metrics")
    if isinstance(usage, Mapping):
        row["input_tokens"] = row.get("input_tokens", 0) + int(usage.get("inputTokens", 0))
        row["output_tokens"] = row.get("output_tokens", 0) + int(usage.get("outputTokens", 0))
    if isinstance(measured, Mapping):
        row["model_milliseconds"] = row.get("model_milliseconds", 0) + float(measured.get("latencyMs", 0))
    row["guardrail"] = merged_parts(row["guardrail"], guardrail_part(response))
