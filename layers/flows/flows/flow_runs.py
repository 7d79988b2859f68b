"""A run from its beginning to its end: kept, invoked, measured and counted."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from docent.callers import Caller
from docent.clients import bedrock_agent_runtime
from docent.deadlines import Deadline
from docent.errors import DocentError
from docent.guardrail_masking import apply_guardrail
from docent.prices import own_prices
from docent.usage import Use, usage_settings
from flows.flow_files import Definition
from flows.invocations import Deliver, Ended, Invocation, Invoked, result_of, types_in
from flows.kept_runs import Runs
from flows.masking_gate import Gate
from flows.run_costs import cost_of, count_costs, models_in, with_costs
from flows.run_events import Event, nodes_of, seconds_of, transitions_of

# Bedrock ends a flow after five minutes.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Guardrail:
    guardrail_id: str
    version: str
    max_units: int

    def gate(self) -> Gate:
        return Gate(lambda texts: apply_guardrail(self.guardrail_id, self.version, texts), self.max_units)


def _kept_before() -> None:
    """For a run that continues: its row exists already."""


def _not_moved(_: float) -> str:
    """For a run that continues, which has its version, and for a trial, which has none."""
    return ""


@dataclass(frozen=True, slots=True)
class Started:
    """A run that begins, or goes on with another turn; `earlier` are the events of the turns before. `keep` keeps the
    row of a run that begins. `version` is read right before the flow is invoked; `moved_to` tells which one the alias
    was moved to before Bedrock had taken the input, if it was."""

    run_id: str
    flow: str
    version: str
    definition: Definition
    caller: Caller
    started_at: float
    earlier: tuple[Event, ...] = ()
    keep: Callable[[], None] = _kept_before
    moved_to: Callable[[float], str] = _not_moved


def unheard(number: int, event: Event) -> None:
    """Delivers events to nobody; they are kept anyway."""


def input_port(definition: Definition) -> tuple[str, str]:
    """The Input node and its output."""
    node = next(each for each in definition["nodes"] if each["type"] == "Input")
    return node["name"], node["outputs"][0]["name"]


def run_to_end(
    started: Started,
    invocation: Invocation,
    runs: Runs,
    gate: Gate,
    deadline: Deadline,
    deliver: Deliver = unheard,
    note: Callable[[str], object] = str,
) -> tuple[Ended, dict[str, Any]]:
    """How it ended, and its `FlowResult` with events and nodes. Raises DocentError if Bedrock took no input."""
    client = bedrock_agent_runtime(1, LONGEST)
    invoked = Invoked(client, runs, started.run_id, gate, deliver, len(started.earlier))
    try:
        ended = invoked.run(invocation, deadline, time.time(), started.keep)
    except DocentError as error:
        runs.end(started.run_id, "FAILED", time.time(), {"error": error.to_json()})
        raise
    now = time.time()
    events = [*started.earlier, *ended.events]
    own = own_prices(usage_settings().input_token_price, usage_settings().output_token_price)
    nodes = with_costs(nodes_of(events, types_in(started.definition)), models_in(started.definition), own)
    transitions = transitions_of(events)
    values: dict[str, Any] = {
        "milliseconds": milliseconds_of(events),
        "transitions": transitions,
        "cost": cost_of(nodes, transitions),
        "nodes": [{name: row[name] for name in ("node", "milliseconds") if name in row} for row in nodes],
        "execution_id": ended.execution_id or invocation.execution_id,
        "event_count": len(events),
    }
    if ended.error:
        values["error"] = ended.error.to_json()
    if ended.question:
        values |= {"question": ended.question, "question_id": f"{started.run_id}-{len(events)}"}
    use = Use("flows", started.caller.subject, started.caller.user)
    with ThreadPoolExecutor(2) as threads:
        counted = threads.submit(count_costs, use, nodes, transitions, now)
        moved = threads.submit(started.moved_to, ended.taken_at)
        runs.end(started.run_id, ended.status, now, values)
    for done in (counted, moved):
        if isinstance(error := done.exception(), DocentError):
            note(type(error).__name__)  # the answer does not depend on it
        else:
            done.result()
    result = result_of(started.run_id, started.flow, started.version, ended)
    if not moved.exception() and (other := moved.result()):
        result["or_version"] = other
        runs.end(started.run_id, ended.status, now, {"or_version": other})
    return ended, result | {"events": events, "nodes": nodes}


def milliseconds_of(events: Sequence[Event]) -> float:
    """From the first to the last time that Bedrock tells, of each turn: while a question waits, nothing runs."""
    starts = [place for place, event in enumerate(events) if "flowInputEvent" in event]
    turns = [events[one:other] for one, other in pairwise([*starts, len(events)])]
    return round(sum(map(_milliseconds_of_turn, turns)), 3)


def _milliseconds_of_turn(events: Sequence[Event]) -> float:
    told = (event for event in events if "flowInputEvent" not in event)
    times = [seconds_of(each["timestamp"]) for event in told for each in _timed(event)]
    return (max(times) - min(times)) * 1000 if times else 0


def _timed(event: Event) -> list[dict[str, Any]]:
    (content, *_) = event.values()
    inner = list(content["trace"].values()) if "trace" in content else [content]
    return [each for each in inner if "timestamp" in each]
