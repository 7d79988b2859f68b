"""Make a labeling task, and get an upload form for its manifest: POST /label-tasks of openapi.yaml.

in   a request of API Gateway, its body a `NewLabelTask`
out  201 with a `CreatedLabelTask`; a problem: InvalidRequestError, LabelTaskBusyError, TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from create_task.annotators import annotated
from create_task.announced_tasks import announce
from create_task.upload_forms import upload_form
from docent.api import Reply, Request, serve
from docent.documents import document_id_of
from docent.settings import read_settings
from docent.throttling import count_request
from labeling.task_rows import manifest_key
from labeling.task_schemas import schema_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    labeling_table: str
    callers_table: str
    labeling_group: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def create_task(request: Request) -> Reply:
    now, bucket = time.time(), settings().source_bucket
    count_request(settings().callers_table, request.caller, "label", settings().requests_per_minute, now)
    key = manifest_key(request.caller.subject, request.body["name"])
    task_id = document_id_of(bucket, key)
    schema = schema_of(request.body["schema"])
    options = annotated(request.body.get("options", {}), schema, settings().labeling_group)
    announce(
        settings().labeling_table,
        task_id,
        request.caller,
        {"bucket": bucket, "key": key},
        {
            "name": request.body["name"],
            "schema": schema,
            "options": options,
        },
        now,
    )
    logger.info("labeling task created", task_id=task_id)
    return Reply({"task_id": task_id, "source": f"s3://{bucket}/{key}", "upload": upload_form(bucket, key, now)}, 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_task, settings().allowed_origins, logger)
