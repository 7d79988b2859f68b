"""The execution that checks a manifest and prepares its clips."""

import json
import secrets

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.clock import now_text
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, from_aws
from docent.errors.labeling import LabelTaskBusyError
from labeling.task_rows import TaskRow, update_task


def start(table: str, machine_arn: str, row: TaskRow, manifest: ObjectPointer, now: float) -> None:
    """The row names the execution before it begins, so that a request that comes again starts nothing.

    Raises LabelTaskBusyError if another request was faster.
    """
    name = f"{row.task_id}-{secrets.token_hex(8)}"
    execution = f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    claimed = update_task(
        table,
        row.task_id,
        "SET #status = :checking, execution_arn = :execution, updated_at = :now REMOVE problems, problem_count, #error",
        "#status = :before AND updated_at = :seen",
        {
            "checking": "CHECKING",
            "execution": execution,
            "now": now_text(now),
            "before": row.status,
            "seen": row.values["updated_at"],
        },
        "a labeling task was started",
    )
    if not claimed:
        raise LabelTaskBusyError(f"The labeling task {row.name} was started.")
    work = {"subject": {"kind": "labeling", "id": row.task_id}, "manifest": manifest.to_json()}
    try:
        step_functions().start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(work))
    except (ClientError, BotoCoreError) as error:
        update_task(
            table,
            row.task_id,
            "SET #status = :before, updated_at = :now",
            "execution_arn = :execution",
            {"before": row.status, "execution": execution, "now": now_text(now)},
            "a labeling task was not started",
        )
        raise from_aws(error, "a labeling task was started", MisconfiguredError) from error
