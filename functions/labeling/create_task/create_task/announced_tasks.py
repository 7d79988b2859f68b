"""The row of a task before it is started."""

from collections.abc import Mapping
from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from docent.errors.labeling import LabelTaskBusyError
from docent.owned_rows import owner_json
from labeling.task_rows import list_for, read_task, update_task


def announce(
    table: str, task_id: str, caller: Caller, source: Mapping[str, str], asked: Mapping[str, Any], now: float
) -> None:
    """Make the task the caller's. Raises LabelTaskBusyError once it was started: its answers belong to its schema."""
    made = update_task(
        table,
        task_id,
        "SET #status = :uploading, #owner = :owner, owner_subject = :subject, #source = :source, task_name = :name,"
        " task_schema = :schema, task_options = :options, created_at = if_not_exists(created_at, :now),"
        " updated_at = :now REMOVE problems, problem_count, #error",
        "attribute_not_exists(#status) OR #status IN (:uploading, :refused)",
        {
            "uploading": "UPLOADING",
            "refused": "REFUSED",
            "owner": owner_json(caller),
            "subject": caller.subject,
            "source": dict(source),
            "name": asked["name"],
            "schema": dict(asked["schema"]),
            "options": dict(asked["options"]),
            "now": now_text(now),
        },
        "a labeling task was created",
    )
    row = read_task(table, task_id)
    if not made or row is None:
        raise LabelTaskBusyError(f"The labeling task {asked['name']} was started.")
    list_for(table, row)
