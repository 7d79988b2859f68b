"""Where it is written who may read a document: in its row, which decides, and in a list for each reader.

The lists only help to find documents. Whoever reads one asks the row too, so an entry that a crash left
behind shows nothing; one that is missing would hide a document, so entries are added before the row changes
and removed after it.
"""

from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.documents import Document
from docent.errors import InvalidReadersError, MisconfiguredError, TransientError, from_aws
from docent.readers import Readers

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

# DynamoDB writes at most this many items a call.
BATCH = 25


def note_readers(table: str, document: Document, readers: Readers) -> Readers:
    """Write the readers into the document's row; returns those that stood there before.

    Changes nothing when a newer upload or a removal has claimed the document.
    """
    try:
        reply = dynamodb().update_item(
            TableName=table,
            Key={"document_id": {"S": document.document_id}},
            UpdateExpression="SET readers = :readers",
            ConditionExpression="generation = :generation",
            ExpressionAttributeValues={
                ":readers": {"S": readers.to_text()},
                ":generation": {"S": document.generation},
            },
            ReturnValues="UPDATED_OLD",
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return readers
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"the readers of {document.name} were noted", MisconfiguredError) from error
    try:
        return Readers.from_text(reply.get("Attributes", {}).get("readers", {}).get("S", "{}"))
    except InvalidReadersError:
        return Readers()


def list_for(table: str, document: Document, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Put the document into the lists of some readers, and take it out of others'. Raises TransientError."""
    requests: list[WriteRequestTypeDef] = [
        *({"PutRequest": {"Item": _entry(name, document) | _names(document)}} for name in sorted(add)),
        *({"DeleteRequest": {"Key": _entry(name, document)}} for name in sorted(remove)),
    ]
    for batch in batched(requests, BATCH, strict=False):
        try:
            reply = dynamodb().batch_write_item(RequestItems={table: list(batch)})
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"the readers of {document.name} were listed", MisconfiguredError) from error
        if reply.get("UnprocessedItems"):
            raise TransientError(f"DynamoDB left readers of {document.name} unprocessed.")


def _entry(name: str, document: Document) -> dict[str, Any]:
    return {"reader": {"S": name}, "document_key": {"S": document.source.key}}


def _names(document: Document) -> dict[str, Any]:
    return {"document_id": {"S": document.document_id}}
