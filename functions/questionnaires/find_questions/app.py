"""Find the questions of one questionnaire. Called by the read_questionnaire state machine.

in   {"document": {document_id, generation, source: {bucket, key, version_id?}}, "map"?: {...}}
out  {"questions": {bucket, key}, "count", "map", "format"}
     and in the derived bucket `<prefix>questions.jsonl`, in the questionnaires' table a row for each question
"""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import QuestionnaireKeys
from docent.documents import Document, ObjectPointer
from docent.errors.questionnaires import InvalidMapError, NoQuestionsError
from docent.objects import read_bytes, write_bytes
from docent.settings import read_settings
from find_questions.found import Found
from find_questions.item_rows import write_rows
from find_questions.reading import find_questions
from find_questions.remembered_maps import kept_of, map_of, remember, remembered

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def found_in(document: Document, data: bytes, given: Mapping[str, Any] | None) -> Found:
    """A map that a person gives is remembered, and decides about the next file of its owner with the same header."""
    table, own_id = settings().questionnaires_table, document.document_id
    found = find_questions(document.name, data, given)
    if given is not None:
        remember(table, own_id, kept_of(given, found.tables), time.time())
        return found
    for kept in remembered(table, own_id) if found.tables else ():
        if again := map_of(kept, found.tables):
            with suppress(InvalidMapError, NoQuestionsError):
                found = find_questions(document.name, data, again)
                found.map["remembered"] = True
            break
    return found


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    document = Document.from_json(event["document"])
    found = found_in(document, read_bytes(document.source), event.get("map"))
    lines = "".join(json.dumps(each.to_json(), ensure_ascii=False) + "\n" for each in found.questions)
    keys = QuestionnaireKeys(document.document_id, document.generation)
    pointer = ObjectPointer(settings().derived_bucket, keys.questions)
    write_bytes(pointer, lines.encode(), "application/jsonl")
    write_rows(settings().questionnaires_table, document.document_id, found.questions)
    logger.info("questions found", document_id=document.document_id, count=len(found.questions))
    return {
        "questions": pointer.to_json(),
        "count": len(found.questions),
        "map": found.map,
        "format": found.map["format"],
    }
