"""The log entries of the stack's functions, from all log groups, sorted by time."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cli.target import LOCAL_STACK, Target

POLL_SECONDS = 1.0


def follow_logs(target: Target, start: datetime, follow: bool) -> Iterator[dict[str, Any]]:
    """Powertools' log entries as dictionaries (`timestamp, level, service, message`, keys); others as `message`."""
    client = target.client("logs")
    groups = _log_groups(target)
    since = int(start.timestamp() * 1000)
    seen: set[tuple[int, str]] = set()
    while True:
        events = [event for group in groups for event in _events(client, group, since)]
        new = [event for event in events if (event["timestamp"], event["message"]) not in seen]
        for event in sorted(new, key=lambda event: event["timestamp"]):
            timestamp, message = event["timestamp"], event["message"]
            seen.add((timestamp, message))
            since = max(since, timestamp)
            entry = _entry(message)
            if entry:
                yield entry
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def _events(client: Any, group: str, since: int) -> Iterator[dict[str, Any]]:
    try:
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since):
            yield from page["events"]
    except client.exceptions.ResourceNotFoundException:
        return  # the function has not logged anything yet


def _log_groups(target: Target) -> list[str]:
    stack = target.stack or LOCAL_STACK
    _ = target.outputs  # raises CommandError if there is no such stack
    pages = target.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::Logs::LogGroup"]


def _entry(message: str) -> dict[str, Any] | None:
    message = message.strip()
    if not message or message.startswith(("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")):
        return None
    try:
        entry = json.loads(message)
    except ValueError:
        return {"message": message}
    if not isinstance(entry, dict) or "_aws" in entry:  # a metric in the embedded metric format
        return None
    return entry
