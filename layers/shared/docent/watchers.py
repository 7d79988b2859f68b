"""The connections of those who want to hear of changes, by the names under which they may read things.

The connections table has one item for each of a caller's names: `user:…` and `group:…` as readers are named, and
`owner:` with the subject. An item holds the whole caller, so that what changed decides who hears of it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import write_all
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.readers import names_of


@dataclass(frozen=True, slots=True)
class Watcher:
    connection_id: str
    caller: Caller

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> Self:
        return cls(item["connection_id"]["S"], Caller.from_authorizer(json.loads(item["caller"]["S"])))

    @property
    def _names(self) -> Iterator[str]:
        yield owner_name(self.caller.subject)
        yield from names_of(self.caller)

    def add(self, table: str) -> None:
        """Until the token expires; DynamoDB deletes what is left of it then."""
        caller = {"S": json.dumps(self.caller.to_authorizer())}
        more = {"caller": caller, "expires_at": {"N": str(self.caller.expires_at)}}
        puts: Any = [{"PutRequest": {"Item": key | more}} for key in self._keys()]
        write_all(table, puts, "a connection was noted")

    def remove(self, table: str) -> None:
        deletes: Any = [{"DeleteRequest": {"Key": key}} for key in self._keys()]
        write_all(table, deletes, "a connection was forgotten")

    def _keys(self) -> list[dict[str, Any]]:
        return [
            {"reader": {"S": name}, "connection_id": {"S": self.connection_id}} for name in sorted(set(self._names))
        ]


def owner_name(subject: str) -> str:
    return f"owner:{subject}"


def watchers_named(table: str, names: Iterable[str]) -> Iterator[Watcher]:
    """Those who are connected under one of these names, each once."""
    found: dict[str, Watcher] = {}
    try:
        for name in names:
            pages = (
                dynamodb()
                .get_paginator("query")
                .paginate(
                    TableName=table,
                    KeyConditionExpression="reader = :reader",
                    ExpressionAttributeValues={":reader": {"S": name}},
                    ConsistentRead=True,
                )
            )
            items: Iterator[Any] = (item for page in pages for item in page["Items"])
            found |= {each.connection_id: each for each in map(Watcher.from_item, items)}
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "connections were looked up", MisconfiguredError) from error
    yield from found.values()
