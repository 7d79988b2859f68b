"""Give each question that is asked more than once the answer to the first. Called by answer_questionnaire.

in   {"questionnaire_id"}
out  {"shared": how many answers were copied}
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.questionnaire_rows import read_items
from docent.settings import read_settings
from share_answers.same_questions import copies, copy_answer

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def share_answers(event: dict[str, Any]) -> dict[str, Any]:
    table, own_id, now = settings().questionnaires_table, event["questionnaire_id"], now_text()
    items = read_items(table, own_id, "#item, digest, #status, review")
    found = copies(items)
    for copied, original in found:
        copy_answer(table, own_id, copied, original, now)
    logger.info("answers shared", questionnaire_id=own_id, count=len(found))
    return {"shared": len(found)}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return share_answers(event)
