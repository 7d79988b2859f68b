"""Join the model's replies of all passes so far with their transcripts, and say what to ask again. Called by
summarize_transcripts.

in   {"job_id", "attempt": number of the pass that has just ended, "records": [pointer], "requests": pointer or null, as
     prepare_batch returned them, "batch": {name, status, message, …} of the batch job, or null}
out  {"chunks": pointer, "chunk_count": n, "transcripts": n, "outcomes": {ok, invalid_output, error}, "usage": {"batch",
     "on_demand": {inputTokens, outputTokens}}, "again": {"requests": pointer or null, "count": n}, "failure": {name,
     message} or null}
     and in the derived bucket, below summaries/<job_id>/: `again/…`, what to ask in the next pass; or else
     `joined-….jsonl`, one line for each transcript that the model was asked about, with what it said and the turns to
     check that against, and `chunks.jsonl`, the pointers of these files

A request is asked at most twice: once more if there was an error that may pass, no reply, or one that is not valid. The
parts of a long transcript are combined by one more request.

A job can have hundreds of thousands of replies: they are read once, and what they say is checked by check_insights.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from collect_replies.failures import failure_at_the_end, failure_of_batch
from collect_replies.gathering import Gathering
from collect_replies.joined_lines import LINES, lines_of
from docent.batch_files import BatchFiles
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.objects import list_keys, read_lines, write_bytes
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def read_places(key: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, read_lines(ObjectPointer(settings().derived_bucket, key)))


def gather(gathering: Gathering, names: JobKeys, attempt: int) -> None:
    """The newest pass first, so that of two replies to a request the newer one counts."""
    bucket = settings().derived_bucket
    for number in range(attempt, 0, -1):
        prefix = names.output(number)
        for key in list_keys(bucket, prefix):
            if key.endswith(".jsonl.out"):
                way = "on_demand" if key.startswith(names.reply(number, "").removesuffix(".jsonl.out")) else "batch"
                for line in read_lines(ObjectPointer(bucket, key)):
                    gathering.add(line, way)


def asked_so_far(event: dict[str, Any], names: JobKeys) -> list[str]:
    """The keys of the files that say where each request of each pass is."""
    first = [event["requests"]["key"]] if event.get("requests") else []
    bucket = settings().derived_bucket
    passes = range(2, event["attempt"] + 1)
    return first + [key for number in passes for key in list_keys(bucket, names.again_requests(number))]


def collect(event: dict[str, Any]) -> dict[str, Any]:
    names, bucket, attempt = JobKeys(event["job_id"]), settings().derived_bucket, event["attempt"]
    batch, following = event.get("batch"), attempt + 1
    with Gathering() as gathering:
        for pointer in event["records"]:
            for line in read_lines(ObjectPointer.from_json(pointer)):
                gathering.expect(json.loads(line))
        for key in asked_so_far(event, names):
            for place in read_places(key):
                gathering.asked(place["record_id"])
        gather(gathering, names, attempt)
        failure = failure_of_batch(batch, gathering) if batch else None
        with (
            BatchFiles(bucket, names.again_part(following)) as again,
            BatchFiles(bucket, names.again_requests(following)) as places,
        ):
            if failure is None:
                for record_id, model_input in asked_again(gathering, event, names):
                    place = again.add({"recordId": record_id, "modelInput": model_input})
                    places.add({"record_id": record_id} | place)
        with BatchFiles(bucket, names.joined, LINES) as joined:
            for line in lines_of(gathering) if not again.count else ():
                joined.add(line)
                gathering.outcomes[line["outcome"]] += 1
        if failure is None and not again.count:
            failure = failure_at_the_end(gathering)
    chunks = ObjectPointer(bucket, names.chunks)
    listed = [json.dumps({"bucket": bucket, "key": key}) for key in joined.keys]
    write_bytes(chunks, "\n".join([*listed, ""]).encode(), "application/jsonl")
    logger.info("replies collected", job_id=event["job_id"], attempt=attempt, again=again.count)
    metrics.add_metric("RepliesNotExpected", MetricUnit.Count, gathering.strangers)
    return {
        "chunks": chunks.to_json(),
        "chunk_count": len(joined.keys),
        "transcripts": gathering.outcomes.total(),
        "outcomes": dict(gathering.outcomes),
        "usage": gathering.usage,
        "again": {"requests": {"bucket": bucket, "key": places.keys[0]} if places.keys else None, "count": again.count},
        "failure": failure.to_json() if failure else None,
    }


def asked_again(gathering: Gathering, event: dict[str, Any], names: JobKeys) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from gathering.repairs()
    yield from gathering.combinations()
    wanted, places = gathering.to_repeat(), defaultdict[str, dict[int, str]](dict)
    for key in asked_so_far(event, names) if wanted else ():
        for place in read_places(key):
            if place["record_id"] in wanted:
                wanted.discard(place["record_id"])
                places[place["key"]][place["start"]] = place["record_id"]
    for key, starts in places.items():
        yield from requests_at(key, starts)


def requests_at(key: str, starts: Mapping[int, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Those of a file that begin at `starts`. It is read as a whole: of a batch job that expired, most are wanted."""
    start = 0
    for line in read_lines(ObjectPointer(settings().derived_bucket, key)):
        if record_id := starts.get(start):
            yield record_id, json.loads(line)["modelInput"]
        start += len(line) + 1


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return collect(event)
