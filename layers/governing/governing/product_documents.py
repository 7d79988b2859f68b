"""The documents of a data product: those that name it as a reader, by the list that grant_access keeps."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.document_rows import DocumentRow, read_rows
from docent.errors import MisconfiguredError, from_aws
from docent.readers import product_name

# At most this many are examined: for a larger product, quality is that of a part of it.
MOST = 5_000


def has_documents(readers_table: str, product_id: str) -> bool:
    return next(document_ids_of(readers_table, product_id, 1), None) is not None


def rows_of(readers_table: str, documents_table: str, product_id: str) -> list[DocumentRow]:
    """The documents that name the product now, and are not removed."""
    document_ids = list(islice(document_ids_of(readers_table, product_id, 1000), MOST))
    rows = read_rows(documents_table, document_ids).values()
    return [row for row in rows if row.is_answered_from and product_id in row.readers.products]


def quality_of(rows: Sequence[DocumentRow]) -> dict[str, Any]:
    """Counts and ages only, because not everybody who sees the catalogue can read the documents."""
    ages = sorted(row.values["updated_at"] for row in rows if "updated_at" in row.values)
    told: dict[str, Any] = {
        "documents": len(rows),
        "searchable": sum(row.status in ("INGESTED", "INGESTED_WITH_GAPS") for row in rows),
        "failed": sum(row.status == "FAILED" for row in rows),
        "pages": sum(int(row.values.get("page_count", 0)) for row in rows),
        "images": sum(int(row.values.get("image_count", 0)) for row in rows),
        "gaps": sum(int(row.values.get("gap_count", 0)) for row in rows),
    }
    return told | ({"oldest_at": ages[0], "newest_at": ages[-1]} if ages else {})


def document_ids_of(table: str, product_id: str, page: int) -> Iterator[str]:
    """Of those that name the product, `page` of them read at a time."""
    try:
        query: Any = dynamodb().get_paginator("query")
        pages = query.paginate(
            TableName=table,
            KeyConditionExpression="reader = :reader",
            ExpressionAttributeValues={":reader": {"S": product_name(product_id)}},
            ConsistentRead=True,
            PaginationConfig={"PageSize": page},
        )
        yield from (item["document_id"]["S"] for each in pages for item in each["Items"])
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the documents of a data product were looked up", MisconfiguredError) from error
