"""Ending a job, and what it had done until then."""

from docent import executions
from docent.derived_keys import JobKeys
from docent.objects import list_keys
from docent.summary_jobs import JobRow, update_job

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
    executions.stop(execution_arn, "Stopped", "Its owner stopped it.")


def answered_on_demand(bucket: str, job_id: str) -> int:
    names = JobKeys(job_id)
    return sum(1 for attempt in PASSES for _ in list_keys(bucket, names.on_demand(attempt)))
