"""The states that an execution went through, from the events of its history.

An event belongs to the state that was entered last: none of the traced workflows does two things at once within one
execution, as a Distributed Map's children are executions of their own.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from docent.executions import moment
from docent.failure_reasons import Failure, error_of

# Facts of one state that are shown at most, and how deep they are looked for.
MAX_FACTS, MAX_DEPTH = 20, 4
BAD_ENDS = ("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")


@dataclass
class _Span:
    name: str
    started_at: datetime
    given: Mapping[str, Any]
    ended_at: datetime | None = None
    status: str = "RUNNING"
    attempts: int = 0
    failure: Failure | None = None
    returned: Mapping[str, Any] = field(default_factory=dict)

    def end(self, at: datetime, status: str) -> None:
        self.ended_at, self.status = at, status

    def to_json(self, document_name: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "name": self.name,
            "status": self.status,
            "started_at": moment(self.started_at),
            "attempts": max(1, self.attempts),
            "input": self.given,
            "output": self.returned,
        }
        if self.ended_at:
            told["ended_at"] = moment(self.ended_at)
        if self.failure:
            told["error"] = error_of(self.failure, None, document_name)
        return told


def states_of(events: Iterable[Mapping[str, Any]], document_name: str) -> list[dict[str, Any]]:
    """`TracedState`s of openapi.yaml, in order; a state that a loop enters again is there again.

    The status is CAUGHT when the state's last attempt failed and the workflow went on by a Catch. `error` is that of
    the last attempt that failed, as long as no later one succeeded.
    """
    spans: list[_Span] = []
    for event in events:
        kind, at = event["type"], event["timestamp"]
        if entered := event.get("stateEnteredEventDetails"):
            spans.append(_Span(entered["name"], at, facts_of(entered.get("input"))))
        elif kind.startswith("Execution"):
            if spans and spans[-1].status == "RUNNING" and kind in BAD_ENDS:
                spans[-1].failure = spans[-1].failure or _failure(event)
                spans[-1].end(at, "FAILED")
        elif not spans:
            continue
        elif left := event.get("stateExitedEventDetails"):
            spans[-1].returned = facts_of(left.get("output"))
            spans[-1].end(at, "CAUGHT" if spans[-1].failure else "SUCCEEDED")
        elif kind.endswith(("FunctionScheduled", "TaskScheduled", "MapRunStarted")):
            spans[-1].attempts += 1
        elif kind.endswith(("Failed", "TimedOut")):
            spans[-1].failure = _failure(event)
        elif kind.endswith("Succeeded"):
            spans[-1].failure = None
    return [span.to_json(document_name) for span in spans]


def _failure(event: Mapping[str, Any]) -> Failure:
    kind: str = event["type"]
    details = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails", {})
    status = "TIMED_OUT" if kind.endswith("TimedOut") else "ABORTED" if kind.endswith("Aborted") else "FAILED"
    return Failure.of_execution({"status": status, **details})


def facts_of(text: str | None) -> dict[str, str | int | float | bool]:
    """What a state was given or returned, without what documents say: objects by their address, numbers, and whether.

    Texts are left out, whatever they are, because this must never show one that a document holds.
    """
    try:
        value = json.loads(text or "null")
    except ValueError:  # Step Functions cuts what is too long
        return {}
    facts: dict[str, str | int | float | bool] = {}
    _collect(value, (), facts)
    return facts


def _collect(value: Any, path: tuple[str, ...], facts: dict[str, str | int | float | bool]) -> None:
    if len(facts) == MAX_FACTS or len(path) > MAX_DEPTH:
        return
    match value:
        case {"bucket": str(bucket), "key": str(key)}:
            facts[".".join(path)] = f"s3://{bucket}/{key}"
        case {**members}:
            for name, member in members.items():
                if not name.startswith("Sdk"):  # the metadata of calls
                    _collect(member, (*path, name), facts)
        case bool() | int() | float() if path:
            facts[".".join(path)] = value
        case list() if path:
            # A Map's list of outcomes holds an empty text for each that was good.
            facts[f"{'.'.join(path)}.count"] = sum(each != "" for each in value)
        case _:
            pass
