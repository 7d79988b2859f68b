"""Check what the model said of some transcripts against their turns. Called by summarize_transcripts for each file.

in   {"job_id", "joined": {bucket, key}}, of at most 200 lines that collect_replies wrote
out  {"insights": {bucket, key}}, one line for each of them, in the same order

A line of `insights-….jsonl` is not masked yet. Writing it again gives the same.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from check_insights.checked_lines import checked_line
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.objects import read_lines, write_bytes
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def check(job_id: str, joined: ObjectPointer) -> ObjectPointer:
    names = JobKeys(job_id)
    target = ObjectPointer(settings().derived_bucket, f"{names.insights}{joined.key.removeprefix(names.joined)}")
    lines = [json.dumps(checked_line(json.loads(line)), ensure_ascii=False) for line in read_lines(joined)]
    write_bytes(target, "\n".join([*lines, ""]).encode(), "application/jsonl")
    logger.info("insights checked", job_id=job_id, count=len(lines))
    return target


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return {"insights": check(event["job_id"], ObjectPointer.from_json(event["joined"])).to_json()}
