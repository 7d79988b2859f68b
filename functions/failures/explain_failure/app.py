"""Explain why an execution failed, so that a person can act on it. Called by the record_failure state machine.

in   the `detail` of Step Functions' Execution Status Change: `{executionArn, status, error, cause, input, ...}`
out  `{"subject": {"kind", "id"}, "error": {"name", "message"}}`
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.errors import PermanentError
from docent.execution_subjects import Subject
from docent.failed_children import first_failed_child
from docent.failure_reasons import Failure, error_of
from docent.settings import read_settings
from docent.usage import FAILURES, count_event

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    usage_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def first_child(execution_arn: str) -> Failure | None:
    """Why the first child failed. If that cannot be found out, the failure is recorded without it."""
    try:
        return first_failed_child(execution_arn)
    except PermanentError as error:
        logger.warning("children not looked up", error=type(error).__name__, reason=error.happened)
        return None


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    subject = Subject.of_input(event["input"])
    failure = Failure.of_execution(event)
    child = first_child(event["executionArn"]) if failure.is_of_children else None
    error = subject.in_its_words(error_of(failure, child, subject.name))
    logger.info("failure explained", kind=subject.kind, id=subject.id, error=error["name"], reason=failure.code)
    count_event(settings().usage_table, FAILURES, subject.kind, error["name"], time.time())
    return {"subject": {"kind": subject.kind, "id": subject.id}, "error": error}
