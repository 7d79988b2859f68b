"""Mask personal data in the texts of a JSON record. Called by ingest_document for every caption.

in   {"source": {bucket, key}, "target": {bucket, key}, "fields": ["text", "description"]}
out  {"outcome": "clean" | "masked" | "blocked"}
     and the record at `target`, with `outcome`, its fields masked, or without them when blocked
"""

import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.documents import ObjectPointer
from docent.errors import MALFORMED
from docent.errors.ingest import MaskingRefusedError
from docent.guardrail_masking import apply_guardrail, mask_fields
from docent.objects import read_json, write_json
from docent.settings import read_settings
from docent.usage import INTERVENTIONS, count_event

logger = Logger()
tracer = Tracer()
metrics = Metrics()

# What the guardrail writes in place of what it masked: `{NAME}`, `{EMAIL}`, or the name of a regex.
PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_ ]{1,60})\}")


@dataclass(frozen=True, slots=True)
class Settings:
    guardrail_id: str
    guardrail_version: str
    max_text_units: int
    usage_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def masked(record: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    def apply(text: str) -> Mapping[str, Any]:
        return apply_guardrail(settings().guardrail_id, settings().guardrail_version, [text])

    try:
        return mask_fields(record, fields, apply, settings().max_text_units)
    except MALFORMED as error:
        raise MaskingRefusedError("The guardrail's reply cannot be understood.") from error


def count(result: dict[str, Any], fields: list[str]) -> None:
    """How often the guardrail intervened, by type."""
    texts = "\n".join(result.get(field, "") for field in fields)
    found = {"masked": Counter(PLACEHOLDER.findall(texts)), "blocked": Counter(["BLOCKED"])}
    for kind, times in found.get(result["outcome"], Counter()).items():
        count_event(settings().usage_table, INTERVENTIONS, "ingest", kind, time.time(), times)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    record = read_json(ObjectPointer.from_json(event["source"]))
    result = masked(record, event["fields"])
    write_json(ObjectPointer.from_json(event["target"]), result)
    logger.info("text masked", key=event["target"]["key"], outcome=result["outcome"])
    count(result, event["fields"])
    metrics.add_metric(f"Texts{result['outcome'].capitalize()}", MetricUnit.Count, 1)
    return {"outcome": result["outcome"]}
