"""Where else images appear: in other documents that the caller can read."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.document_rows import read_rows
from docent.errors import MisconfiguredError, from_aws

# Other documents that are looked up for one image: a logo can be in thousands.
MAX_OTHERS = 50
# Images looked up at the same time: the SDK keeps this many connections.
THREADS = 10


def also_in(
    images_table: str, documents_table: str, image_ids: Sequence[str], document_id: str, caller: Caller
) -> dict[str, list[dict[str, Any]]]:
    """`[{document_id, file_name}]` for each image, by the documents' names."""
    with ThreadPoolExecutor(THREADS) as pool:
        holders = pool.map(lambda image_id: _holders(images_table, image_id), image_ids)
        others = {
            image_id: sorted(found - {document_id})[:MAX_OTHERS]
            for image_id, found in zip(image_ids, holders, strict=True)
        }
    rows = read_rows(documents_table, {each for found in others.values() for each in found})
    shown = {each: row for each, row in rows.items() if row.is_answered_from and row.may_be_read_by(caller)}
    return {
        image_id: sorted(
            ({"document_id": each, "file_name": shown[each].file_name} for each in others[image_id] if each in shown),
            key=lambda found: found["file_name"],
        )
        for image_id in image_ids
    }


def _holders(table: str, image_id: str) -> set[str]:
    """The documents that contain an image. Its captions are not masked, so they are not even asked for."""
    key: Any = {"picture_id": {"S": image_id}}
    try:
        reply: Any = dynamodb().get_item(TableName=table, Key=key, ProjectionExpression="picture_id, documents")
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "images were looked up", MisconfiguredError) from error
    item = reply.get("Item")
    return set(item["documents"]["SS"]) if item and "documents" in item else set()
