"""Check the manifest of a labeling task. Called by prepare_task, again and again until all lines are checked.

in   {"task_id", "manifest": {bucket, key, version_id?}, "checked"?: what it returned before}
out  {"lines", "clips": {bucket, key}, "offset", "done", "problems": the first ones, "problem_count"}

First every line is read and what is right is written as clips.jsonl, then each clip's object is looked for; texts are
in the manifest itself. A call ends
before its time is over and the next one goes on at `offset`, so that a million lines are no matter. Raises nothing for
lines that are wrong: the workflow records them.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from check_manifest.found_objects import check_objects
from check_manifest.read_lines import read_lines_of
from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.errors import NotFoundError
from docent.settings import read_settings
from labeling.task_rows import read_task
from labeling.task_schemas import is_of_texts

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    derived_bucket: str
    labeling_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


# What is left for the last objects, and for the reply.
MARGIN = 60_000


def check_manifest(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task_id, checked = event["task_id"], event.get("checked")
    row = read_task(settings().labeling_table, task_id)
    if row is None:
        raise NotFoundError("The labeling task was deleted.")
    clips = ObjectPointer(settings().derived_bucket, LabelKeys(task_id).clips)
    if not checked:
        manifest = ObjectPointer.from_json(event["manifest"])
        checked = read_lines_of(manifest, row, settings().source_bucket, clips)
    if is_of_texts(row.schema):
        checked = {**checked, "done": True}
    else:
        checked = check_objects(clips, checked, lambda: context.get_remaining_time_in_millis() < MARGIN)
    logger.info("manifest checked", task_id=task_id, lines=checked["lines"], problems=checked["problem_count"])
    return checked


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return check_manifest(event, context)
