"""One questionnaire, its map, its counts and how far it is: GET /questionnaires/{questionnaire_id} of openapi.yaml.

in   a request of API Gateway
out  200 with `QuestionnaireDetails`; a problem: NotFoundError
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.questionnaire_rows import find_seen
from docent.settings import read_settings
from show_questionnaire.run_progress import progress_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_questionnaire(request: Request) -> Reply:
    row = find_seen(settings().questionnaires_table, request.path["questionnaire_id"], request.caller)
    values = row.values
    shown = row.to_json(request.caller) | {
        "use_documents": bool(values.get("use_documents")),
        "overwrite": bool(values.get("overwrite")),
    }
    shown |= {name: json.loads(values[name]) for name in ("map",) if name in values}
    shown |= {name: values[name] for name in ("format", "error") if name in values}
    if row.status == "ANSWERING":
        shown["run"] = values["execution_arn"].rpartition(":")[2]
        shown |= progress_of(values["execution_arn"])
    logger.info("questionnaire shown", questionnaire_id=row.questionnaire_id, status=row.status)
    return Reply(shown)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_questionnaire, settings().allowed_origins, logger)
