"""Starting the workflows of a questionnaire, from the API.

A run is one execution of answer_questionnaire. `plan_answers` claims the questionnaire for it, and so does who started
it, so that its status is ANSWERING at once. Of two runs that start at the same time only one goes on.
"""

import json
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent import executions
from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaire_rows import QuestionnaireRow, update_row


def start_run(table: str, state_machine_arn: str, row: QuestionnaireRow, now: str, *, fill_only: bool = False) -> str:
    """Start answer_questionnaire; returns the run's ARN. With `fill_only` nothing is answered, only the file filled."""
    more = {"fill_only": True} if fill_only else {}
    arn = start_workflow(state_machine_arn, row.questionnaire_id, {"generation": row.generation, **more})
    claim_run(table, row.questionnaire_id, row.generation, arn, now)
    return arn


def claim_run(table: str, questionnaire_id: str, generation: str, execution_arn: str, now: str) -> bool:
    """Whether this execution may answer the questionnaire: no other one does, and its file is still this upload."""
    return update_row(
        table,
        questionnaire_id,
        "SET #status = :answering, execution_arn = :execution, updated_at = :now REMOVE #error",
        "generation = :generation AND (#status IN (:found, :answered, :stopped, :failed) OR"
        " (#status = :answering AND execution_arn = :execution)) AND attribute_exists(question_count)"
        " AND (attribute_not_exists(stopped_arn) OR stopped_arn <> :execution)",
        {
            "answering": "ANSWERING",
            "found": "FOUND",
            "answered": "ANSWERED",
            "stopped": "STOPPED",
            "failed": "FAILED",
            "generation": generation,
            "execution": execution_arn,
            "now": now,
        },
        "a questionnaire was claimed",
    )


def was_stopped(table: str, questionnaire_id: str, execution_arn: str, now: str) -> bool:
    """Whether the execution that has just claimed the questionnaire was stopped before; then it is STOPPED.

    A function goes on when its execution is stopped, and record_failure may have looked before the claim.
    """
    if not executions.has_ended(execution_arn):
        return False
    update_row(
        table,
        questionnaire_id,
        "SET #status = :stopped, updated_at = :now",
        "execution_arn = :execution AND #status = :answering",
        {
            "stopped": "STOPPED",
            "answering": "ANSWERING",
            "execution": execution_arn,
            "now": now,
        },
        "a questionnaire was given back",
    )
    return True


def start_workflow(state_machine_arn: str, questionnaire_id: str, more: dict[str, Any]) -> str:
    """Start an execution about a questionnaire; returns its ARN."""
    given = {"subject": {"kind": "questionnaire", "id": questionnaire_id}, **more}
    try:
        return step_functions().start_execution(
            stateMachineArn=state_machine_arn, name=uuid.uuid4().hex, input=json.dumps(given)
        )["executionArn"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a workflow was started", MisconfiguredError) from error
