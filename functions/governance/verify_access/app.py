"""Compare requests with grants, with DataZone and with what questions find: POST /subscriptions/verify of openapi.yaml,
and once a day by a schedule.

in   a request of API Gateway, its body `{repair}`; or {} by the schedule
out  200 with `Differences`; a problem: ForbiddenByPolicyError
     {"questions"} to the schedule, which gets DifferingAccessError if something differs

Differences with DataZone are repaired step by step. What a question finds cannot be repaired here, only in the index.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from answering.retrieval import Retriever, retriever_of
from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.deadlines import Deadline
from docent.errors.governance import DifferingAccessError, ForbiddenByPolicyError
from docent.settings import read_settings
from governing.access_changes import TableSettings
from governing.access_policy import is_steward
from governing.datazone_requests import Requests
from governing.grant_checks import Difference, differences, repair
from verify_access import datazone_checks
from verify_access.question_checks import Questions

logger = Logger()
tracer = Tracer()

# Of the function's time: for a last question and the reply, and before that for questions.
KEPT_SECONDS, QUESTIONS_SECONDS = 7.0, 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(TableSettings):
    readers_table: str
    documents_table: str
    derived_bucket: str
    search_index: str
    index_id: str = ""
    vector_index_arn: str = ""
    audiences_table: str
    embedding_model_id: str
    embedding_dimensions: int
    rerank_model_arn: str = ""
    max_passages: int
    service_attempts: int
    approve_subscription_arn: str
    datazone_domain_id: str = ""
    datazone_project_id: str = ""
    governance_role_arn: str = ""
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@cache
def retriever() -> Retriever:
    return retriever_of(settings())


def compared(deadline: Deadline, now: float) -> tuple[list[Difference], int]:
    """What differs, and how many questions were asked."""
    known, found = settings(), differences(settings().tables, now)
    if known.datazone_domain_id:
        requests = Requests.of(known)
        found += datazone_checks.differences(requests, now, lambda: deadline.seconds > QUESTIONS_SECONDS)
    questions = Questions(known.tables, known.readers_table, known.documents_table, known.derived_bucket, retriever())
    of_questions, asked = questions.differences(now, lambda: deadline.seconds > 0)
    return found + of_questions, asked


def verify(request: Request[Caller], deadline: Deadline) -> Reply:
    if not is_steward(request.caller, settings().stewards_group):
        raise ForbiddenByPolicyError("Only stewards verify the grants.")
    now = time.time()
    found, asked = compared(deadline, now)
    if request.body["repair"]:
        for difference in found:
            if difference.problem == "datazone":
                Requests.of(settings()).agree(difference.datazone_request, now)
            elif difference.problem not in ("unfound", "found"):
                repair(settings().tables, difference, request.caller.user, now)
    logger.info("access verified", differences=len(found), questions=asked, repaired=request.body["repair"])
    told = [each.to_json() for each in found]
    return Reply({"differences": told, "repaired": request.body["repair"], "questions": asked})


def check(deadline: Deadline, now: float) -> dict[str, Any]:
    found, asked = compared(deadline, now)
    problems = sorted({each.problem for each in found})
    logger.info("access checked", differences=len(found), problems=problems, questions=asked)
    if found:
        raise DifferingAccessError(f"{len(found)} differences were found: {', '.join(problems)}.")
    return {"questions": asked}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT_SECONDS)
    if not event:
        return check(deadline, time.time())
    return serve(event, lambda request: verify(request, deadline), settings().allowed_origins, logger)
