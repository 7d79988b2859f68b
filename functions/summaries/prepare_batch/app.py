"""Make the input of a batch job of the transcripts in a folder. Called by summarize_transcripts.

in   {"job": {"job_id", "source": {bucket, prefix}}, "generation"}, the prefix with a slash at its end
out  {"records": [{bucket, key}], "input": {bucket, prefix}, "requests_at": pointer or null, "transcripts": n,
      "requests": n, "left_out": n, "job": {…}, "estimate": {…}, "estimate_only": whether the job ends here}
     and in the derived bucket, below summaries/<job_id>/: `records-….jsonl`, one line for each transcript, with its
     record's id or the reason why it has none; `input/part-….jsonl`, the records as Bedrock takes them;
     `requests-….jsonl`, where each of these is

Raises InvalidJobError for a job.json that asks for what is not possible, or a folder without a transcript, and
OverBudgetError for a job that can cost more than its budget.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.batch_files import BatchFiles
from docent.clients import s3
from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.errors.summaries import InvalidJobError
from docent.objects import list_keys, read_bytes, read_json
from docent.prices import own_prices
from docent.settings import read_settings
from docent.summary_jobs import tell_progress
from prepare_batch.estimates import Estimate, check_budget
from prepare_batch.jobs import JOB_FILE, Job
from prepare_batch.records import Records
from prepare_batch.transcript_files import without_twins

logger = Logger()
tracer = Tracer()
metrics = Metrics()

# Transcripts are small, and S3 answers in milliseconds: the time is that of waiting.
AT_ONCE = 16
# So many files are read between two looks at how far the job is.
TOLD_EVERY = 500
# A Distributed Map reads one file.
MOST_PLACES = 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    summaries_table: str
    model_id: str
    minimum_batch_records: int
    summary_concurrency: int
    input_token_price: float
    output_token_price: float


@cache
def settings() -> Settings:
    return read_settings(Settings)


def read_job(bucket: str, prefix: str) -> Job:
    try:
        return Job.from_json(read_json(ObjectPointer(bucket, f"{prefix}{JOB_FILE}")))
    except MissingDocumentError:
        return Job.from_json({})
    except ValueError as error:
        raise InvalidJobError(f"s3://{bucket}/{prefix}{JOB_FILE} is not valid JSON.") from error


def read_all(bucket: str, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """In the order of the keys, a few at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for some in batched(keys, AT_ONCE * 4, strict=False):
            yield from zip(some, threads.map(lambda key: read_bytes(ObjectPointer(bucket, key)), some), strict=True)


def tell(job_id: str, generation: str, done: int, of: int) -> None:
    if done % TOLD_EVERY == 0:
        progress = {"stage": "preparing", "of": of, "at": now_text()}
        tell_progress(settings().summaries_table, job_id, generation, progress, done)


def prepare(job_id: str, generation: str, bucket: str, prefix: str) -> dict[str, Any]:
    job, derived, names = read_job(bucket, prefix), settings().derived_bucket, JobKeys(job_id)
    listed = (key for key in list_keys(bucket, prefix) if not key.endswith("/") and key != f"{prefix}{JOB_FILE}")
    keys, twins = without_twins(listed)
    if not keys:
        raise InvalidJobError(f"There is no transcript below s3://{bucket}/{prefix}.")
    s3()  # before threads ask for it
    making = Records(job)
    own = own_prices(settings().input_token_price, settings().output_token_price)
    taking = Estimate(settings().model_id, len(job.insights), own)
    with (
        BatchFiles(derived, names.records) as records,
        BatchFiles(derived, names.input_part) as requests,
        BatchFiles(derived, names.requests, MOST_PLACES) as places,
    ):
        for done, (key, data) in enumerate(read_all(bucket, keys)):
            tell(job_id, generation, done, len(keys))
            for prepared in making.of_file(key, data):
                records.add(prepared.line)
                for record_id, request in prepared.requests.items():
                    place = requests.add({"recordId": record_id, "modelInput": request})
                    places.add({"record_id": record_id} | place)
                    taking.add(request)
        for key in twins:
            records.add({"source": key, "outcome": "left_out", "reason": "the same call is there redacted"})
    estimate = taking.to_json(settings().minimum_batch_records, settings().summary_concurrency)
    if not job.estimate_only:
        check_budget(estimate, job.budget)
    logger.info("batch prepared", job_id=job_id, transcripts=records.count, requests=requests.count)
    metrics.add_metric("TranscriptsPrepared", MetricUnit.Count, records.count)
    return {
        "records": [{"bucket": derived, "key": key} for key in records.keys],
        "input": {"bucket": derived, "prefix": names.input},
        "requests_at": {"bucket": derived, "key": places.keys[0]} if places.keys else None,
        "transcripts": records.count,
        "requests": requests.count,
        "left_out": len(twins),
        "job": job.to_json(),
        "estimate": estimate,
        "estimate_only": job.estimate_only,
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    job = event["job"]
    return prepare(job["job_id"], event["generation"], job["source"]["bucket"], job["source"]["prefix"])
