"""Ending a job, and what it had done until then."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.derived_keys import JobKeys
from docent.errors import MisconfiguredError, from_aws
from docent.objects import list_keys
from docent.summary_jobs import JobRow, update_job

# By which Step Functions says that it has ended already, or that it was never there.
ENDED = frozenset({"ExecutionDoesNotExist", "ValidationException"})
# The passes of a job: the first one, and what is asked again.
PASSES = (1, 2, 3)


def mark_stopped(table: str, row: JobRow, now: str) -> bool:
    """False if it has ended meanwhile, or another execution has it."""
    return update_job(
        table,
        row.job_id,
        "SET #status = :stopped, updated_at = :now",
        "execution_arn = :execution AND #status IN (:preparing, :summarizing, :masking)",
        {
            "stopped": "STOPPED",
            "preparing": "PREPARING",
            "summarizing": "SUMMARIZING",
            "masking": "MASKING",
            "execution": row.values["execution_arn"],
            "now": now,
        },
        "a job was stopped",
    )


def stop_execution(execution_arn: str) -> None:
    try:
        step_functions().stop_execution(executionArn=execution_arn, error="Stopped", cause="Its owner stopped it.")
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in ENDED:
            return
        raise from_aws(error, "an execution was stopped", MisconfiguredError) from error


def answered_on_demand(bucket: str, job_id: str) -> int:
    names = JobKeys(job_id)
    return sum(1 for attempt in PASSES for _ in list_keys(bucket, names.on_demand(attempt)))
