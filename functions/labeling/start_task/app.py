"""Check a task's manifest and prepare its clips: POST /label-tasks/{task_id}/start of openapi.yaml.

in   a request of API Gateway
out  202 with a `LabelTaskState`; a problem: NotFoundError, LabelTaskBusyError, TooManyRequestsError

The workflow gets the version of the manifest that is there now. Its name is made from that version, so that two
requests start one execution.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.errors.labeling import LabelTaskBusyError
from docent.settings import read_settings
from docent.throttling import count_request
from labeling.task_rows import STARTABLE, find_task
from start_task.manifest_versions import newest_version
from start_task.preparations import start

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    labeling_table: str
    callers_table: str
    requests_per_minute: int
    prepare_task_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def start_task(request: Request) -> Reply:
    count_request(settings().callers_table, request.caller, "label", settings().requests_per_minute, time.time())
    row = find_task(settings().labeling_table, request.path["task_id"], request.caller, "owner")
    if row.status not in STARTABLE:
        raise LabelTaskBusyError(f"The labeling task {row.name} was started.")
    start(settings().labeling_table, settings().prepare_task_arn, row, newest_version(row), time.time())
    logger.info("labeling task started", task_id=row.task_id)
    return Reply({"task_id": row.task_id, "status": "CHECKING"}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, start_task, settings().allowed_origins, logger)
