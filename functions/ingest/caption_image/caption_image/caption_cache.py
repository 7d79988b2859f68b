"""Captions already paid for, by image, model and prompt version, and which documents hold each image.

One item per image: `documents`, a string set of document ids, and `captions`, a map. An image is
claimed for its document in the same write that reads the cache, and forget_document deletes the item in
one conditional write when no document is left. So no private text outlives its documents, and no race
can lose a caption that a document still needs.
"""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws


class CaptionCache:
    def __init__(self, table: str) -> None:
        self._table = table

    def claim(self, image_id: str, document_id: str, caption_key: str) -> dict[str, Any] | None:
        """Record that the document contains the image, and return the caption under `caption_key`, if there is one."""
        item = self._update(
            image_id,
            UpdateExpression="ADD documents :document",
            ExpressionAttributeValues={":document": {"SS": [document_id]}},
            ReturnValues="ALL_NEW",
        )
        cached = item.get("captions", {}).get("M", {}).get(caption_key)
        return json.loads(cached["S"]) if cached else None

    def keep(self, image_id: str, caption_key: str, caption: dict[str, Any]) -> None:
        """Store a caption. Does nothing when no document contains the image any more."""
        value = {"S": json.dumps(caption, ensure_ascii=False)}
        held = "attribute_exists(documents)"
        try:
            self._update(
                image_id,
                UpdateExpression="SET captions = if_not_exists(captions, :empty)",
                ConditionExpression=held,
                ExpressionAttributeValues={":empty": {"M": {}}},
            )
            self._update(
                image_id,
                UpdateExpression="SET captions.#key = :caption",
                ConditionExpression=held,
                ExpressionAttributeNames={"#key": caption_key},
                ExpressionAttributeValues={":caption": value},
            )
        except dynamodb().exceptions.ConditionalCheckFailedException:
            return

    def _update(self, image_id: str, **update: Any) -> dict[str, Any]:
        key = {"picture_id": {"S": image_id}}
        try:
            return dynamodb().update_item(TableName=self._table, Key=key, **update).get("Attributes", {})
        except dynamodb().exceptions.ConditionalCheckFailedException:
            raise
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"noting image {image_id}", MisconfiguredError) from error
