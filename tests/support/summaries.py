"""Jobs that summarise transcripts: their rows, and replies of the model to their requests."""

import json
from typing import Any

from docent.documents import document_id_of
from docent.owned_rows import owner_json
from tests.support.api_calls import MARY
from tests.support.aws import SOURCE_BUCKET, SUMMARIES_TABLE, World

PREFIX = "transcripts/november/"
JOB_ID = document_id_of(SOURCE_BUCKET, f"{PREFIX}job.json")
GENERATION = "006B5C1F" + "0" * 24
RUN = "arn:aws:states:eu-central-1:111122223333:execution:docent-summarize-transcripts:7c1e"
CREATED = "2026-11-29T06:00:00.000Z"
INSIGHTS = {"summary": {"type": "text", "question": "What was the call about?"}}


def put_job(aws: World, status: str | None = "SUMMARIZING", **changes: Any) -> None:
    """JSON attributes are given as values."""
    values: dict[str, Any] = {
        "job_id": JOB_ID,
        "generation": GENERATION,
        "status": status,
        "owner": owner_json(MARY),
        "owner_subject": MARY.subject,
        "source": {"bucket": SOURCE_BUCKET, "prefix": PREFIX},
        "execution_arn": RUN,
        "cleared": GENERATION,
        "created_at": CREATED,
        "updated_at": CREATED,
        **changes,
    }
    kept = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()}
    aws.put_item(SUMMARIES_TABLE, **{name: value for name, value in kept.items() if value is not None})


def job_of(aws: World) -> dict[str, Any]:
    return next(row for row in aws.items(SUMMARIES_TABLE) if row["job_id"] == JOB_ID)


def model_input(*turns: str) -> dict[str, Any]:
    """The request about one transcript, as prepare_batch writes it."""
    said = "\n".join(f"{number} {turn}" for number, turn in enumerate(turns, 1))
    text = f"<transcript>\n{said}\n</transcript>\n\n<insights>{json.dumps(INSIGHTS)}</insights>"
    return {"system": [{"text": "Summarise."}], "messages": [{"role": "user", "content": [{"text": text}]}]}


def model_output(text: str) -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110},
    }
