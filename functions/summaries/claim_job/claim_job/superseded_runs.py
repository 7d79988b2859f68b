"""Ending the execution and the batch job of an earlier job.json of the same folder."""

from botocore.exceptions import BotoCoreError, ClientError

from docent import batch_jobs
from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws
from docent.summary_jobs import JobRow

# By which Step Functions says that it has ended already, or that it was never there.
ENDED = frozenset({"ExecutionDoesNotExist", "ValidationException"})


def stop_run(row: JobRow) -> None:
    try:
        step_functions().stop_execution(
            executionArn=row.values["execution_arn"], error="Superseded", cause="A newer job.json was put."
        )
    except (ClientError, BotoCoreError) as error:
        if not (isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in ENDED):
            raise from_aws(error, "an execution was stopped", MisconfiguredError) from error
    if arn := row.batch.get("arn"):
        batch_jobs.stop(arn)
