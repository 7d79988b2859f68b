"""The lineage of a data product: that of its documents, as far as the caller may read them, and sums of the others."""

from collections.abc import Sequence
from typing import Any

from docent.callers import Caller
from docent.document_rows import DocumentRow

from .cited_answers import CitedAnswers

# The newest ones; the index is asked about the answers to each of them.
MOST_DOCUMENTS = 100


def product_lineage(
    caller: Caller, rows: Sequence[DocumentRow], answers: CitedAnswers, *, everybody: bool
) -> dict[str, Any]:
    """`ProductLineage` of openapi.yaml without the product. With `everybody`, of a caller who looks after it."""
    newest = sorted(rows, key=lambda row: row.values.get("updated_at", ""), reverse=True)
    readable = [row for row in newest if row.may_be_read_by(caller)]
    looked_at = (newest if everybody else readable)[:MOST_DOCUMENTS]
    own = answers.own(looked_at)
    everybodys = answers.everybodys(looked_at) if everybody else None
    found = own if everybodys is None else everybodys
    return {
        "documents": [
            {
                "document_id": row.document_id,
                "file_name": row.file_name,
                "status": row.status,
                "page_count": int(row.values.get("page_count", 0)),
                "image_count": int(row.values.get("image_count", 0)),
                "captioned_count": int(row.values.get("captioned_count", 0)),
                "answer_count": len(found.get(row.document_id, [])),
            }
            for row in readable[:MOST_DOCUMENTS]
        ],
        "withheld_documents": len(rows) - len(readable),
        "looked_at": len(looked_at),
        "answers": answers.told(looked_at, own, everybodys),
    }
