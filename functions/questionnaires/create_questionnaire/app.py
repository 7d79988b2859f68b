"""Announce a questionnaire, and get an upload for exactly that file: POST /questionnaires of openapi.yaml.

in   a request of API Gateway, its body a `NewQuestionnaire`
out  201 with a `QuestionnaireUpload`; a problem: InvalidRequestError, TooManyRequestsError, QuestionnaireBusyError
"""

import time
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from create_questionnaire.announcements import announce
from docent.api import Reply, Request, serve
from docent.questionnaire_rows import questionnaire_key
from docent.settings import read_settings
from docent.throttling import count_request
from docent.upload_forms import plan_upload

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
    key_of = partial(questionnaire_key, request.caller)
    upload = plan_upload(request.body, settings().source_bucket, key_of, "application/octet-stream")
    announce(settings().questionnaires_table, request.caller, upload, request.body, now)
    logger.info("questionnaire announced", questionnaire_id=upload.own_id, size_bytes=upload.size_bytes)
    return Reply({"questionnaire_id": upload.own_id, "upload": upload.signed(now)}, 201)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, create_questionnaire, settings().allowed_origins, logger)
