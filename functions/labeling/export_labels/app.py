"""Write the labels of a task: the output manifest, the workers' answers, and other formats. Called by export_labels.

in   {"task_id", "export_id", "formats": [webvtt | textgrid | csv | rttm], "started_at"}
out  {"counts", "missing"}; in the derived bucket output.manifest and labels.zip, which is laid out as the output of a
     labeling job of Ground Truth

A line without a label is missing, and named by its number.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import LabelKeys
from docent.errors import NotFoundError
from docent.settings import read_settings
from export_labels.archives import write_archive
from labeling.task_rows import read_task, update_task

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def export_labels(event: dict[str, Any]) -> dict[str, Any]:
    table, task_id = settings().labeling_table, event["task_id"]
    row = read_task(table, task_id)
    if row is None:
        raise NotFoundError("The labeling task was deleted.")
    keys = LabelKeys(task_id)
    told = write_archive(settings().derived_bucket, table, row, keys, event["formats"])
    exported = {"status": "EXPORTED", "export_id": event["export_id"], "exported_at": event["started_at"], **told}
    update_task(
        table,
        task_id,
        "SET exported = :exported",
        "attribute_exists(#status)",
        {"exported": exported},
        "an export was recorded",
    )
    logger.info("labels exported", task_id=task_id, labeled=told["counts"]["labeled"])
    return told


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return export_labels(event)
