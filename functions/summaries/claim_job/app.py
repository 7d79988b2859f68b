"""Claim one job that summarises transcripts. Called by summarize_transcripts.

in   {"document": {document_id, generation, source} of its job.json, "execution_arn"}
out  {"claimed": false} for a job.json that is not the newest, or an event that came before
     {"claimed": true, "job": {"job_id", "source": {bucket, prefix}, "owner": {subject, user}}}

A newer job.json takes the job over: the execution and the batch job of the earlier one are stopped, and what it left is
deleted. A function goes on when somebody stops its execution: then the job is stopped as well.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from claim_job.job_claims import claim, note_cleared, note_stopped
from claim_job.superseded_runs import stop_run
from docent import executions
from docent.callers import Caller
from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.documents import Document
from docent.objects import delete_prefix
from docent.settings import read_settings
from docent.summary_jobs import JOB_FILE, read_job

logger = Logger()
tracer = Tracer()

# Of a job that was put straight into the bucket.
NOBODY = Caller("", "", (), 0)


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    summaries_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def claim_job(document: Document, execution_arn: str) -> dict[str, Any]:
    table, job_id = settings().summaries_table, document.document_id
    source = {"bucket": document.source.bucket, "prefix": document.source.key.removesuffix(JOB_FILE)}
    before = read_job(table, job_id)
    if before and before.is_busy and before.generation < document.generation:
        stop_run(before)
    if not claim(table, document, source, execution_arn, now_text()):
        logger.info("job not claimed", job_id=job_id, generation=document.generation)
        return {"claimed": False}
    if executions.has_ended(execution_arn):
        note_stopped(table, document, execution_arn, now_text())
        logger.info("job stopped while it was claimed", job_id=job_id)
        return {"claimed": False}
    if before is None or before.values.get("cleared") != document.generation:
        delete_prefix(settings().derived_bucket, JobKeys(job_id).prefix)
        note_cleared(table, document, execution_arn)
    logger.info("job claimed", job_id=job_id, generation=document.generation)
    owner = before.owner if before else NOBODY
    told = {"subject": owner.subject, "user": owner.user}
    return {"claimed": True, "job": {"job_id": job_id, "source": source, "owner": told}}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return claim_job(Document.from_json(event["document"]), event["execution_arn"])
