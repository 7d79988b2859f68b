"""Execution histories, and what else MiniStack would keep in memory for ever: logs, and events that nothing reads."""

import json
import re
import threading
import zlib
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import (
    cloudwatch_logs,
    eventbridge,
    stepfunctions,
)

EXECUTIONS = timedelta(days=90)  # for as long as Step Functions keeps them
LOG_EVENTS = 10_000  # of one page, as in CloudWatch Logs

_unpacked = threading.Lock()


def pack_histories() -> None:
    """Pack the history of every execution that ended.

    A history is a hundred events with much repetition: 65 kB for a document of two pages, a twentieth of that
    when packed.
    """
    emit_of_ministack = stepfunctions._emit_execution_status_event
    run_of_ministack = stepfunctions._run_sub_machine
    history_of_ministack = stepfunctions._get_execution_history

    def emit(execution: dict[str, Any]) -> None:
        emit_of_ministack(execution)
        # The caller of a synchronous execution reads its history afterwards.
        if execution["status"] != "RUNNING" and not execution.get("sync"):
            _pack(execution)

    def run(states: Any, start_at: Any, input_data: Any, execution: dict[str, Any], ctx: Any) -> Any:
        is_child = "mapRunArn" in execution and not execution["events"]
        try:
            return run_of_ministack(states, start_at, input_data, execution, ctx)
        finally:
            if is_child:
                _pack(execution)

    def history(data: dict[str, Any]) -> Any:
        execution = stepfunctions._executions.get(data.get("executionArn")) or {}
        with _unpacked:
            packed = execution.get("packed_events")
            if packed is None:
                return history_of_ministack(data)
            execution["events"] = json.loads(zlib.decompress(packed))
            try:
                return history_of_ministack(data)
            finally:
                execution["events"] = []

    stepfunctions._emit_execution_status_event = emit
    stepfunctions._run_sub_machine = run
    stepfunctions._get_execution_history = history


def name_tasks_of_children() -> None:
    """The history of a Map Run's child names the states that its tasks belong to, and its failure.

    MiniStack lists what became of the tasks only.
    """
    of_ministack = stepfunctions._execute_task

    def execute(state: Any, raw_input: Any, execution: Any, ctx: Any) -> Any:
        if "mapRunArn" not in execution:
            return of_ministack(state, raw_input, execution, ctx)
        name, add = ctx["State"]["Name"], stepfunctions._add_event
        entered = {"name": name, "input": json.dumps(raw_input)}
        add(execution, "TaskStateEntered", {"stateEnteredEventDetails": entered})
        try:
            output, following = of_ministack(state, raw_input, execution, ctx)
        except stepfunctions._ExecutionError as error:
            failed = {"error": error.error, "cause": error.cause}
            add(execution, "ExecutionFailed", {"executionFailedEventDetails": failed})
            raise
        left = {"name": name, "output": json.dumps(output)}
        add(execution, "TaskStateExited", {"stateExitedEventDetails": left})
        return output, following

    stepfunctions._execute_task = execute


def _pack(execution: dict[str, Any]) -> None:
    with _unpacked:
        # Events that a stopped execution's last state still adds are not part of its history.
        if "packed_events" not in execution:
            execution["packed_events"] = zlib.compress(json.dumps(execution["events"]).encode())
        execution["events"] = []


def unpack_history(execution: dict[str, Any]) -> None:
    """Unpack a history before its execution continues."""
    packed = execution.pop("packed_events", None)
    if packed is not None:
        execution["events"] = json.loads(zlib.decompress(packed))


def forget_delivered_events() -> None:
    """MiniStack appends every event to a list that nothing reads; replace it by a new list each time."""
    eventbridge._events_log_list = list


def page_log_events() -> None:
    """Tell of the next page of log events. Its token is where the next page starts: the time of the last event, and
    how many events of that time have been given."""
    of_ministack = cloudwatch_logs._filter_log_events

    def events(data: dict[str, Any]) -> Any:
        given = 0
        if token := data.get("nextToken"):
            if not (page_start := re.fullmatch(r"(\d{1,15})-(\d{1,5})", token)):
                return error_response_json("InvalidParameterException", "The specified nextToken is invalid.", 400)
            start, given = map(int, page_start.groups())
            data = {**data, "startTime": start}
        limit = min(data.get("limit", LOG_EVENTS) + given, LOG_EVENTS)
        status, headers, body = of_ministack({**data, "limit": limit})
        if status != HTTPStatus.OK:
            return status, headers, body
        reply = json.loads(body)
        found, page = reply["events"], reply["events"][given:]
        if page and len(found) == limit:
            last = page[-1]["timestamp"]
            reply["nextToken"] = f"{last}-{sum(each['timestamp'] == last for each in found)}"
        return json_response({**reply, "events": page})

    cloudwatch_logs._filter_log_events = events


def forget_what_aws_forgets(now: datetime) -> None:
    """Delete logs past their group's retention, and executions that ended more than 90 days ago."""
    for _, group in cloudwatch_logs._log_groups.all_items():
        if group["retentionInDays"]:
            oldest = (now - timedelta(days=group["retentionInDays"])).timestamp() * 1000
            for name, stream in list(group["streams"].items()):
                if (stream["lastIngestionTime"] or stream["creationTime"]) < oldest:
                    del group["streams"][name]
    ended_before = (now - EXECUTIONS).astimezone(UTC).isoformat()
    for kept in (stepfunctions._executions._data, stepfunctions._map_runs._data):
        for key, each in list(kept.items()):
            if (each.get("stopDate") or ended_before) < ended_before:
                del kept[key]
