"""Stop answering; what is answered stays: POST /questionnaires/{questionnaire_id}/stop of openapi.yaml.

in   a request of API Gateway
out  202 with a `QuestionnaireStatus`; a problem: NotFoundError, NotTheirsError

The row comes first: record_failure then leaves the status as it is, and the run cannot claim the questionnaire again.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.clock import now_text
from docent.questionnaire_rows import find_owned
from docent.settings import read_settings
from stop_questionnaire.stopped_runs import mark_stopped, stop_execution

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def stop_questionnaire(request: Request) -> Reply:
    table = settings().questionnaires_table
    row = find_owned(table, request.path["questionnaire_id"], request.caller)
    status = row.status
    if status == "ANSWERING" and mark_stopped(table, row, now_text()):
        stop_execution(row.values["execution_arn"])
        status = "STOPPED"
    logger.info("questionnaire stopped", questionnaire_id=row.questionnaire_id, status=status)
    return Reply({"questionnaire_id": row.questionnaire_id, "status": status}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, stop_questionnaire, settings().allowed_origins, logger)
