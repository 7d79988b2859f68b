"""What an upload left behind, and how a picture is let go of when no document holds it any more."""

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.documents import Manifest
from docent.errors import MisconfiguredError, from_aws


def pictures_let_go(forgotten: Iterable[Manifest], kept: Iterable[Manifest]) -> set[str]:
    """The pictures of the forgotten uploads that no kept upload of the same document shows."""
    still_held = {figure.picture_id for manifest in kept for figure in manifest.figures}
    return {figure.picture_id for manifest in forgotten for figure in manifest.figures} - still_held


def release(table: str, picture_id: str, document_id: str) -> None:
    """Take the document off the picture; the last one takes its cached captions with it, atomically."""
    key = {"picture_id": {"S": picture_id}}
    try:
        dynamodb().update_item(
            TableName=table,
            Key=key,
            UpdateExpression="DELETE documents :document",
            ConditionExpression="attribute_exists(picture_id)",
            ExpressionAttributeValues={":document": {"SS": [document_id]}},
        )
        dynamodb().delete_item(TableName=table, Key=key, ConditionExpression="attribute_not_exists(documents)")
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return  # never claimed, or another document holds it
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"letting go of picture {picture_id}", MisconfiguredError) from error
