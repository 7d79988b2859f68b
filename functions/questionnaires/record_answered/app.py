"""Count the answers of a questionnaire, and record that its run has ended. Called by answer_questionnaire.

in   {"questionnaire_id", "execution_arn", "filled": pointer to the filled-in file, "filled_at"}
out  {"status": ANSWERED, or STOPPED where questions are left, "counts": {...}}; {"status": "SUPERSEDED"} where another
     run or a newer upload has the questionnaire
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.questionnaire_rows import read_items, update_row
from docent.settings import read_settings
from record_answered.answer_counts import count

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def record_answered(event: dict[str, Any]) -> dict[str, Any]:
    table, own_id = settings().questionnaires_table, event["questionnaire_id"]
    counts = count(read_items(table, own_id, "#status, confidence, needs_review"))
    status = "STOPPED" if counts["pending"] else "ANSWERED"
    recorded = update_row(
        table,
        own_id,
        "SET #status = :status, counts = :counts, filled = :filled, filled_at = :filled_at, updated_at = :now"
        " REMOVE #error",
        "execution_arn = :execution AND #status IN (:answering, :status)",
        {
            "status": status,
            "answering": "ANSWERING",
            "counts": json.dumps(counts),
            "filled": json.dumps(event["filled"]),
            "filled_at": event["filled_at"],
            "execution": event["execution_arn"],
            "now": now_text(),
        },
        "a questionnaire was recorded",
    )
    logger.info("questionnaire answered", questionnaire_id=own_id, recorded=recorded, count=counts["total"])
    return {"status": status if recorded else "SUPERSEDED", "counts": counts}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return record_answered(event)
