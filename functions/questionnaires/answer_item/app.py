"""Answer one question. A placeholder."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from answering.service_waits import WAITS
from docent.clients import bedrock_runtime, dynamodb
from docent.questionnaires import Question, item_key
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    questionnaires_table: str
    library_table: str
    documents_table: str
    index_id: str
    model_id: str
    temperature: str
    max_passages: int
    guardrail_id: str
    guardrail_version: str
    search_languages: str
    searches_per_question: int
    sensitive_words: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    question = Question.from_json(event["question"])
    logger.info("question answered", waited=WAITS.seconds)
    said = bedrock_runtime().converse(
        modelId=settings().model_id, messages=[{"role": "user", "content": [{"text": question.text}]}]
    )
    block: Any = said["output"].get("message", {"content": [{"text": ""}]})["content"][0]
    completion = block["text"]
    if "caller" in event:
        response = {"completion": completion, "citations": [], "confidence": "low", "needs_review": True}
        return {"question": question.text, "response": response | {"reason": "A placeholder wrote it."}}
    answer = {"status": "answered", "completion": completion, "confidence": "low", "reasons": ["A placeholder."]}
    dynamodb().update_item(
        TableName=settings().questionnaires_table,
        Key={"questionnaire_id": {"S": event["questionnaire_id"]}, "item": {"S": item_key(question.number)}},
        UpdateExpression="SET answer = :a, #s = :s, confidence = :c, needs_review = :n REMOVE #e",
        ExpressionAttributeNames={"#s": "status", "#e": "error"},
        ExpressionAttributeValues={
            ":a": {"S": json.dumps(answer)},
            ":s": {"S": "answered"},
            ":c": {"S": "low"},
            ":n": {"BOOL": True},
        },
    )
    return {"number": question.number, "status": "answered"}
