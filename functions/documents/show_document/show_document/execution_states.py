"""The states of a document's workflow, from Step Functions' history of its execution."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws

# Read at most; Step Functions keeps 25,000. Later events are only of images that are captioned one after the other.
MAX_PAGES, PAGE = 5, 1000


def read_states(execution_arn: str) -> list[dict[str, str]]:
    """`[{state, entered_at, left_at?}]`; empty when there is no history (it is kept for 90 days)."""
    if not execution_arn:
        return []
    pages = step_functions().get_paginator("get_execution_history")
    bounds: Any = {"PageSize": PAGE, "MaxItems": PAGE * MAX_PAGES}
    try:
        found = pages.paginate(executionArn=execution_arn, includeExecutionData=False, PaginationConfig=bounds)
        return states_of(event for page in found for event in page["events"])
    except step_functions().exceptions.ExecutionDoesNotExist:
        return []
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an execution's states were read", MisconfiguredError) from error


def states_of(events: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Each state once, in the order in which they were first entered, even if a Map or a loop runs it more often.

    A state counts as left when it was left as often as it was entered.
    """
    spans: dict[str, dict[str, Any]] = {}
    for event in events:
        if entered := event.get("stateEnteredEventDetails"):
            span = spans.setdefault(entered["name"], {"entered_at": event["timestamp"], "open": 0})
            span["open"] += 1
        elif (left := event.get("stateExitedEventDetails")) and left["name"] in spans:
            span = spans[left["name"]]
            span["open"] -= 1
            span["left_at"] = event["timestamp"]
    return [_to_json(name, span) for name, span in spans.items()]


def _to_json(name: str, span: Mapping[str, Any]) -> dict[str, str]:
    state = {"state": name, "entered_at": _text(span["entered_at"])}
    return state | ({"left_at": _text(span["left_at"])} if span["open"] == 0 else {})


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
