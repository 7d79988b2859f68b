"""The execution that writes the labels of a task."""

import json
import secrets
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.clock import now_text
from docent.errors import InvalidRequestError, MisconfiguredError, from_aws
from docent.errors.labeling import LabelTaskBusyError
from labeling.export_parts import parts_of
from labeling.exports import announce_export, take_back_export
from labeling.task_rows import TaskRow
from labeling.task_schemas import is_of_texts

# Formats that are made of segments.
TIMED = frozenset({"webvtt", "textgrid", "rttm"})


def check_formats(row: TaskRow, formats: Sequence[str]) -> None:
    """Raises InvalidRequestError for formats that need times, of a task of texts."""
    wrong = [place for place, name in enumerate(formats) if name in TIMED] if is_of_texts(row.schema) else []
    if wrong:
        errors = tuple({"field": f"/formats/{place}", "detail": "needs segments with times"} for place in wrong)
        names = ", ".join(formats[place] for place in wrong)
        raise InvalidRequestError(f"Texts have no times, which {names} would need. Ask for csv, or for none.", errors)


def start(table: str, machine_arn: str, row: TaskRow, formats: Sequence[str], now: float) -> None:
    """The row names the execution before it begins, so that of two requests one starts it.

    Raises LabelTaskBusyError while another export is being written, or if the task is not open.
    """
    export_id = secrets.token_hex(8)
    name = f"{row.task_id}-{export_id}"
    execution = f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    if row.status != "OPEN" or not announce_export(table, row.task_id, export_id, execution, now_text(now)):
        raise LabelTaskBusyError(f"The labeling task {row.name} is at work, or was not prepared.")
    work = {
        "subject": {"kind": "export", "id": row.task_id},
        "task_id": row.task_id,
        "export_id": export_id,
        "formats": list(formats),
        "started_at": now_text(now),
        "parts": parts_of(int(row.values.get("lines", 0))),
    }
    try:
        step_functions().start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(work))
    except (ClientError, BotoCoreError) as error:
        take_back_export(table, row.task_id, export_id)
        raise from_aws(error, "an export was started", MisconfiguredError) from error
