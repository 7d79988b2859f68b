"""Jobs that summarise transcripts in the table, as their workflow leaves them."""

import json
from typing import Any

from docent.owned_rows import owner_json
from tests.support.api_calls import MARY
from tests.support.aws import SOURCE_BUCKET, SUMMARIES_TABLE, World

GENERATION = "006B5C1F" + "0" * 24
RUN = "arn:aws:states:eu-central-1:111122223333:execution:docent-summarize-transcripts:7c1e"
BATCH = "arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/a1b2c3d4e5f6"
CREATED = "2026-11-29T06:00:00.000Z"
PREFIX = f"transcripts/{MARY.subject}/november/"
ESTIMATE = {
    "requests": 200,
    "input_tokens": 200_000,
    "output_tokens": 80_000,
    "model_id": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "way": "batch",
    "cost": {"on_demand": 2.0, "batch": 1.0, "masking": 0.1},
    "most": {"on_demand": 6.0, "batch": 3.0, "masking": 0.2},
    "seconds_on_demand": 160,
}


def put_job(aws: World, job_id: str, status: str = "SUMMARIZING", **changes: Any) -> None:
    """Objects are kept as JSON, but for `error`; None leaves an attribute out."""
    values: dict[str, Any] = {
        "job_id": job_id,
        "generation": GENERATION,
        "status": status,
        "owner": owner_json(MARY),
        "owner_subject": MARY.subject,
        "source": {"bucket": SOURCE_BUCKET, "prefix": PREFIX},
        "execution_arn": RUN,
        "estimate": ESTIMATE,
        "created_at": CREATED,
        "updated_at": CREATED,
        **changes,
    }
    items = {
        name: json.dumps(value) if isinstance(value, dict) and name != "error" else value
        for name, value in values.items()
        if value is not None
    }
    aws.put_item(SUMMARIES_TABLE, **items)


def job_of(aws: World, job_id: str) -> dict[str, Any]:
    return next(row for row in aws.items(SUMMARIES_TABLE) if row["job_id"] == job_id)
