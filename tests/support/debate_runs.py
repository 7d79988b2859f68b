"""Runs of debates in the table, as their workflow leaves them."""

import json
from typing import Any

from docent.owned_rows import owner_json
from tests.support.api_calls import MARY
from tests.support.aws import DEBATES_TABLE, SOURCE_BUCKET, World

GENERATION = "006B5C1F" + "0" * 24
RUN = "arn:aws:states:eu-central-1:111122223333:execution:docent-run-debates:7c1e"
CREATED = "2026-11-29T06:00:00.000Z"


def put_run(aws: World, run_id: str, status: str | None = "DEBATING", **changes: Any) -> None:
    """Objects are kept as JSON, but for `error`; None leaves an attribute out."""
    values: dict[str, Any] = {
        "run_id": run_id,
        "generation": GENERATION,
        "status": status,
        "owner": owner_json(MARY),
        "owner_subject": MARY.subject,
        "source": {"bucket": SOURCE_BUCKET, "key": f"debates/{MARY.subject}/november.jsonl"},
        "execution_arn": RUN,
        "created_at": CREATED,
        "updated_at": CREATED,
        **changes,
    }
    items = {
        name: json.dumps(value) if isinstance(value, dict) and name != "error" else value
        for name, value in values.items()
        if value is not None
    }
    aws.put_item(DEBATES_TABLE, **items)


def run_of(aws: World, run_id: str) -> dict[str, Any]:
    return next(row for row in aws.items(DEBATES_TABLE) if row["run_id"] == run_id)
