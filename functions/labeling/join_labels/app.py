"""Put the parts of an export together: one output manifest, and archives laid out as the output of a labeling job of
Ground Truth. Called by export_labels when every part is written.

in   {"task_id", "export_id", "formats", "started_at", "parts": how many}
out  {"counts", "missing"}; in the derived bucket output.manifest, and labels.zip with what is of the whole task and
     with the files of the first part's items; those of each further part are in labels-<number>.zip

Called again after it has ended, it changes nothing.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import LabelKeys
from docent.errors import NotFoundError
from docent.objects import delete_prefix
from docent.settings import read_settings
from join_labels.joined_parts import join
from labeling.exports import complete_export, find_export
from labeling.task_rows import read_task

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def join_labels(event: dict[str, Any]) -> dict[str, Any]:
    table, bucket, task_id, export_id = (
        settings().labeling_table,
        settings().derived_bucket,
        event["task_id"],
        event["export_id"],
    )
    row = read_task(table, task_id)
    if row is None:
        raise NotFoundError("The labeling task was deleted.")
    keys, before = LabelKeys(task_id), find_export(table, task_id)
    if (before.get("export_id"), before.get("status")) == (export_id, "EXPORTED"):
        told = {name: before[name] for name in ("counts", "missing")}
    else:
        told = join(bucket, keys, export_id, event["parts"], row.schema, event["formats"])
        complete_export(table, task_id, export_id, told, event["parts"], event["started_at"])
    delete_prefix(bucket, keys.export_parts(export_id))
    logger.info("labels joined", task_id=task_id, parts=event["parts"], labeled=told["counts"]["labeled"])
    return told


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return join_labels(event)
