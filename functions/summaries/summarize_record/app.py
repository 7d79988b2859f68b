"""Send one request of a job to the model, without a batch job. Called by summarize_transcripts.

in   {"job_id", "generation", "owner": {subject, user}, "attempt": number of the pass, "request": {record_id, key,
     start, length}, its place in the derived bucket}
out  {}; and in the derived bucket `output/<pass>/on-demand/<record_id>.jsonl.out`, the line that a batch job writes

A reply that is there is not paid for again. What the model refuses is written as well, as an error of that record.
"""

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_runtime
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, TransientError, from_aws
from docent.errors.ingest import MissingDocumentError
from docent.errors.summaries import NothingSummarizedError
from docent.objects import read_metadata, read_range, write_bytes
from docent.settings import read_settings
from docent.summary_jobs import count_done
from docent.usage import UsageSettings, Use, check_budget, count_tokens

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    derived_bucket: str
    summaries_table: str
    model_id: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def answered(model_input: dict[str, Any]) -> dict[str, Any]:
    """`{modelOutput}`, or `{error}` where the model refuses this request and others may do better."""
    try:
        reply: dict[str, Any] = {**bedrock_runtime().converse(modelId=settings().model_id, **model_input)}
    except (ClientError, BotoCoreError) as error:
        refused = from_aws(error, "a transcript was summarized", NothingSummarizedError)
        if isinstance(refused, TransientError | MisconfiguredError) or not isinstance(error, ClientError):
            raise refused from error
        told = {"errorCode": 400, "errorMessage": error.response.get("Error", {}).get("Code", "Unknown")}
        return {"error": told | {"expired": False, "retryable": False}}
    reply.pop("ResponseMetadata", None)
    return {"modelOutput": reply}


def summarize(event: dict[str, Any]) -> None:
    job_id, request = event["job_id"], event["request"]
    bucket, record_id = settings().derived_bucket, request["record_id"]
    target = ObjectPointer(bucket, JobKeys(job_id).reply(event["attempt"], record_id))
    with suppress(MissingDocumentError):
        read_metadata(target)
        return
    check_budget()
    record = json.loads(read_range(ObjectPointer(bucket, request["key"]), request["start"], request["length"]))
    line = record | answered(record["modelInput"])
    write_bytes(target, json.dumps(line, ensure_ascii=False).encode() + b"\n", "application/jsonl")
    count_done(settings().summaries_table, job_id, event["generation"], 1)
    usage = line.get("modelOutput", {}).get("usage", {})
    tokens = usage.get("inputTokens", 0), usage.get("outputTokens", 0)
    count_tokens(Use("summaries", **event["owner"]), settings().model_id, *tokens, time.time())
    metrics.add_metric("InputTokens", MetricUnit.Count, tokens[0])
    metrics.add_metric("OutputTokens", MetricUnit.Count, tokens[1])
    logger.info("record answered", job_id=job_id, record_id=record_id, refused="error" in line)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    summarize(event)
    return {}
