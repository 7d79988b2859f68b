"""The execution that writes the labels of a task."""

import json
import secrets
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.clock import now_text
from docent.errors import MisconfiguredError, from_aws
from docent.errors.labeling import LabelTaskBusyError
from labeling.export_parts import parts_of
from labeling.task_rows import TaskRow, update_task


def start(table: str, machine_arn: str, row: TaskRow, formats: Sequence[str], now: float) -> None:
    """Raises LabelTaskBusyError while another export is being written, or if the task is not open."""
    if row.status != "OPEN" or row.values.get("exported", {}).get("status") == "EXPORTING":
        raise LabelTaskBusyError(f"The labeling task {row.name} is at work, or was not prepared.")
    export_id = secrets.token_hex(8)
    work = {
        "task_id": row.task_id,
        "export_id": export_id,
        "formats": list(formats),
        "started_at": now_text(now),
        "parts": parts_of(int(row.values.get("lines", 0))),
    }
    update_task(
        table,
        row.task_id,
        "SET exported = :exported",
        "attribute_exists(#status)",
        {"exported": {"status": "EXPORTING", "export_id": export_id}},
        "an export was announced",
    )
    try:
        step_functions().start_execution(
            stateMachineArn=machine_arn, name=f"{row.task_id}-{export_id}", input=json.dumps(work)
        )
    except (ClientError, BotoCoreError) as error:
        update_task(
            table,
            row.task_id,
            "SET exported = :exported",
            "attribute_exists(#status)",
            {"exported": {"status": "FAILED", "export_id": export_id}},
            "an export was not started",
        )
        raise from_aws(error, "an export was started", MisconfiguredError) from error
