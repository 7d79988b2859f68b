"""Have one debater or consultant speak in one round. Called by run_debates, for both debaters at the same time.

in   {"unit": a line of units.jsonl, "speaker": {"side", "model_id"}, "round": 2, "execution": which one asks,
      "owner": {subject, user} of the run}
out  {"said": {bucket, key}}
     and there the argument with its quotes checked, or the reason why there is none, and its tokens

An argument that is there already is not paid for again. Raises CallUnderWayError while a function of another execution
asks for the same, and ModelRefusedError if the model does not take the request, which is the outcome of that unit
alone.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from debating.arguments import Argument, Role
from debating.calls_under_way import marked
from debating.model_replies import ask, count
from debating.plans import Speaker
from debating.prompting import Speech, speech_request
from debating.quotes import QuotedDocument
from debating.unit_tasks import Said, UnitTask, keep, read_kept
from docent.documents import ObjectPointer
from docent.settings import read_settings
from docent.text_language import clear_language_of
from docent.usage import UsageSettings, Use
from write_argument.speeches import speak

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    derived_bucket: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def heard_by(task: UnitTask, round: int) -> list[Argument]:
    """The arguments of earlier rounds. If speakers take turns, also the earlier one of this round."""
    said = task.read_said(settings().derived_bucket, round if task.plan.in_turns else round - 1)
    return [each.argument for each in said if each.argument]


def say(task: UnitTask, speaker: Speaker, round: int) -> Said:
    case = task.read_case(settings().derived_bucket)
    role: Role = "debater" if task.technique == "debate" else "consultant"
    speech = Speech(role, speaker.side, round, task.plan.rounds, heard_by(task, round))
    request = speech_request(case, speech)
    document = QuotedDocument(case.document)
    language = clear_language_of(case.document)
    return speak(lambda: ask(speaker.model_id, request), speech, speaker.model_id, document, language)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task, round = UnitTask.from_json(event["unit"]), int(event["round"])
    speaker = Speaker(event["speaker"]["side"], event["speaker"]["model_id"])
    bucket, key = settings().derived_bucket, task.said_key(round, speaker.side)
    with marked(bucket, key, event["execution"], time.time(), context.get_remaining_time_in_millis() / 1000):
        if read_kept(bucket, key) is None:
            keep(bucket, key, said := say(task, speaker, round))
            count(Use("debates", **event["owner"]), said.model_id, said.tokens)
            metrics.add_metric("InputTokens", MetricUnit.Count, said.tokens.input)
            metrics.add_metric("OutputTokens", MetricUnit.Count, said.tokens.output)
            logger.info("argument written", unit=task.prefix, round=round, side=speaker.side, reason=said.reason)
    return {"said": ObjectPointer(bucket, key).to_json()}
