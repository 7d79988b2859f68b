"""Deleting an upload, and saying at once that its document is being removed."""

from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb, s3
from docent.document_rows import DocumentRow
from docent.errors import MisconfiguredError, from_aws


def delete_object(bucket: str, key: str) -> None:
    """The bucket keeps versions: this hides the object behind a delete marker, and S3 announces that."""
    try:
        s3().delete_object(Bucket=bucket, Key=key)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a document was deleted", MisconfiguredError) from error


def mark_removing(table: str, row: DocumentRow, now: float) -> None:
    """From `now` on, in seconds since 1970, nobody is answered from it. Does nothing when the row is another upload's
    or removal's by now."""
    since = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    try:
        dynamodb().update_item(
            TableName=table,
            Key={"document_id": {"S": row.document_id}},
            UpdateExpression="SET #status = :removing, removing_since = if_not_exists(removing_since, :since)",
            ConditionExpression="generation = :generation",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":removing": {"S": "REMOVING"},
                ":since": {"S": since},
                ":generation": {"S": row.generation},
            },
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return  # remove_document was faster, or the document has been uploaded again
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a document was marked", MisconfiguredError) from error
