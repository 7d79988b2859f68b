"""A run as its owner sees it, and links to its verdicts and its report."""

from typing import Any

from docent.clock import now_text
from docent.debate_runs import RunRow
from docent.derived_keys import DebateKeys
from docent.report_links import LIFETIME, link_to


def details_of(row: RunRow) -> dict[str, Any]:
    """`RunDetails` of openapi.yaml, without links."""
    prepared = row.values.get("prepared", {})
    told = {name: prepared.get(name) for name in ("plan", "cases", "refused", "most")}
    told |= {name: row.values.get(name) for name in ("cost", "error")}
    return row.to_json() | {name: value for name, value in told.items() if value is not None}


def links_to(bucket: str, row: RunRow, now: float) -> dict[str, str]:
    keys = DebateKeys(row.run_id, row.generation)
    return {
        "verdicts": link_to(bucket, keys.verdicts, "application/jsonl", f"{row.name}.jsonl"),
        "report": link_to(bucket, keys.report, "application/json"),
        "report_page": link_to(bucket, keys.report_page, "text/html; charset=utf-8"),
        "expires_at": now_text(now + LIFETIME),
    }
