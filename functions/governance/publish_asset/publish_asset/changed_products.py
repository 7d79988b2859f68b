"""Which products a batch of records is about."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from docent.document_rows import read_rows

QUEUE = "aws:sqs"


def products_of(records: Iterable[Mapping[str, Any]], documents_table: str) -> list[str]:
    """From rows of the products table that changed, and from events about documents, whose products their rows tell."""
    named: set[str] = set()
    document_ids: set[str] = set()
    for record in records:
        if record["eventSource"] == QUEUE:
            document_ids.add(json.loads(record["body"])["detail"]["document_id"])
        else:
            named.add(record["dynamodb"]["Keys"]["product_id"]["S"])
    rows = read_rows(documents_table, sorted(document_ids)).values()
    return sorted(named.union(*(row.readers.products for row in rows)))
