"""Delete a task with its answers and its playable copies: DELETE /label-tasks/{task_id} of openapi.yaml.

in   a request of API Gateway
out  204; a problem: NotFoundError, LabelTaskBusyError

Its row goes last, so that a deletion that was cut off can be repeated. The media stay where they are.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from delete_task.task_rows import delete_rows
from docent.api import Reply, Request, serve
from docent.derived_keys import LabelKeys
from docent.errors.labeling import LabelTaskBusyError
from docent.objects import delete_object, delete_prefix
from docent.settings import read_settings
from labeling.exports import find_export, is_exporting
from labeling.task_rows import find_task, unlist

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def delete_task(request: Request) -> Reply:
    table = settings().labeling_table
    row = find_task(table, request.path["task_id"], request.caller, "owner")
    if row.is_busy or is_exporting(find_export(table, row.task_id)):
        raise LabelTaskBusyError(f"The labeling task {row.name} is at work.")
    delete_object(row.values["source"]["bucket"], row.values["source"]["key"])
    delete_prefix(settings().derived_bucket, LabelKeys(row.task_id).prefix)
    unlist(table, row)
    delete_rows(table, row.task_id)
    logger.info("labeling task deleted", task_id=row.task_id)
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, delete_task, settings().allowed_origins, logger)
