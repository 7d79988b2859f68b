"""Ending the run of a questionnaire."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaire_rows import QuestionnaireRow, update_row

# By which Step Functions says that it has ended already, or that it was never there.
ENDED = frozenset({"ExecutionDoesNotExist", "ValidationException"})


def mark_stopped(table: str, row: QuestionnaireRow, now: str) -> bool:
    return update_row(
        table,
        row.questionnaire_id,
        "SET #status = :stopped, stopped_arn = :execution, updated_at = :now",
        "#status = :answering AND execution_arn = :execution",
        {"stopped": "STOPPED", "answering": "ANSWERING", "execution": row.values["execution_arn"], "now": now},
        "a questionnaire was stopped",
    )


def stop_execution(execution_arn: str) -> None:
    try:
        step_functions().stop_execution(executionArn=execution_arn, error="Stopped", cause="Its owner stopped it.")
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in ENDED:
            return
        raise from_aws(error, "an execution was stopped", MisconfiguredError) from error
