"""Claim one upload of a questionnaire, and say whose it is. Called by read_questionnaire.

in   {"document": {document_id, generation, source}, "execution_arn", "again"?: true to read the same one again}
out  {"claimed": false} for an upload that is not the newest or has been claimed before
     {"claimed": true, "at_once": whether it is answered without asking}; fails with NobodyReadsItError

A function goes on when somebody stops its execution: then the questionnaire has failed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from claim_questionnaire.upload_claims import claim, note_stopped, owner_of
from docent import executions
from docent.clock import now_text
from docent.documents import Document
from docent.errors.questionnaires import NobodyReadsItError
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    default_reader_group: str = ""


@cache
def settings() -> Settings:
    return read_settings(Settings)


def claim_questionnaire(event: dict[str, Any]) -> dict[str, Any]:
    table, document = settings().questionnaires_table, Document.from_json(event["document"])
    now, again = now_text(), event.get("again", False)
    announced = owner_of(table, document, settings().default_reader_group)
    if not claim(table, document, event["execution_arn"], announced, again, now):
        logger.info("questionnaire not claimed", document_id=document.document_id)
        return {"claimed": False}
    if executions.has_ended(event["execution_arn"]):
        note_stopped(table, document, event["execution_arn"], now_text())
        logger.info("questionnaire stopped while it was claimed", document_id=document.document_id)
        return {"claimed": False}
    if announced is None:
        raise NobodyReadsItError(f"Nobody may read {document.name}: it was put there without an owner.")
    logger.info("questionnaire claimed", document_id=document.document_id, generation=document.generation)
    return {"claimed": True, "at_once": not again and announced.options["answer"] == "at_once"}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return claim_questionnaire(event)
