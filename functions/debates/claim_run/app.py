"""Claim one run of debates. Called by run_debates, first.

in   {"document": {document_id, generation, source} of its file of cases, "execution_arn", "resumes": whether a person
      started it once more}
out  {"claimed": false} for a file that is not the newest, an event that came before, or a stopped execution
     {"claimed": true, "run": {"run_id", "generation"}, "owner": {subject, user}, "previous"?: {bucket, key} of the
      verdicts before}

A newer version of the file takes the run over: the execution of the earlier one is stopped. The verdicts of the last
version that was judged stay, to be compared with, and all that is older is deleted. A run that was stopped or has
failed goes on with the arguments and votes that it has, and one that was judged tries again what failed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from claim_run.earlier_generations import delete_earlier, previous_verdicts
from claim_run.run_claims import claim, give_back
from docent import executions
from docent.clock import now_text
from docent.debate_runs import read_run
from docent.documents import Document
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    debates_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def claim_run(document: Document, execution_arn: str, resumes: bool) -> dict[str, Any]:
    table, bucket, run_id = settings().debates_table, settings().derived_bucket, document.document_id
    before = read_run(table, run_id)
    if before and before.is_busy and before.generation < document.generation:
        executions.stop(before.values["execution_arn"], "Superseded", "A newer version of its file was put.")
    if not claim(table, document, execution_arn, resumes, now_text()):
        logger.info("run not claimed", run_id=run_id, generation=document.generation)
        return {"claimed": False}
    # A function goes on when its execution is stopped, and then nobody would end the run that it has just claimed.
    if executions.has_ended(execution_arn):
        give_back(table, document, execution_arn, now_text())
        logger.info("run given back", run_id=run_id, generation=document.generation)
        return {"claimed": False}
    previous = previous_verdicts(bucket, document, before)
    delete_earlier(bucket, document, before)
    logger.info("run claimed", run_id=run_id, generation=document.generation)
    run = {"run_id": run_id, "generation": document.generation}
    owner = {"subject": before.owner.subject if before else "", "user": before.owner.user if before else ""}
    return {"claimed": True, "run": run, "owner": owner} | ({"previous": previous.to_json()} if previous else {})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return claim_run(Document.from_json(event["document"]), event["execution_arn"], event["resumes"])
