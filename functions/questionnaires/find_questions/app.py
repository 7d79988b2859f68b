"""Find the questions of a file. A placeholder."""

import csv
import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.batches import write_all
from docent.derived_keys import QuestionnaireKeys
from docent.documents import Document, ObjectPointer
from docent.objects import read_bytes, write_bytes
from docent.questionnaire_rows import read_items
from docent.questionnaires import Question, item_key
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
    text, form = read_bytes(document.source).decode(), document.source.key.rsplit(".", 1)[-1]
    if form == "json":
        texts = json.loads(text)["questions"]
        found = [Question(n, each, {"pointer": f"/{n - 1}"}) for n, each in enumerate(texts, 1)]
    else:
        rows = list(csv.reader(io.StringIO(text)))[1:]
        found = [Question(n, row[0], {"row": n, "column": 1}) for n, row in enumerate(rows, 1)]
    keys = QuestionnaireKeys(document.document_id, document.generation)
    pointer = ObjectPointer(settings().derived_bucket, keys.questions)
    write_bytes(pointer, b"".join(json.dumps(q.to_json()).encode() + b"\n" for q in found), "application/jsonl")
    items = read_items(settings().questionnaires_table, document.document_id, "#item, digest")
    had = {each["item"]: each["digest"] for each in items}
    puts: list[Any] = []
    for q in found:
        if had.get(item_key(q.number)) != q.digest:
            item = {"question": {"S": json.dumps(q.to_json())}, "digest": {"S": q.digest}, "status": {"S": "pending"}}
            puts.append({"PutRequest": {"Item": own_key(document, q) | item}})
    write_all(settings().questionnaires_table, puts, "questions were written")
    columns = {"question": "A", "answer": "B"}
    skipped = [{"row": 1, "why": "It is the header."}]
    sheet = {"sheet": "", "header_row": 1, "columns": columns, "rows": [2, len(found) + 1], "skipped": skipped}
    found_map = event.get("map") or {"format": form, "sheets": [sheet]}
    return {"questions": pointer.to_json(), "count": len(found), "map": found_map, "format": form}


def own_key(document: Document, question: Question) -> dict[str, Any]:
    return {"questionnaire_id": {"S": document.document_id}, "item": {"S": item_key(question.number)}}
