"""A link to the file with the answers: GET /questionnaires/{questionnaire_id}/file of openapi.yaml.

in   a request of API Gateway
out  200 with a `FilledFile`; 202 with a `QuestionnaireStatus` while it is being written, which begins now if somebody
     changed an answer since, or other answers are withheld than then; a problem: NotFoundError, NotAnsweredYetError
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.clock import now_text
from docent.errors.questionnaires import NotAnsweredYetError
from docent.questionnaire_rows import find_readable
from docent.questionnaire_runs import start_run
from docent.settings import read_settings
from show_filled_file.filled_files import LIFETIME, has_changed, link_to, withholds_others

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    documents_table: str
    grants_table: str
    answer_questionnaire_arn: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_filled_file(request: Request) -> Reply:
    table, now = settings().questionnaires_table, time.time()
    row = find_readable(table, request.path["questionnaire_id"], request.caller)
    told = {"questionnaire_id": row.questionnaire_id, "status": "ANSWERING"}
    if row.status == "ANSWERING":
        return Reply(told, 202)
    if row.status not in ("ANSWERED", "STOPPED", "FAILED") or "question_count" not in row.values:
        raise NotAnsweredYetError(f"{row.file_name} has not been answered.")
    documents, grants = settings().documents_table, settings().grants_table
    if row.status != "ANSWERED" or has_changed(table, row) or withholds_others(table, row, documents, grants, now):
        start_run(table, settings().answer_questionnaire_arn, row, now_text(now), fill_only=True)
        logger.info("file is filled again", questionnaire_id=row.questionnaire_id)
        return Reply(told, 202)
    logger.info("filled file shown", questionnaire_id=row.questionnaire_id)
    return Reply({"url": link_to(row), "file_name": row.file_name, "expires_at": now_text(now + LIFETIME)})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_filled_file, settings().allowed_origins, logger)
