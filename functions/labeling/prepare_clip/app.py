"""Prepare one clip: a copy that plays exactly, its peaks, and suggestions; a text is only kept. Called by prepare_task.

in   {"task_id", "manifest": {bucket, key, version_id?}, "clip": a line of clips.jsonl}, and `failed` {error, cause} if
     the call before died
out  {"status": "OPEN" or "FAILED"}; the item is in the table then, and its files in the derived bucket

A file that cannot be decoded fails its own item and stops no other. A clip that is prepared stays as it is. Times are
those that a player shows of the original: the copy begins where the original does, and how far both are apart is
measured.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.documents import ObjectPointer
from docent.errors import NotFoundError
from docent.errors.labeling import UnreadableClipError
from docent.settings import read_settings
from labeling.items import Item, find_label_item, put_label_item
from labeling.task_rows import TaskRow, read_task
from labeling.task_schemas import is_of_texts
from prepare_clip.prepared_clips import prepare, prepare_text, read_line

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


# What is left to write the files when converting is given up.
MARGIN = 60_000


def prepare_clip(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    row = read_task(settings().labeling_table, event["task_id"])
    if row is None:
        raise NotFoundError("The labeling task was deleted.")
    clip = event["clip"]
    number = clip["number"]
    before = find_label_item(settings().labeling_table, row.task_id, number)
    if before and before.status != "FAILED":
        return {"status": before.status}
    line = read_line(ObjectPointer.from_json(event["manifest"]), clip["offset"], clip["size"])
    if is_of_texts(row.schema):
        return _put(row, number, *prepare_text(settings().derived_bucket, row, number, line))
    source = ObjectPointer.from_json(clip["source"])
    values = {"source": source.to_json(), "line": line}
    if "failed" in event:
        return _put(row, number, "FAILED", {**values, "failure": "The clip needs more memory or time than there is."})
    try:
        media = prepare(
            settings().derived_bucket,
            row,
            number,
            source,
            line,
            lambda: (context.get_remaining_time_in_millis() - MARGIN) / 1000,
        )
    except UnreadableClipError as error:
        return _put(row, number, "FAILED", {**values, "failure": error.happened})
    return _put(row, number, "OPEN", {**values, "media": media})


def _put(row: TaskRow, number: int, status: str, values: dict[str, Any]) -> dict[str, Any]:
    item = Item(row.task_id, number, status, row.options["answers"], {}, 0)
    put_label_item(settings().labeling_table, item, values)
    logger.info("clip prepared", task_id=row.task_id, number=number, status=status)
    return {"status": status}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return prepare_clip(event, context)
