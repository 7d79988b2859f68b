"""An item as its caller may see it now.

Sharing a questionnaire shares its answers, but not the documents: a citation of one that the caller cannot read is left
out. An answer from a document that the owner cannot read any more is withheld from everybody, with all its citations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from docent.callers import Caller
from docent.document_rows import DocumentRow
from docent.questionnaire_items import Item


def details(
    item: Item, log: Sequence[Mapping[str, Any]], rows: Mapping[str, DocumentRow], caller: Caller, bucket: str
) -> dict[str, Any]:
    """An `ItemDetails` of openapi.yaml; `bucket` is where the cited images are."""
    citations = item.answer.citations if item.answer else ()
    readable = [
        citation
        for citation in citations
        if (row := rows.get(citation.document_id)) and row.is_answered_from and row.may_be_read_by(caller)
    ]
    told = ("approved_by", "approved_at", "edited_by", "answered_at")
    review = {name: item.values[name] for name in told if item.values.get(name)}
    return (
        item.to_json()
        | review
        | {
            "citations": [citation.to_shown(bucket) for citation in readable],
            "withheld_citations": len(citations) - len(readable),
            "reasons": list(item.answer.reasons) if item.answer else [],
            "comments": item.comments,
            "log": list(log),
        }
    )
