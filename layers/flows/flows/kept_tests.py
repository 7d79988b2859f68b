"""Tests that were saved in the console, in the table of runs: `tests#<flow>` and the test's name, compressed.

They are kept as long as runs are, in which time `docent flow pull` writes them into flows/tests.
"""

import zlib
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from flows.flow_tests import FlowTest
from flows.kept_runs import DAY
from flows.run_events import time_text


@dataclass(frozen=True, slots=True)
class KeptTest:
    name: str
    text: str
    saved_at: str
    saved_by: str

    def to_json(self) -> dict[str, Any]:
        """A `FlowTest` of openapi.yaml."""
        return {"name": self.name, "text": self.text, "saved_at": self.saved_at, "saved_by": self.saved_by}


def save_test(table: str, days: int, test: FlowTest, user: str, now: float) -> KeptTest:
    """A test of the same name is replaced."""
    kept = KeptTest(test.name, test.text, time_text(now), user)
    item: Any = {
        "run_id": {"S": _key(test.flow)},
        "item": {"S": kept.name},
        "text": {"B": zlib.compress(kept.text.encode())},
        "saved_at": {"S": kept.saved_at},
        "saved_by": {"S": user},
        "expires_at": {"N": str(int(now) + days * DAY)},
    }
    try:
        dynamodb().put_item(TableName=table, Item=item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a test of a flow was saved", MisconfiguredError) from error
    return kept


def kept_tests(table: str, flow: str) -> list[KeptTest]:
    """By name."""
    query: Any = {
        "KeyConditionExpression": "run_id = :tests",
        "ExpressionAttributeValues": {":tests": {"S": _key(flow)}},
        "ConsistentRead": True,
    }
    try:
        pages = dynamodb().get_paginator("query").paginate(TableName=table, **query)
        return [_from_item(item) for page in pages for item in page["Items"]]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "tests of a flow were listed", MisconfiguredError) from error


def _from_item(item: Any) -> KeptTest:
    text = zlib.decompress(item["text"]["B"]).decode()
    return KeptTest(item["item"]["S"], text, item["saved_at"]["S"], item["saved_by"]["S"])


def _key(flow: str) -> str:
    return f"tests#{flow}"
