"""Submit a person's answer: POST /label-tasks/{task_id}/items/{number}/submit of openapi.yaml.

in   a request of API Gateway, its body a `LabelVersion`
out  200 with a `SubmittedLabel`; a problem: InvalidRequestError with what the task's schema does not allow,
     NotFoundError, LabelChangedError, AnswerSubmittedError, ClaimLostError

The last answer that an item needs decides what becomes of it: done, to a reviewer, or to one more person.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.clock import now_text
from docent.errors import InvalidRequestError
from docent.errors.labeling import AnswerSubmittedError, LabelChangedError
from docent.settings import read_settings
from labeling.answers import own_answer
from labeling.items import read_label_item
from labeling.labels import problems_of
from labeling.task_rows import find_task
from submit_answer.known_answers import measured
from submit_answer.submissions import submit

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    labeling_table: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def submit_answer(request: Request) -> Reply:
    table, bucket, now = settings().labeling_table, settings().derived_bucket, time.time()
    row = find_task(table, request.path["task_id"], request.caller, "annotator")
    answer = own_answer(table, row.task_id, int(request.path["number"]), request.caller.subject)
    if not answer.is_draft:
        if answer.version == request.body["version"]:  # sent again, because the reply was lost
            return Reply({"version": answer.version, "submitted_at": answer.values["submitted_at"]})
        raise AnswerSubmittedError(f"Your answer for item {answer.number} was submitted.")
    if answer.version != request.body["version"]:
        raise LabelChangedError(f"Version {answer.version} of your answer for item {answer.number} is saved.")
    label, item = answer.read_save(bucket)["label"], read_label_item(table, row.task_id, answer.number)
    if problems := problems_of(label, row.schema, item.duration_us):
        raise InvalidRequestError(
            f"The label of item {answer.number} is not complete.", tuple(dict(each) for each in problems[:100])
        )
    known = measured(bucket, row, item, label)
    outcome = submit(bucket, table, row, answer, label, known, now)
    logger.info("answer submitted", task_id=row.task_id, number=answer.number, status=outcome)
    return Reply({"version": answer.version, "submitted_at": now_text(now)})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, submit_answer, settings().allowed_origins, logger)
