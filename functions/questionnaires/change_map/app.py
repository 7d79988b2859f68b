"""Correct where the questions are, and find them again: PUT /questionnaires/{questionnaire_id}/map of openapi.yaml.

in   a request of API Gateway, its body a map
out  202 with a `QuestionnaireStatus`; a problem: NotFoundError, NotTheirsError, QuestionnaireBusyError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.errors.questionnaires import QuestionnaireBusyError
from docent.questionnaire_rows import find_owned
from docent.questionnaire_runs import start_workflow
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    read_questionnaire_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def change_map(request: Request) -> Reply:
    row = find_owned(settings().questionnaires_table, request.path["questionnaire_id"], request.caller)
    if row.is_busy or row.status == "UPLOADING":
        raise QuestionnaireBusyError(f"{row.file_name} is being uploaded, read or answered.")
    given = {"document": row.document.to_json(), "map": request.body, "again": True}
    start_workflow(settings().read_questionnaire_arn, row.questionnaire_id, given)
    logger.info("map changed", questionnaire_id=row.questionnaire_id)
    return Reply({"questionnaire_id": row.questionnaire_id, "status": "FINDING"}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, change_map, settings().allowed_origins, logger)
