"""Make the input of a task's page from a line of a manifest. Called by Ground Truth before a worker sees it.

in   {"version", "labelingJobArn", "dataObject": the line}
out  {"taskInput": {"source-ref", "line"}, "isHumanAnnotationRequired": "true"}; of a line with `docent-item`, which
     names an item that Docent prepared, `taskInput` has more, for Docent's own page: {"taskObject": address of the
     copy, "peaks": [{"per_second", "address"}], "sound" and "suggestions": addresses, "item": {"task_id", "number",
     "schema", "media", "input"}}

A line without an address fails: answering that no person is needed would send it on without a label and without a word.
https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step3-lambda-requirements.html
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.errors.labeling import InvalidManifestError
from docent.settings import read_settings
from labeling.ground_truth import ITEM_KEY
from labeling.items import Item, find_label_item
from labeling.manifests import address_of, source_in
from labeling.task_rows import TaskRow, read_task
from prepare_annotation.prepared_items import prepared_input

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def prepare_annotation(line: dict[str, Any]) -> dict[str, Any]:
    """The template reads the same key whichever of the two the manifest has."""
    address = source_in(line)
    if address_of(address) is None:
        raise InvalidManifestError("A line of the manifest has no address such as s3://bucket/key.")
    rest = {name: value for name, value in line.items() if name not in ("source", "source-ref", ITEM_KEY)}
    task_input = {"source-ref": address, "line": rest}
    if ITEM_KEY in line:
        task_input |= prepared_input(settings().derived_bucket, *_prepared(str(line[ITEM_KEY])))
    return {"taskInput": task_input, "isHumanAnnotationRequired": "true"}


def _prepared(name: str) -> tuple[TaskRow, Item]:
    """The task and the item of `<task_id>/<number>`. Raises InvalidManifestError."""
    task_id, _, number = name.partition("/")
    row = read_task(settings().labeling_table, task_id)
    item = find_label_item(settings().labeling_table, task_id, int(number)) if row and number.isdecimal() else None
    if row is None or item is None or "media" not in item.values:
        raise InvalidManifestError("A line of the manifest names an item that was not prepared, or was deleted.")
    return row, item


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    prepared = prepare_annotation(event["dataObject"])
    logger.info("annotation prepared", job=event.get("labelingJobArn", "").rpartition("/")[2])
    return prepared
