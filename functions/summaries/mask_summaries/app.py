"""Mask the insights of some records. Called by summarize_transcripts for each of their files.

in   {"job_id", "generation", "insights": {bucket, key}, "language"?: that of the job, ISO 639-1}, of at most 200 lines
out  {"masked": {bucket, key}, "outcomes": {outcome: n}, "pii": {type: n masked}, "residual": {type: n left after that},
      "recall": {type: share that the residual check finds}, "text_units": n}
     and in the derived bucket the same counts as `masking-….json`, and `masked-….jsonl`, one line for each record, in
     the same order: its outcome is clean, masked, blocked or failed, or what it was before where there was nothing to
     mask

Raises ThrottledError where the guardrail's quota leaves no time for the rest. What is masked so far is kept, and the
next attempt goes on from there.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clients import bedrock_runtime
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.errors import ThrottledError
from docent.errors.ingest import MissingDocumentError
from docent.guardrail_masking import apply_guardrail
from docent.objects import read_bytes, write_bytes, write_json
from docent.settings import read_settings
from docent.summary_jobs import count_done
from mask_summaries.masked_records import (
    counts_of,
    digest_of,
    masked_record,
    refused,
    text_of,
    uncovered_language,
)
from mask_summaries.paced_masking import MaskedText, PacedMasking, text_units
from mask_summaries.pacing import Pace, Quota
from mask_summaries.residual_recall import RECALL
from mask_summaries.shared_line import SharedLine

logger = Logger()
tracer = Tracer()
metrics = Metrics()

AT_ONCE = 32  # calls of one worker
SAVE_EVERY = 50  # records; a worker that is killed has masked no more than these in vain
MARGIN = 20.0  # seconds for the last calls, and to write


@dataclass(frozen=True, slots=True)
class Settings:
    """`guardrail_languages` are those that it covers, `en,fr,es`, or `*`."""

    derived_bucket: str
    summaries_table: str
    guardrail_id: str
    guardrail_version: str
    guardrail_languages: str
    max_text_units: int
    calls_per_second: float
    text_units_per_second: float
    texts_per_call: int


@cache
def settings() -> Settings:
    return read_settings(Settings)


class ThreadedPace:
    """Reserving takes a call to DynamoDB, during which the guardrail's calls go on."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.quota = pace.quota

    async def reserve(self, units: Sequence[int]) -> tuple[list[float], float]:
        return await asyncio.to_thread(self._pace.reserve, units, time.time())

    async def slow(self) -> None:
        await asyncio.to_thread(self._pace.slow, time.time())


async def apply(texts: Sequence[str]) -> Mapping[str, Any]:
    return await asyncio.to_thread(apply_guardrail, settings().guardrail_id, settings().guardrail_version, texts)


class Chunk:
    """The records of one file, and those of them that are masked."""

    def __init__(self, pointer: ObjectPointer, job_id: str, generation: str) -> None:
        keys = JobKeys(job_id)
        self._job = job_id, generation
        number = pointer.key.removeprefix(keys.insights)
        self.target = ObjectPointer(settings().derived_bucket, f"{keys.masked}{number}")
        self._counts = ObjectPointer(settings().derived_bucket, f"{keys.masking}{number.removesuffix('l')}")
        self._so_far = ObjectPointer(settings().derived_bucket, f"{keys.masked_so_far}{number}")
        lines = [line for line in read_bytes(pointer).splitlines() if line.strip()]
        guardrail = f"{settings().guardrail_id}:{settings().guardrail_version}"
        self.records = [json.loads(line) for line in lines]
        self.texts = [text_of(record) for record in self.records]
        self._digests = [digest_of(line, guardrail) for line in lines]
        self._known = self._read_so_far()
        self.masked: list[dict[str, Any] | None] = [self._known.get(digest) for digest in self._digests]
        self._unsaved = 0

    def keep(self, index: int, record: dict[str, Any]) -> None:
        self.masked[index] = record
        self._unsaved += 1
        if self._unsaved >= SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Nothing is in it that is not masked."""
        done = zip(self._digests, self.masked, strict=True)
        lines = [_line({"digest": digest, "record": record}) for digest, record in done if record]
        write_bytes(self._so_far, b"".join(lines), "application/jsonl")
        if self._unsaved:
            count_done(settings().summaries_table, *self._job, self._unsaved)
        self._unsaved = 0

    def count(self, counts: dict[str, Any]) -> None:
        """For finish_job: a state machine could not hold the counts of all chunks."""
        write_json(self._counts, counts)

    def finish(self) -> list[dict[str, Any]]:
        self.save()
        done = [record for record in self.masked if record]
        write_bytes(self.target, b"".join(map(_line, done)), "application/jsonl")
        return done

    def _read_so_far(self) -> dict[str, dict[str, Any]]:
        try:
            lines = read_bytes(self._so_far).splitlines()
        except MissingDocumentError:
            return {}
        return {saved["digest"]: saved["record"] for saved in map(json.loads, lines)}


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


async def mask(chunk: Chunk, language: str, deadline: float) -> PacedMasking:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE))
    limits = settings()
    pace = Pace(SharedLine(limits.summaries_table), Quota(limits.calls_per_second, limits.text_units_per_second))
    masking = PacedMasking(
        apply,
        ThreadedPace(pace),
        texts_a_call=limits.texts_per_call,
        units_a_call=limits.max_text_units,
        clock=time.time,
        deadline=deadline,
        at_once=AT_ONCE,
    )
    waiting: dict[int, str] = {}
    for index, record in enumerate(chunk.records):
        if chunk.masked[index]:
            continue
        text = chunk.texts[index]
        if uncovered := uncovered_language(record, text, language, limits.guardrail_languages):
            chunk.keep(index, refused(record, uncovered))
        else:
            waiting[index] = text
    indices = list(waiting)

    def done(place: int, result: MaskedText) -> None:
        index = indices[place]
        chunk.keep(index, masked_record(chunk.records[index], result))

    if not await masking.mask(list(waiting.values()), done):
        chunk.save()
        raise ThrottledError("The guardrail's quota left no time to mask all records of a file.")
    return masking


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    bedrock_runtime()  # before threads ask for it
    chunk = Chunk(ObjectPointer.from_json(event["insights"]), event["job_id"], event["generation"])
    deadline = time.time() + context.get_remaining_time_in_millis() / 1000 - MARGIN
    masking = asyncio.run(mask(chunk, event.get("language") or "", deadline))
    counts = counts_of(chunk.finish()) | {
        "recall": dict(RECALL),
        "text_units": sum(map(text_units, chunk.texts)),
    }
    chunk.count(counts)
    logger.info("summaries masked", job_id=event["job_id"], calls=masking.calls, throttled=masking.throttled)
    metrics.add_metric("GuardrailCalls", MetricUnit.Count, masking.calls)
    metrics.add_metric("GuardrailThrottles", MetricUnit.Count, masking.throttled)
    return {"masked": chunk.target.to_json(), **counts}
