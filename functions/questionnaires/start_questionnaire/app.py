"""Answer what is missing or has changed: POST /questionnaires/{questionnaire_id}/start of openapi.yaml.

in   a request of API Gateway
out  202 with a `QuestionnaireStatus`; a problem: NotFoundError, NotTheirsError, QuestionnaireBusyError,
     TooManyRequestsError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.clock import now_text
from docent.errors.questionnaires import QuestionnaireBusyError
from docent.questionnaire_rows import QuestionnaireRow, find_owned, owner_json, update_row
from docent.questionnaire_runs import start_run
from docent.settings import read_settings
from docent.throttling import count_request

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    callers_table: str
    requests_per_minute: int
    answer_questionnaire_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def start_questionnaire(request: Request) -> Reply:
    table, now = settings().questionnaires_table, time.time()
    count_request(settings().callers_table, request.caller, "questionnaire", settings().requests_per_minute, now)
    row = find_owned(table, request.path["questionnaire_id"], request.caller)
    if row.status == "ANSWERING":
        run = row.values["execution_arn"]
    elif "question_count" in row.values and not row.is_busy:
        refresh_owner(table, row, request.caller)
        run = start_run(table, settings().answer_questionnaire_arn, row, now_text(now))
    else:
        raise QuestionnaireBusyError(f"The questions of {row.file_name} have not been found yet.")
    logger.info("questionnaire started", questionnaire_id=row.questionnaire_id)
    told = {"questionnaire_id": row.questionnaire_id, "status": "ANSWERING", "run": run.rpartition(":")[2]}
    return Reply(told, 202)


def refresh_owner(table: str, row: QuestionnaireRow, caller: Caller) -> None:
    """The run searches as its owner, with the groups that they have now. A file of a group stays the group's."""
    if row.owner.subject == caller.subject and owner_json(row.owner) != owner_json(caller):
        change, values = "SET #owner = :owner", {"owner": owner_json(caller), "generation": row.generation}
        update_row(table, row.questionnaire_id, change, "generation = :generation", values, "an owner was kept")


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, start_questionnaire, settings().allowed_origins, logger)
