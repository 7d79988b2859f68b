"""Compare the answers of a questionnaire with each other. Called by answer_questionnaire once all are there.

in   {"questionnaire_id", "document"}
out  {"items", "repeated", "contradicting"}: how many there are, got the answer of another one, and contradict one

Questions that ask the same get the same answer; answers that contradict each other need a review. No model is asked.
What a person edited or approved keeps its answer, and is only marked.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from check_consistency.consistency import changes_of
from check_consistency.questionnaire_items import read_items, write_item
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    table, questionnaire_id = settings().questionnaires_table, event["questionnaire_id"]
    items = list(read_items(table, questionnaire_id))
    changes = changes_of(items)
    at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for change in changes:
        write_item(table, questionnaire_id, change.item, change.answer, change.note, at)
    out = {
        "items": len(items),
        "repeated": sum(change.is_repeated for change in changes),
        "contradicting": sum(change.is_contradicted for change in changes),
    }
    logger.info("answers compared", questionnaire_id=questionnaire_id, counts=out)
    metrics.add_metric("ItemsContradicting", MetricUnit.Count, out["contradicting"])
    return out
