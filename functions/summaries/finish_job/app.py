"""Write summaries.jsonl, report.json and report.html of a job. Called by summarize_transcripts, last.

in   {"job": {job_id, source: {bucket, prefix}, owner: {subject, user}},
      "prepared": what prepare_batch returned,
      "usage": {"batch"?: {inputTokens, outputTokens}, "on_demand"?: {…}}, of all passes,
      "began": {"preparing"?, "summarizing"?, "masking"?: time}}
     and in the derived bucket `records-….jsonl`, `masked-….jsonl`, and `masking-….json` with the counts of
     these: a state machine could not hold the counts of thousands of files
out  {"summaries": pointer, "report": pointer, "report_page": pointer, "transcripts": n, "outcomes": {…}, "cost": {…}}

Raises UnaccountedTranscriptsError if a transcript has neither a summary nor a reason why not. Nothing is written then.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.errors.summaries import UnaccountedTranscriptsError
from docent.objects import list_keys, read_json, read_lines, read_metadata, upload, write_bytes, write_json
from docent.prices import own_prices
from docent.settings import read_settings
from docent.usage import UsageSettings, Use, count_tokens
from finish_job.costs import cost_of
from finish_job.masked_lines import MaskedLines
from finish_job.masking_counts import summed
from finish_job.report_page import page_of
from finish_job.stages import seconds_by_stage
from finish_job.summaries import summaries_of
from finish_job.tally import Tally

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    derived_bucket: str
    model_id: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def lines_below(prefix: str) -> Iterator[bytes]:
    for key in list_keys(settings().derived_bucket, prefix):
        yield from read_lines(ObjectPointer(settings().derived_bucket, key))


def count_batch(event: dict[str, Any], report: ObjectPointer) -> None:
    """What was asked on demand is counted by summarize_record. An attempt that wrote the report has counted already."""
    try:
        read_metadata(report)
    except MissingDocumentError:
        used = event.get("usage", {}).get("batch", {})
        tokens = used.get("inputTokens", 0), used.get("outputTokens", 0)
        count_tokens(Use("summaries", **event["job"]["owner"]), settings().model_id, *tokens, time.time(), batch=True)


def finish(event: dict[str, Any]) -> dict[str, Any]:
    job, prepared = event["job"], event["prepared"]
    names, bucket = JobKeys(job["job_id"]), settings().derived_bucket
    summaries = ObjectPointer(bucket, names.summaries)
    tally = Tally(prepared["job"].get("choices", {}))
    with MaskedLines(lines_below(f"{names.masked}-")) as masked, tempfile.NamedTemporaryFile() as file:
        records = map(json.loads, lines_below(f"{names.records}-"))
        for line in summaries_of(records, masked.of, job["source"]["prefix"]):
            tally.add(line)
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        if tally.transcripts != prepared["transcripts"]:
            raise UnaccountedTranscriptsError(
                f"{prepared['transcripts']} transcripts were prepared, and {tally.transcripts} have an outcome."
            )
        file.flush()
        upload(file.name, summaries, "application/jsonl")
    own = own_prices(settings().input_token_price, settings().output_token_price)
    counts = summed(read_json(ObjectPointer(bucket, key)) for key in list_keys(bucket, f"{names.masking}-"))
    report = {
        "job_id": job["job_id"],
        "name": job["source"]["prefix"].rstrip("/").rpartition("/")[2],
        "finished_at": now_text(),
        "model_id": settings().model_id,
        "job": prepared["job"],
        **tally.to_json(),
        "pii": counts["pii"],
        "residual": {"found": counts["residual"], "recall": counts["recall"]},
        "usage": event.get("usage", {}),
        "cost": cost_of(event.get("usage", {}), counts["text_units"], settings().model_id, own),
        "seconds": seconds_by_stage(event.get("began", {}), now_text()),
    }
    report_json, report_html = ObjectPointer(bucket, names.report_json), ObjectPointer(bucket, names.report_html)
    write_bytes(report_html, page_of(report).encode(), "text/html; charset=utf-8")
    count_batch(event, report_json)
    write_json(report_json, report)
    logger.info("job finished", job_id=job["job_id"], transcripts=tally.transcripts)
    for outcome, count in tally.outcomes.items():
        metrics.add_metric(f"Transcripts{outcome.title().replace('_', '')}", MetricUnit.Count, count)
    return {
        "summaries": summaries.to_json(),
        "report": report_json.to_json(),
        "report_page": report_html.to_json(),
        "transcripts": tally.transcripts,
        "outcomes": report["outcomes"],
        "cost": report["cost"],
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return finish(event)
