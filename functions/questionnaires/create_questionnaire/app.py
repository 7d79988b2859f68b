"""Announce a questionnaire, and get an upload for exactly that file: POST /questionnaires of openapi.yaml.

in   a request of API Gateway, its body a `NewQuestionnaire`
out  201 with a `QuestionnaireUpload`; a problem: InvalidRequestError, TooManyRequestsError, QuestionnaireBusyError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from create_questionnaire.announcements import LIFETIME, announce, plan_upload
from docent.api import Reply, Request, serve
from docent.clients import s3
from docent.clock import now_text
from docent.settings import read_settings
from docent.throttling import count_request

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    questionnaires_table: str
    callers_table: str
    requests_per_minute: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def create_questionnaire(request: Request) -> Reply:
    now = time.time()
    count_request(settings().callers_table, request.caller, "questionnaire", settings().requests_per_minute, now)
    upload = plan_upload(request.caller, request.body, settings().source_bucket)
    announce(settings().questionnaires_table, request.caller, upload, request.body, now)
    # Signed here, with the function's own permissions; S3 is not called.
    form = s3().generate_presigned_post(
        upload.bucket, upload.key, Fields=dict(upload.fields), Conditions=upload.conditions, ExpiresIn=LIFETIME
    )
    logger.info("questionnaire announced", questionnaire_id=upload.questionnaire_id, size_bytes=upload.size_bytes)
    told = {"url": form["url"], "fields": form["fields"], "expires_at": now_text(now + LIFETIME)}
    return Reply({"questionnaire_id": upload.questionnaire_id, "upload": told}, 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_questionnaire, settings().allowed_origins, logger)
