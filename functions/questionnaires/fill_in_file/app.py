"""Write a questionnaire's file with the answers filled in. Called by answer_questionnaire.

in   {"document", "questions": pointer to questions.jsonl, "format", "file_name", "overwrite"?: else as the row says}
out  {"filled": pointer to the file, with `withheld`: which answers it lacks for that, as a digest,
     "counts": {"questions", "written", "not_written"}}
     `not_written` are answers that the file has no room for, such as a value that a cell's list does not allow
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import QuestionnaireKeys
from docent.documents import Document, ObjectPointer
from docent.objects import read_bytes, write_bytes
from docent.questionnaire_rows import read_row
from docent.settings import read_settings
from docent.withheld_answers import OwnersReading, withheld_digest
from fill_in_file.entries import counts, entries_of
from fill_in_file.file_formats import CONTENT_TYPES, fill
from fill_in_file.questionnaire_items import overwrites, read_items, without_withheld

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str
    documents_table: str
    grants_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    document, table = Document.from_json(event["document"]), settings().questionnaires_table
    questions = read_bytes(ObjectPointer.from_json(event["questions"]))
    items, row = read_items(table, document.document_id, questions), read_row(table, document.document_id)
    if row:
        answers = [item.answer for item in items]
        owner = OwnersReading.of(row, answers, settings().documents_table, settings().grants_table, time.time())
        items = without_withheld(items, owner)
    overwrite = event["overwrite"] if "overwrite" in event else overwrites(row)
    entries = entries_of(items, overwrite)

    filled = fill(event["format"], read_bytes(document.source), entries)
    name = event.get("file_name") or document.source.key.rsplit("/", 1)[-1]
    keys = QuestionnaireKeys(document.document_id, document.generation)
    pointer = ObjectPointer(settings().derived_bucket, keys.filled(name))
    write_bytes(pointer, filled, CONTENT_TYPES[event["format"]])
    counted = counts(entries)
    logger.info("file filled in", questionnaire_id=document.document_id, counts=counted)
    withheld = withheld_digest(item.question.number for item in items if item.is_withheld)
    lacks = {"withheld": withheld} if withheld else {}
    return {"filled": pointer.to_json() | lacks, "counts": counted}
