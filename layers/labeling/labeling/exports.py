"""The row of a task's last export: how far it is, and what it wrote.

`export` beside the task: `status` (EXPORTING, EXPORTED or FAILED), `export_id`, `execution_arn` of its workflow, and
once all is written `exported_at`, `archives` (their number), and as JSON `counts` and `missing_lines`. `error` is a map
of `name` and `message`. record_failure writes it if the workflow failed or was stopped.
"""

from collections.abc import Mapping
from typing import Any

from docent.table_rows import change_row, read_item, values_of

_JSON = ("counts", "missing_lines")


def export_key(task_id: str) -> dict[str, Any]:
    return {"task_id": {"S": task_id}, "item": {"S": "export"}}


def find_export(table: str, task_id: str) -> dict[str, Any]:
    """Its attributes as of now, with JSON read; empty where nothing was exported. Lines without a label are `missing`,
    a name that DynamoDB reserves."""
    values = values_of(read_item(table, export_key(task_id), "an export was looked up"), _JSON)
    return values | ({"missing": values["missing_lines"]} if "missing_lines" in values else {})


def is_exporting(export: Mapping[str, Any]) -> bool:
    return export.get("status") == "EXPORTING"


def announce_export(table: str, task_id: str, export_id: str, execution_arn: str, now: str) -> bool:
    """False while another one is being written."""
    return change_row(
        table,
        export_key(task_id),
        "SET #status = :exporting, export_id = :export, execution_arn = :execution, updated_at = :now REMOVE #error",
        "attribute_not_exists(#status) OR #status <> :exporting",
        {"exporting": "EXPORTING", "export": export_id, "execution": execution_arn, "now": now},
        "an export was announced",
    )


def take_back_export(table: str, task_id: str, export_id: str) -> None:
    """Of an export whose workflow could not be started."""
    change_row(
        table,
        export_key(task_id),
        "SET #status = :failed",
        "export_id = :export",
        {"failed": "FAILED", "export": export_id},
        "an export was not started",
    )


def complete_export(
    table: str, task_id: str, export_id: str, told: Mapping[str, Any], archives: int, exported_at: str
) -> None:
    """`told` has `counts` and `missing`. Of an export that another one has followed, nothing is recorded."""
    change_row(
        table,
        export_key(task_id),
        "SET #status = :exported, exported_at = :now, archives = :archives, #counts = :counts,"
        " missing_lines = :missing",
        "export_id = :export",
        {"exported": "EXPORTED", "export": export_id, "archives": archives, "now": exported_at, **told},
        "an export was recorded",
    )
