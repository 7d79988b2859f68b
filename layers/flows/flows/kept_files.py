"""The file of a flow as somebody saved it in the console, in the table of runs: `file#<flow>`, compressed.

A revision is made from the texts, so that a file that is saved without a change keeps its own.
"""

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.errors.flows import FlowFileChangedError
from docent.table_rows import read_item
from flows.run_events import time_text

_ITEM = {"S": "file"}


@dataclass(frozen=True, slots=True)
class FlowFile:
    """The texts of `flows/<name>.flow.json` and `flows/<name>.layout.json`."""

    text: str
    layout: str
    is_draft: bool = False
    saved_at: str = ""
    saved_by: str = ""

    @property
    def revision(self) -> str:
        return hashlib.sha256(f"{self.text}\0{self.layout}".encode()).hexdigest()[:32]

    @classmethod
    def from_item(cls, item: Any) -> Self:
        text, layout = (zlib.decompress(item[name]["B"]).decode() for name in ("text", "layout"))
        return cls(text, layout, True, item["saved_at"]["S"], item["saved_by"]["S"])

    def to_json(self) -> dict[str, Any]:
        """A `FlowFile` of openapi.yaml."""
        told = {"text": self.text, "layout": self.layout, "revision": self.revision, "is_draft": self.is_draft}
        return told | ({"saved_at": self.saved_at, "saved_by": self.saved_by} if self.is_draft else {})


@dataclass(frozen=True, slots=True)
class FlowFiles:
    """`deployed` are the files that were deployed, by the flow's name."""

    table: str
    deployed: dict[str, dict[str, str]]

    def read(self, flow: str) -> FlowFile:
        item = read_item(self.table, _key(flow), "the file of a flow was looked up")
        return FlowFile.from_item(item) if item else self._deployed(flow)

    def save(self, flow: str, text: str, layout: str, revision: str, user: str, now: float) -> FlowFile:
        """Raises FlowFileChangedError if the file has another revision than the one that was loaded."""
        saved = FlowFile(text, layout, True, time_text(now), user)
        item: Any = _key(flow) | {
            "text": {"B": zlib.compress(text.encode())},
            "layout": {"B": zlib.compress(layout.encode())},
            "revision": {"S": saved.revision},
            "saved_at": {"S": saved.saved_at},
            "saved_by": {"S": user},
        }
        # Before somebody saves it for the first time, the deployed file is the one that was loaded.
        first = "attribute_not_exists(run_id) OR " if revision == self._deployed(flow).revision else ""
        try:
            dynamodb().put_item(
                TableName=self.table,
                Item=item,
                ConditionExpression=f"{first}revision = :loaded",
                ExpressionAttributeValues={":loaded": {"S": revision}},
            )
        except dynamodb().exceptions.ConditionalCheckFailedException:
            by = self.read(flow).saved_by
            raise FlowFileChangedError(f"{by or 'Somebody'} has saved the file since it was loaded.") from None
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the file of a flow was saved", MisconfiguredError) from error
        return saved

    def _deployed(self, flow: str) -> FlowFile:
        texts = self.deployed[flow]
        return FlowFile(texts["text"], texts["layout"])


def _key(flow: str) -> dict[str, Any]:
    return {"run_id": {"S": f"file#{flow}"}, "item": _ITEM}
