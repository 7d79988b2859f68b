"""What an upload left, and the release of images that a document does not contain any more."""

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.documents import Manifest
from docent.errors import MisconfiguredError, from_aws


def images_let_go(forgotten: Iterable[Manifest], kept: Iterable[Manifest]) -> set[str]:
    """The images of the forgotten uploads that no kept upload of the same document contains."""
    still_held = {image.image_id for manifest in kept for image in manifest.images}
    return {image.image_id for manifest in forgotten for image in manifest.images} - still_held


def release(table: str, image_id: str, document_id: str) -> None:
    """Remove the document from the image's item; delete the item, captions included, if it was the last."""
    key = {"picture_id": {"S": image_id}}
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
        return  # never claimed, or another document contains it
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"letting go of image {image_id}", MisconfiguredError) from error
