"""The readers of a document: in its row, which decides, and in a list for each reader.

The lists only help to find documents. Functions that read a list check the row too, so an entry that a crash
left shows nothing. A missing entry would hide a document, so entries are added before the row changes and
removed after it.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import write_all
from docent.clients import dynamodb
from docent.documents import Document
from docent.errors import MisconfiguredError, from_aws
from docent.errors.documents import InvalidReadersError
from docent.readers import Readers

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef


def note_readers(table: str, document: Document, readers: Readers) -> set[str]:
    """Write the readers into the document's row; returns the names in whose lists it may have stood before.

    Changes nothing when a newer upload or a removal has claimed the document, or when change_readers has changed
    the readers of this upload since it came.
    """
    try:
        reply = dynamodb().update_item(
            TableName=table,
            Key={"document_id": {"S": document.document_id}},
            UpdateExpression="SET readers = :readers REMOVE former_readers, readers_changed_in",
            ConditionExpression=(
                "generation = :generation"
                " AND (attribute_not_exists(readers_changed_in) OR readers_changed_in <> :generation)"
            ),
            ExpressionAttributeValues={
                ":readers": {"S": readers.to_text()},
                ":generation": {"S": document.generation},
            },
            ReturnValues="ALL_OLD",
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return set()
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"the readers of {document.name} were noted", MisconfiguredError) from error
    return listed_names({name: value["S"] for name, value in reply.get("Attributes", {}).items() if "S" in value})


def listed_names(row: Mapping[str, Any]) -> set[str]:
    """Whose lists a document may stand in, by its row: change_readers leaves there who read it before."""
    names: set[str] = set()
    for attribute in ("readers", "former_readers"):
        with suppress(InvalidReadersError):
            names |= set(Readers.from_text(row.get(attribute, "{}")).names)
    return names


def list_for(table: str, document: Document, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Put the document into the lists of some readers, and take it out of others'. Raises TransientError."""
    requests: list[WriteRequestTypeDef] = [
        *({"PutRequest": {"Item": _entry(name, document) | _names(document)}} for name in sorted(add)),
        *({"DeleteRequest": {"Key": _entry(name, document)}} for name in sorted(remove)),
    ]
    write_all(table, requests, f"the readers of {document.name} were listed")


def _entry(name: str, document: Document) -> dict[str, Any]:
    return {"reader": {"S": name}, "document_key": {"S": document.source.key}}


def _names(document: Document) -> dict[str, Any]:
    return {"document_id": {"S": document.document_id}}
