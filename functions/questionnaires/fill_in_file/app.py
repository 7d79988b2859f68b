"""Write the answers into the file. A placeholder."""

import csv
import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import QuestionnaireKeys
from docent.documents import Document, ObjectPointer
from docent.objects import read_bytes, write_bytes
from docent.questionnaire_rows import file_name_of, read_items
from docent.settings import read_settings

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
    document = Document.from_json(event["document"])
    rows = list(csv.reader(io.StringIO(read_bytes(document.source).decode()))) if event["format"] == "csv" else []
    for item in read_items(settings().questionnaires_table, document.document_id, "question, answer"):
        place = json.loads(item["question"])["place"]
        if "row" in place and "answer" in item:
            rows[place["row"]][place["column"]] = json.loads(item["answer"])["completion"]
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    keys = QuestionnaireKeys(document.document_id, document.generation)
    pointer = ObjectPointer(settings().derived_bucket, keys.filled(file_name_of(document.source.key)))
    write_bytes(pointer, written.getvalue().encode(), "text/csv")
    return {"filled": pointer.to_json()}
