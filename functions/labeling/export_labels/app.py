"""Write a part of the labels of a task: lines of the output manifest, the workers' answers, and other formats. Called
by export_labels for each part.

in   {"task_id", "export_id", "formats": [webvtt | textgrid | csv | rttm], "started_at", "part": counted from 1}
out  {"labeled"}; the files of the part in the derived bucket, which join_labels puts together

The same part again writes the same files. A line without a label is missing, and named by its number.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.errors import NotFoundError
from docent.settings import read_settings
from export_labels.parts import write_part
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


def export_labels(event: dict[str, Any]) -> dict[str, Any]:
    table, task_id = settings().labeling_table, event["task_id"]
    row = read_task(table, task_id)
    if row is None:
        raise NotFoundError("The labeling task was deleted.")
    labeled = write_part(settings().derived_bucket, table, row, event["export_id"], event["part"], event["formats"])
    logger.info("labels exported", task_id=task_id, part=event["part"], labeled=labeled)
    return {"labeled": labeled}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return export_labels(event)
