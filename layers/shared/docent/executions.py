"""Executions of Step Functions, as callers are shown them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws

# Statuses from which an execution can be redriven.
BADLY_ENDED = ("FAILED", "TIMED_OUT", "ABORTED")
# The error codes of Step Functions for an execution that has ended already or does not exist.
_ENDED = frozenset({"ExecutionDoesNotExist", "ValidationException"})


def describe(execution_arn: str) -> dict[str, Any] | None:
    """What DescribeExecution says; None when Step Functions has forgotten it, after 90 days."""
    try:
        return {**step_functions().describe_execution(executionArn=execution_arn)}
    except step_functions().exceptions.ExecutionDoesNotExist:
        return None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an execution was looked up", MisconfiguredError) from error


def start(state_machine_arn: str, event: Mapping[str, Any], name: str = "") -> None:
    """Idempotent with a `name`: an execution of this name is not started again."""
    named: Any = {"name": name} if name else {}
    try:
        step_functions().start_execution(stateMachineArn=state_machine_arn, input=json.dumps(event), **named)
    except step_functions().exceptions.ExecutionAlreadyExists:
        return
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an execution was started", MisconfiguredError) from error


def stop(execution_arn: str, error: str, cause: str) -> None:
    """Does nothing if it has ended already."""
    try:
        step_functions().stop_execution(executionArn=execution_arn, error=error, cause=cause)
    except (ClientError, BotoCoreError) as answer:
        if not (isinstance(answer, ClientError) and answer.response.get("Error", {}).get("Code") in _ENDED):
            raise from_aws(answer, "an execution was stopped", MisconfiguredError) from answer


def has_ended(execution_arn: str) -> bool:
    execution = describe(execution_arn)
    return execution is not None and execution["status"] != "RUNNING"


def can_be_redriven(execution: dict[str, Any]) -> bool:
    """AWS allows it for 14 days after the execution's end."""
    return execution["status"] in BADLY_ENDED and execution.get("redriveStatus") != "NOT_REDRIVABLE"


def times_of(execution: dict[str, Any]) -> dict[str, str]:
    """`{started_at, ended_at?}` of one that was described or listed."""
    ended = execution.get("stopDate")
    return {"started_at": moment(execution["startDate"])} | ({"ended_at": moment(ended)} if ended else {})


def moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
