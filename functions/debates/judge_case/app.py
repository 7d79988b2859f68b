"""Have judges vote on one case by one technique, in both positions. Called by run_debates when all has been said.

in   {"unit": a line of units.jsonl, "execution": which one asks, "owner": {subject, user} of the run}
     or, of a task that failed for good, {"unit", "failed": {"error", "cause"}}
out  {"votes": n, "decided": n}, the votes that are there, and how many of them are for an answer
     and in the derived bucket one object for each vote, with what the judge wrote, and judgement.json with all of the
     unit

Votes that are there already are not paid for again. Where a speaker has no argument, nobody votes: such a unit is
undecided. Raises CallUnderWayError while a function of another execution asks for them, and ModelRefusedError if the
model does not take the request.
"""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from debating.arguments import Argument
from debating.calls_under_way import marked
from debating.cases import Case
from debating.model_replies import ask, count
from debating.plans import Ballot, ballots_of
from debating.unit_tasks import CastVote, Judgement, UnitTask, keep
from docent.clients import bedrock_runtime, dynamodb
from docent.settings import read_settings
from docent.usage import UsageSettings, Use, usage_settings
from judge_case.failed_tasks import error_of
from judge_case.voting import vote

logger = Logger()
tracer = Tracer()
metrics = Metrics()

# Three votes in each of two positions.
AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    derived_bucket: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def cast(task: UnitTask, case: Case, arguments: list[Argument], ballots: Iterable[Ballot], use: Use) -> list[CastVote]:
    """All at once: no vote depends on another."""
    model_id, temperature = task.plan.judge, task.plan.temperature

    def one(ballot: Ballot) -> CastVote:
        done = vote(partial(ask, model_id), case, task.technique, ballot, arguments, model_id, temperature)
        keep(settings().derived_bucket, task.vote_key(ballot), done)
        count(use, model_id, done.tokens)
        return done

    # Before threads ask for them.
    bedrock_runtime()
    dynamodb()
    usage_settings()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [each.result() for each in [threads.submit(one, ballot) for ballot in ballots]]


def judge(task: UnitTask, failed: Mapping[str, str] | None, use: Use) -> Judgement:
    bucket = settings().derived_bucket
    said = list(task.read_said(bucket, task.plan.rounds if task.unit.speakers else 0))
    kept = task.read_votes(bucket)
    votes = list(kept.values())
    arguments = [each.argument for each in said if each.argument]
    if failed is None and len(arguments) == task.plan.rounds * len(task.unit.speakers):
        missing = [each for each in ballots_of(task.plan, task.unit) if task.vote_key(each) not in kept]
        new = cast(task, task.read_case(bucket), arguments, missing, use) if missing else []
        metrics.add_metric("InputTokens", MetricUnit.Count, sum(each.tokens.input for each in new))
        metrics.add_metric("OutputTokens", MetricUnit.Count, sum(each.tokens.output for each in new))
        votes += new
    judgement = Judgement(tuple(said), tuple(votes), failed)
    keep(bucket, task.judgement, judgement)
    return judgement


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = UnitTask.from_json(event["unit"])
    failed = event.get("failed") and error_of(event["failed"])
    bucket, seconds = settings().derived_bucket, context.get_remaining_time_in_millis() / 1000
    with nullcontext() if failed else marked(bucket, task.votes_key, event["execution"], time.time(), seconds):
        votes = judge(task, failed, Use("debates", **event.get("owner", {}))).votes
    decided = sum(each.vote.side is not None for each in votes)
    logger.info("case judged", unit=task.prefix, votes=len(votes), decided=decided, failed=failed and failed["name"])
    return {"votes": len(votes), "decided": decided}
