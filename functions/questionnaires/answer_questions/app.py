"""Answer questions in one call, or as a job where that takes too long: POST /questionnaires/answers of openapi.yaml.

in   a request of API Gateway, its body `Questions`
out  200 with `Answers`, in the order of the questions; 202 with a `QuestionnaireStatus` and its `Location`; a problem:
     InvalidRequestError, TooManyRequestsError
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from answer_questions.answers_as_job import job_id_of, start_job
from answer_questions.answers_at_once import answer_at_once
from answer_questions.asked_list import AskedList
from docent.api import Reply, Request, serve
from docent.settings import read_settings
from docent.throttling import count_request

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str
    callers_table: str
    requests_per_minute: int
    seconds_per_answer: float
    answer_questions_arn: str
    read_questionnaire_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


# Kept for starting a job when the time is up.
KEPT_SECONDS = 3


def answer_questions(remaining: Callable[[], float], request: Request) -> Reply:
    now = time.time()
    count_request(settings().callers_table, request.caller, "questionnaire", settings().requests_per_minute, now)
    asked = AskedList.of(request.body)
    seconds = remaining() - KEPT_SECONDS
    own_id = job_id_of(request.caller, request.request_id)
    if asked.expected_seconds(settings().seconds_per_answer) <= seconds:
        responses = answer_at_once(settings().answer_questions_arn, asked, request.caller, own_id, seconds)
        if responses is not None:
            logger.info("questions answered", count=len(asked.questions), request_id=request.request_id)
            return Reply({"output": asked.in_order(responses)})
    start_job(
        settings().questionnaires_table,
        settings().derived_bucket,
        settings().read_questionnaire_arn,
        request.caller,
        asked,
        own_id,
        now,
    )
    logger.info("questions became a job", count=len(asked.questions), questionnaire_id=own_id)
    location = {"Location": "/".join((request.base_url, "questionnaires", own_id))}
    return Reply({"questionnaire_id": own_id, "status": "FINDING"}, 202, location)


def remaining_seconds(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    remaining = partial(remaining_seconds, context)
    return serve(event, partial(answer_questions, remaining), settings().allowed_origins, logger)
