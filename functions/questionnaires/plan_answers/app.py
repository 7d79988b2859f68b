"""Claim a questionnaire for one run, and write the questions that it has to answer. Called by answer_questionnaire.

in   {"questionnaire_id", "generation", "execution_arn", "fill_only"?: true where nothing is to be answered}
out  {"claimed": false} where another run, a newer upload or a deletion has it
     {"claimed": true, "count", "missing": pointer to missing.jsonl, "document", "questions": pointer, "format",
     "file_name"}; `count` 0 means that nothing is missing
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.derived_keys import QuestionnaireKeys
from docent.documents import ObjectPointer
from docent.objects import write_bytes
from docent.questionnaire_rows import read_items, read_row
from docent.questionnaire_runs import claim_run, was_stopped
from docent.settings import read_settings
from plan_answers.missing_answers import missing

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def plan_answers(event: dict[str, Any]) -> dict[str, Any]:
    table, own_id, generation = settings().questionnaires_table, event["questionnaire_id"], event["generation"]
    execution_arn, now = event["execution_arn"], now_text()
    claimed = claim_run(table, own_id, generation, execution_arn, now)
    claimed = claimed and not was_stopped(table, own_id, execution_arn, now)
    row = read_row(table, own_id) if claimed else None
    if row is None:
        logger.info("questionnaire not claimed", questionnaire_id=own_id)
        return {"claimed": False}
    items = () if event.get("fill_only") else read_items(table, own_id, "question, digest, #status, review")
    questions = missing(items)
    pointer = ObjectPointer(settings().derived_bucket, QuestionnaireKeys(own_id, generation).missing)
    write_bytes(pointer, b"".join(question.encode() + b"\n" for question in questions), "application/jsonl")
    logger.info("answers planned", questionnaire_id=own_id, count=len(questions))
    return {
        "claimed": True,
        "count": len(questions),
        "missing": pointer.to_json(),
        "document": row.document.to_json(),
        "questions": json.loads(row.values["questions"]),
        "format": row.values["format"],
        "file_name": row.file_name,
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return plan_answers(event)
