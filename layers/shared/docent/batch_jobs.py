"""Bedrock's batch jobs, as far as jobs that summarise transcripts start, follow and stop them.

A batch job is named after our job and its input. So an event tells whose it is, and a batch job whose creation got no
answer is found again. https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-monitor.html
"""

import json
import re
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock, step_functions
from docent.clock import now_text
from docent.errors import MisconfiguredError, from_aws
from docent.summary_jobs import JobRow, update_job

ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})
# What they leave counts as the job's result.
GOOD = frozenset({"Completed", "PartiallyCompleted"})
COUNTS = ("totalRecordCount", "processedRecordCount", "successRecordCount", "errorRecordCount")
_NAME = re.compile(r"docent-(?P<job_id>[0-9a-f]{32})-[0-9a-f]{16}")
# Bedrock's error codes for a job that has ended already or does not exist.
_OVER = frozenset({"ConflictException", "ValidationException", "ResourceNotFoundException"})
# The error codes of Step Functions for a token that nobody waits for.
_NOT_WAITING = frozenset({"InvalidToken", "TaskDoesNotExist", "TaskTimedOut"})


def name_of(job_id: str, digest: str) -> str:
    """At most 63 characters are allowed. `digest` has at least 16 hex digits."""
    return f"docent-{job_id}-{digest[:16]}"


def job_id_of(batch_name: str) -> str | None:
    """Our job; None of a name that is not one of ours."""
    match = _NAME.fullmatch(batch_name)
    return match["job_id"] if match else None


def look_up(arn: str) -> dict[str, Any]:
    """The batch job as of now: the attribute `batch` of a job's row."""
    try:
        found: dict[str, Any] = {**bedrock().get_model_invocation_job(jobIdentifier=arn)}
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a batch job was looked up", MisconfiguredError) from error
    told = {"arn": found["jobArn"], "name": found["jobName"], "status": found["status"], "at": now_text()}
    return told | {"message": found.get("message", "")} | {name: found[name] for name in COUNTS if name in found}


def keep(table: str, row: JobRow, arn: str) -> dict[str, Any]:
    """Keep how far the batch job is."""
    batch = look_up(arn)
    update_job(
        table,
        row.job_id,
        "SET #batch = :batch, updated_at = :now",
        "execution_arn = :execution",
        {"batch": batch, "now": batch["at"], "execution": row.values["execution_arn"]},
        "the state of a batch job was kept",
    )
    return batch


def follow(table: str, row: JobRow, arn: str) -> dict[str, Any]:
    """Keep how far the batch job is, and let the workflow go on if it has ended. It may be done again."""
    batch = keep(table, row, arn)
    if batch["status"] in ENDED and (token := row.values.get("task_token")):
        _resume(token, batch)
        update_job(
            table,
            row.job_id,
            "REMOVE task_token",
            "task_token = :token",
            {"token": token},
            "a job that waited no longer was noted",
        )
    return batch


def stop(arn: str) -> None:
    """One that has ended stays as it is."""
    try:
        bedrock().stop_model_invocation_job(jobIdentifier=arn)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in _OVER:
            return
        raise from_aws(error, "a batch job was stopped", MisconfiguredError) from error


def _resume(token: str, batch: dict[str, Any]) -> None:
    try:
        step_functions().send_task_success(taskToken=token, output=json.dumps(batch))
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in _NOT_WAITING:
            return
        raise from_aws(error, "a workflow was resumed", MisconfiguredError) from error
