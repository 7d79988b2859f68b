"""New readers of a document: in its row at once, and in its object's metadata, which makes it a new upload."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb, s3
from docent.document_rows import DocumentRow
from docent.errors import MisconfiguredError, TransientError, from_aws
from docent.objects import MISSING_CODES, copy_onto_itself
from docent.ownership import not_found
from docent.readers import METADATA


def note_readers(table: str, row: DocumentRow, readers: str) -> None:
    """The row keeps those who read it before, for grant_access to take it out of their lists, and the upload whose
    own readers do not count any more.

    Raises TransientError when the row has become another upload's or a removal's meanwhile.
    """
    before = row.values.get("former_readers") or row.values.get("readers") or "{}"
    try:
        dynamodb().update_item(
            TableName=table,
            Key={"document_id": {"S": row.document_id}},
            UpdateExpression="SET readers = :readers, former_readers = :before, readers_changed_in = :generation",
            ConditionExpression="generation = :generation AND NOT #status IN (:removing, :removed)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":readers": {"S": readers},
                ":before": {"S": before},
                ":generation": {"S": row.generation},
                ":removing": {"S": "REMOVING"},
                ":removed": {"S": "REMOVED"},
            },
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        raise TransientError("The document was uploaded or removed at the same time.") from None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "readers were noted", MisconfiguredError) from error


def copy_with_readers(bucket: str, key: str, readers: str) -> None:
    """Copy the object onto itself with new readers. Raises NotFoundError when it has been deleted meanwhile."""
    try:
        copy_onto_itself(s3(), bucket, key, {METADATA: readers})
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in MISSING_CODES:
            raise not_found() from error
        raise from_aws(error, "a document was copied", MisconfiguredError) from error
