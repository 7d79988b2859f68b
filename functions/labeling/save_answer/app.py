"""Save a person's answer as a draft: PUT /label-tasks/{task_id}/items/{number}/answer of openapi.yaml.

in   a request of API Gateway, its body a `LabelChange`
out  200 with a `SavedLabel`; a problem: NotFoundError, AnswerSubmittedError, and LabelChangedError with both versions

The save is an object of its own before the row names it, so one that lost against another is kept too. A save is taken
after the claim has run out as well: the work is never lost.
"""

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, problem, serve
from docent.clock import now_text
from docent.errors.labeling import AnswerSubmittedError, LabelChangedError
from docent.settings import read_settings
from labeling.answers import Answer, name_save, own_answer, write_save
from labeling.task_rows import find_task
from save_answer.kept_claims import keep_claim

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


def save_answer(request: Request) -> Reply:
    table, bucket, body, now = settings().labeling_table, settings().derived_bucket, request.body, time.time()
    row = find_task(table, request.path["task_id"], request.caller, "annotator")
    answer = own_answer(table, row.task_id, int(request.path["number"]), request.caller.subject)
    version, saved_at = body["base"] + len(body["events"]), now_text(now)
    if answer.is_draft and not _is_saved(answer, body["save_id"]):
        key, _ = write_save(bucket, answer, body, version, saved_at)
        if not name_save(table, answer, body["base"], version, key, saved_at):
            return _refused(request, own_answer(table, row.task_id, answer.number, request.caller.subject))
    elif not answer.is_draft:
        raise AnswerSubmittedError(f"Your answer for item {answer.number} was submitted.")
    claim = keep_claim(table, row, answer.number, request.caller, now)
    logger.info("answer saved", task_id=row.task_id, number=answer.number, version=version)
    return Reply({"version": version, "saved_at": saved_at, "claim": claim})


def _is_saved(answer: Answer, save_id: str) -> bool:
    """A save that was sent again because its reply was lost."""
    return answer.label_key.endswith(f"-{save_id}.json")


def _refused(request: Request, answer: Answer) -> Reply:
    """The problem, with the version that is saved and the one that was sent."""
    if not answer.is_draft:
        raise AnswerSubmittedError(f"Your answer for item {answer.number} was submitted.")
    error = LabelChangedError(f"Version {answer.version} of your answer for item {answer.number} was saved meanwhile.")
    told = problem(error, request.request_id)
    saved: dict[str, Any] = {"version": 0, "saved_at": answer.values["begun_at"], "label": {"segments": [], "clip": {}}}
    if answer.version:
        kept = answer.read_save(settings().derived_bucket)
        saved = {"version": answer.version, "saved_at": kept["saved_at"], "label": kept["label"]}
    yours = {name: request.body[name] for name in ("save_id", "base", "label")}
    logger.info("answer not saved", task_id=answer.task_id, number=answer.number, version=answer.version)
    return replace(told, body={**told.body, "saved": saved, "yours": yours})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, save_answer, settings().allowed_origins, logger)
