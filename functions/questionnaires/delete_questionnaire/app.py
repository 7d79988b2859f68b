"""Delete a questionnaire with its answers and files: DELETE /questionnaires/{questionnaire_id} of openapi.yaml.

in   a request of API Gateway
out  204; a problem: NotFoundError, NotTheirsError, QuestionnaireBusyError

Its row goes last, so that a deletion that was cut off can be repeated. Approved answers stay in the library.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from delete_questionnaire.removed_questionnaires import delete_source, forget_items, leave_tombstone
from docent.api import Reply, Request, serve
from docent.derived_keys import questionnaire_prefix
from docent.errors.questionnaires import QuestionnaireBusyError
from docent.objects import delete_prefix
from docent.questionnaire_rows import find_owned
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    source_bucket: str
    derived_bucket: str
    questionnaires_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def delete_questionnaire(request: Request) -> Reply:
    table = settings().questionnaires_table
    row = find_owned(table, request.path["questionnaire_id"], request.caller)
    if row.is_busy:
        raise QuestionnaireBusyError(f"{row.file_name} is being read or answered.")
    delete_source(settings().source_bucket, row)
    delete_prefix(settings().derived_bucket, questionnaire_prefix(row.questionnaire_id))
    forget_items(table, row)
    leave_tombstone(table, row, time.time())
    logger.info("questionnaire deleted", questionnaire_id=row.questionnaire_id)
    return Reply(status=204)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, delete_questionnaire, settings().allowed_origins, logger)
