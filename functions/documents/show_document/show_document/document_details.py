"""Details of one document that lists do not show: what it cost, its gaps, and its readers."""

from typing import Any

from docent.callers import Caller
from docent.document_rows import DocumentRow, gaps_of


def details(row: DocumentRow, caller: Caller) -> dict[str, Any]:
    """`DocumentDetails` of openapi.yaml without its states and images."""
    told: dict[str, Any] = row.to_json(caller) | {
        "gaps": [],
        "input_tokens": int(row.values.get("input_tokens", 0)),
        "output_tokens": int(row.values.get("output_tokens", 0)),
        "cost_usd": float(row.values.get("cost_usd", 0)),
    }
    if row.is_owned_by(caller):
        told["readers"] = row.readers.to_json()
    if row.is_answered_from:
        told["gaps"] = gaps_of(row)
        if "error" in row.values:
            told["error"] = {name: value["S"] for name, value in row.values["error"].items()}
    return told
