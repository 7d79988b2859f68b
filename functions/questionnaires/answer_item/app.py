"""Answer one question of a questionnaire. Called by answer_questionnaire for each question of a file, and by
answer_questions for each question of a request.

in   {"questionnaire_id", "question": {...}}, whose answer goes to the item's row
out  {"number", "status"}
in   {"question": "…" or {...}, "description"?, "use_documents"?, "caller": {...}, "job_id"?: where the answer is kept
     for the job that the request may become}
out  {"question", "response": {completion, citations, confidence, needs_review, reason}}

A PermanentError is the answer's reason, so that one question never loses the others; a TransientError is retried.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from answer_item.item_answering import AskedItem, ItemAnswer, answer_to
from answer_item.item_rows import (
    caller_of,
    keep_answer,
    kept_answer,
    read_questionnaire,
    read_status,
    write_answer,
)
from answer_item.sensitive_topics import words_of_setting
from answering.answer_course import Course
from answering.answering_settings import AnsweringSettings
from answering.approved_answers import find_approved
from docent.callers import Caller
from docent.deadlines import Deadline
from docent.errors import DocentError, PermanentError, ThrottledError, TooManyRequestsError
from docent.grants import with_products
from docent.questionnaires import Answer, Question
from docent.settings import read_settings
from docent.usage import Use, count_tokens

logger = Logger()
tracer = Tracer()
metrics = Metrics()

# To write the answer before Lambda ends the function.
KEPT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Settings(AnsweringSettings):
    questionnaires_table: str
    library_table: str
    sensitive_words: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def answered(asked: AskedItem, context: LambdaContext) -> ItemAnswer:
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT_SECONDS)
    try:
        found = answer_to(asked, deadline, find_approved)
    except TooManyRequestsError as error:  # the index has no capacity now
        raise ThrottledError(error.happened) from error
    except PermanentError as error:
        logger.warning("question failed", number=asked.question.number, error=type(error).__name__)
        found = ItemAnswer(Answer("failed", reasons=(str(error),)), Course(asked.question.text))
    record(found)
    count(found, asked.caller)
    return found


def record(found: ItemAnswer) -> None:
    answer, course = found.answer, found.course
    for warning in course.warnings:
        logger.warning(warning)
    logger.info(
        "question answered",
        status=answer.status,
        confidence=answer.confidence,
        needs_review=answer.needs_review,
        passages=course.passages,
        withheld=course.withheld,
        citations=len(answer.citations),
    )
    metrics.add_metric(f"Items{answer.status.title().replace('_', '')}", MetricUnit.Count, 1)
    metrics.add_metric("SentencesWithheld", MetricUnit.Count, course.withheld)
    metrics.add_metric("InputTokens", MetricUnit.Count, answer.input_tokens)
    metrics.add_metric("OutputTokens", MetricUnit.Count, answer.output_tokens)


def count(found: ItemAnswer, caller: Caller) -> None:
    """The answer is there, and is kept even if it cannot be counted."""
    use, answer = Use("questionnaires", caller.subject, caller.user), found.answer
    try:
        count_tokens(use, settings().model_id, answer.input_tokens, answer.output_tokens, time.time())
    except DocentError as error:
        logger.warning("usage not counted", error=type(error).__name__)


def answer_row(event: dict[str, Any], now: float, context: LambdaContext) -> dict[str, Any]:
    """For an item of a file: a second delivery changes nothing, and asks no model."""
    table, questionnaire_id = settings().questionnaires_table, event["questionnaire_id"]
    question = Question.from_json(event["question"])
    row = read_questionnaire(table, questionnaire_id)
    if status := read_status(table, questionnaire_id, question, row.generation):
        return {"number": question.number, "status": status}
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if kept := kept_answer(table, row, question):
        answer, note = kept
        write_answer(table, questionnaire_id, question, row.generation, answer, note, at)
        return {"number": question.number, "status": answer.status}
    words = words_of_setting(settings().sensitive_words)
    description, use_documents = row.values.get("description", ""), bool(row.values.get("use_documents"))
    overwrites = bool(row.values.get("overwrite"))
    caller = with_products(row.owner, settings().grants_table, now)
    asked = AskedItem(question, caller, description, use_documents, now, words, overwrites)
    found = answered(asked, context)
    write_answer(table, questionnaire_id, question, row.generation, found.answer, found.note, at)
    return {"number": question.number, "status": found.answer.status}


def answer_request(event: dict[str, Any], now: float, context: LambdaContext) -> dict[str, Any]:
    """For a question of a request."""
    given = event["question"]
    question = Question(1, given, {}) if isinstance(given, str) else Question.from_json(given)
    words = words_of_setting(settings().sensitive_words)
    description, use_documents = event.get("description") or "", bool(event.get("use_documents"))
    caller = with_products(caller_of(event["caller"]), settings().grants_table, now)
    asked = AskedItem(question, caller, description, use_documents, now, words)
    found = answered(asked, context)
    answer = found.answer
    if job_id := event.get("job_id"):
        keep_answer(settings().questionnaires_table, job_id, question, answer, found.note, now)
    response = {
        "completion": answer.completion,
        "citations": [citation.to_shown(settings().derived_bucket) for citation in answer.citations],
        "confidence": answer.confidence,
        "needs_review": answer.needs_review,
        "reason": " ".join(answer.reasons),
    }
    values = {"values": list(answer.values)} if answer.values else {}
    note = {"note": found.note} if found.note else {}
    return {"question": question.text, "response": response | values | note}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    answer = answer_row if "questionnaire_id" in event else answer_request
    return answer(event, time.time(), context)
