"""A job as its owner sees it, and links to its summaries and its report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from docent.batch_jobs import ENDED
from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.report_links import LIFETIME, link_to
from docent.summary_jobs import JobRow

# So many seconds Bedrock is not asked again, however many look.
FRESH = 15


def is_out_of_date(row: JobRow, now: float) -> bool:
    """Whether Bedrock may have more to tell of a batch job than the row has."""
    if row.status != "SUMMARIZING" or "arn" not in row.batch or row.batch["status"] in ENDED:
        return False
    return now - datetime.fromisoformat(row.batch["at"]).timestamp() >= FRESH


def details_of(row: JobRow, batch: Mapping[str, Any]) -> dict[str, Any]:
    """`JobDetails` of openapi.yaml, without links."""
    told = {name: row.values[name] for name in ("estimate", "cost", "options", "error") if row.values.get(name)}
    if row.progress:
        told["progress"] = dict(row.progress)
    if batch:
        told["batch"] = {name: value for name, value in batch.items() if name != "arn"}
    return row.to_json() | told


def links_to(bucket: str, row: JobRow, now: float) -> dict[str, str]:
    names = JobKeys(row.job_id)
    return {
        "summaries": link_to(bucket, names.summaries, "application/jsonl", f"{row.name}.jsonl"),
        "report": link_to(bucket, names.report_json, "application/json"),
        "report_page": link_to(bucket, names.report_html, "text/html; charset=utf-8"),
        "expires_at": now_text(now + LIFETIME),
    }
