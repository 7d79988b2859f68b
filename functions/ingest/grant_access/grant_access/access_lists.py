"""The readers of a document: in its row, which decides, and in a list for each reader.

Functions that read a list (docent.reading_lists) check the row too, so an entry that a crash left shows nothing. A
missing entry would hide a document, so entries are added before the row changes and removed after it.
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
from docent.reading_lists import upload_place, uploads_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef


type Entry = tuple[str, str]
"""The partition of a reader's list, and where in it the document stands."""


def entries_of(document: Document, names: Iterable[str], uploaded_at: str) -> set[Entry]:
    """Each reader has a list by key and one by upload; without a time, as of Docent 0.1, only the first."""
    by_key = {(name, document.source.key) for name in names}
    place = upload_place(uploaded_at, document.document_id)
    return by_key | ({(uploads_of(name), place) for name, _ in by_key} if uploaded_at else set())


def entries_by_row(document: Document, row: Mapping[str, Any]) -> set[Entry]:
    """Where a document may stand by its row: change_readers leaves there who read it before."""
    names: set[str] = set()
    for attribute in ("readers", "former_readers"):
        with suppress(InvalidReadersError):
            names |= set(Readers.from_text(row.get(attribute, "{}")).names)
    return entries_of(document, names, row.get("uploaded_at", ""))


def note_readers(table: str, document: Document, readers: Readers, uploaded_at: str) -> set[Entry]:
    """Write the readers and the time into the document's row; returns where it may have stood before.

    Changes nothing when a newer upload or a removal has claimed the document, or when change_readers has changed
    the readers of this upload since it came.
    """
    try:
        reply = dynamodb().update_item(
            TableName=table,
            Key={"document_id": {"S": document.document_id}},
            UpdateExpression=(
                "SET readers = :readers, uploaded_at = :uploaded_at REMOVE former_readers, readers_changed_in"
            ),
            ConditionExpression=(
                "generation = :generation"
                " AND (attribute_not_exists(readers_changed_in) OR readers_changed_in <> :generation)"
            ),
            ExpressionAttributeValues={
                ":readers": {"S": readers.to_text()},
                ":uploaded_at": {"S": uploaded_at},
                ":generation": {"S": document.generation},
            },
            ReturnValues="ALL_OLD",
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return set()
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"the readers of {document.name} were noted", MisconfiguredError) from error
    row = {name: value["S"] for name, value in reply.get("Attributes", {}).items() if "S" in value}
    return entries_by_row(document, row)


def add_entries(table: str, document: Document, entries: set[Entry], uploaded_at: str) -> None:
    """Put the document into lists. Raises TransientError."""
    told = {"document_id": {"S": document.document_id}, "uploaded_at": {"S": uploaded_at}}
    requests: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": _key(entry) | told}} for entry in sorted(entries)]
    write_all(table, requests, f"the readers of {document.name} were listed")


def remove_entries(table: str, document: Document, entries: set[Entry]) -> None:
    """Take the document out of lists. Raises TransientError."""
    requests: list[WriteRequestTypeDef] = [{"DeleteRequest": {"Key": _key(entry)}} for entry in sorted(entries)]
    write_all(table, requests, f"the readers of {document.name} were listed")


def _key(entry: Entry) -> dict[str, Any]:
    return {"reader": {"S": entry[0]}, "document_key": {"S": entry[1]}}
