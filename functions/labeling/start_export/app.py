"""Write the output manifest of a task and other formats: POST /label-tasks/{task_id}/export of openapi.yaml.

in   a request of API Gateway, its body a `NewLabelExport`
out  202 with a `LabelTaskState`; a problem: InvalidRequestError for a format that a task of texts cannot have,
     NotFoundError, LabelTaskBusyError, TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.settings import read_settings
from docent.throttling import count_request
from labeling.task_rows import find_task
from start_export.exports import check_formats, start

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    labeling_table: str
    callers_table: str
    requests_per_minute: int
    export_labels_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def start_export(request: Request) -> Reply:
    count_request(settings().callers_table, request.caller, "label", settings().requests_per_minute, time.time())
    row = find_task(settings().labeling_table, request.path["task_id"], request.caller, "owner", "reviewer")
    formats = request.body.get("formats", [])
    check_formats(row, formats)
    start(settings().labeling_table, settings().export_labels_arn, row, formats, time.time())
    logger.info("export started", task_id=row.task_id, formats=len(formats))
    return Reply({"task_id": row.task_id, "status": row.status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, start_export, settings().allowed_origins, logger)
