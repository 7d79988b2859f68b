"""Ending the execution and the batch job of an earlier job.json of the same folder."""

from docent import batch_jobs, executions
from docent.summary_jobs import JobRow


def stop_run(row: JobRow) -> None:
    executions.stop(row.values["execution_arn"], "Superseded", "A newer job.json was put.")
    if arn := row.batch.get("arn"):
        batch_jobs.stop(arn)
