"""What is left of a questionnaire when it is deleted: its file, its items, its entries in the lists, its row."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import write_all
from docent.clients import dynamodb, s3
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaire_rows import QuestionnaireRow, entry_key, read_items, row_key
from docent.questionnaires import ITEM, KEPT, LOG

# Until then an event of the deleted upload that arrives late is refused.
KEEP = 30 * 86_400


def delete_source(bucket: str, row: QuestionnaireRow) -> None:
    """The bucket keeps versions: this hides the file behind a delete marker. Questions sent to the API have no file."""
    if "document" not in row.values or row.document.source.bucket != bucket:
        return
    try:
        s3().delete_object(Bucket=bucket, Key=row.document.source.key)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a questionnaire was deleted", MisconfiguredError) from error


def forget_items(table: str, row: QuestionnaireRow) -> None:
    own = {"questionnaire_id": {"S": row.questionnaire_id}}
    keys: list[Any] = [
        *(
            own | {"item": {"S": each["item"]}}
            for prefix in (ITEM, LOG, KEPT)
            for each in read_items(table, row.questionnaire_id, "#item", prefix)
        ),
        *(entry_key(name, row.values["created_at"], row.questionnaire_id) for name in row.readers.names),
    ]
    write_all(table, [{"DeleteRequest": {"Key": key}} for key in keys], "a questionnaire was deleted")


def leave_tombstone(table: str, row: QuestionnaireRow, now: float) -> None:
    item = row_key(row.questionnaire_id) | {
        "generation": {"S": row.generation},
        "expires_at": {"N": str(int(now) + KEEP)},
    }
    try:
        dynamodb().put_item(TableName=table, Item=item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a questionnaire was deleted", MisconfiguredError) from error
