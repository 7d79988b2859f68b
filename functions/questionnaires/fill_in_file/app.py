"""Write a questionnaire's file with the answers filled in. Called by answer_questionnaire.

in   {"document", "questions": pointer to questions.jsonl, "format", "file_name", "overwrite"?: else as the row says}
out  {"filled": pointer to the file, "counts": {"questions", "written", "not_written"}}
     `not_written` are answers that the file has no room for, such as a value that a cell's list does not allow
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import QuestionnaireKeys
from docent.documents import Document, ObjectPointer
from docent.objects import read_bytes, write_bytes
from docent.settings import read_settings
from fill_in_file.entries import counts, entries_of
from fill_in_file.file_formats import CONTENT_TYPES, fill
from fill_in_file.questionnaire_items import overwrites, read_items

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    document, table = Document.from_json(event["document"]), settings().questionnaires_table
    questions = read_bytes(ObjectPointer.from_json(event["questions"]))
    items = read_items(table, document.document_id, questions)
    overwrite = event["overwrite"] if "overwrite" in event else overwrites(table, document.document_id)
    entries = entries_of(items, overwrite)

    filled = fill(event["format"], read_bytes(document.source), entries)
    name = event.get("file_name") or document.source.key.rsplit("/", 1)[-1]
    keys = QuestionnaireKeys(document.document_id, document.generation)
    pointer = ObjectPointer(settings().derived_bucket, keys.filled(name))
    write_bytes(pointer, filled, CONTENT_TYPES[event["format"]])
    counted = counts(entries)
    logger.info("file filled in", questionnaire_id=document.document_id, counts=counted)
    return {"filled": pointer.to_json(), "counts": counted}
