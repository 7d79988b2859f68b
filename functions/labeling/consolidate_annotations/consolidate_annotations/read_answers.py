"""What Ground Truth hands over: objects with answers, which may be in files of their own."""

import json
from collections.abc import Mapping
from typing import Any

from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError
from docent.objects import read_bytes
from labeling.manifests import address_of


def payload_of(address: str) -> list[dict[str, Any]]:
    return json.loads(read_bytes(_object(address)))


def content_in(data: Mapping[str, Any]) -> Any:
    """The JSON that a worker sent. Raises ValueError if it is none."""
    if "content" in data:
        sent = data["content"]
        return json.loads(sent) if isinstance(sent, str) else sent
    return json.loads(read_bytes(_object(data["s3Uri"])))


def _object(address: str) -> ObjectPointer:
    pointer = address_of(address)
    if pointer is None:
        raise MisconfiguredError("Ground Truth named no object in S3.")
    return pointer
