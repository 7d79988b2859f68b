"""A job as its owner sees it, and links to its summaries and its report."""

from typing import Any

from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.report_links import LIFETIME, link_to
from docent.summary_jobs import JobRow


def details_of(row: JobRow) -> dict[str, Any]:
    """`JobDetails` of openapi.yaml, without links."""
    told = {
        name: row.values[name] for name in ("progress", "estimate", "cost", "options", "error") if row.values.get(name)
    }
    if row.batch:
        told["batch"] = {name: value for name, value in row.batch.items() if name != "arn"}
    return row.to_json() | told


def links_to(bucket: str, row: JobRow, now: float) -> dict[str, str]:
    names = JobKeys(row.job_id)
    return {
        "summaries": link_to(bucket, names.summaries, "application/jsonl", f"{row.name}.jsonl"),
        "report": link_to(bucket, names.report_json, "application/json"),
        "report_page": link_to(bucket, names.report_html, "text/html; charset=utf-8"),
        "expires_at": now_text(now + LIFETIME),
    }
