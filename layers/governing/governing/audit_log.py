"""The audit log in its table. Entries are only added, each in the same transaction as the change that it records."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, TransientError, from_aws

from .audit_chain import Entry

# All entries are one chain, and so one partition.
CHAIN = "governance"
ATTEMPTS = 12
# Of the reasons why a transaction is cancelled: those that may be gone when it is tried again.
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


def last_entry(table: str) -> Entry | None:
    return next(_read(table, ":chain", {":chain": {"S": CHAIN}}, ScanIndexForward=False, Limit=1), None)


def entries_after(table: str, sequence: int, limit: int) -> list[Entry]:
    """The following ones, at most `limit`."""
    values = {":chain": {"S": CHAIN}, ":after": {"N": str(sequence)}}
    found = _read(table, ":chain AND #sequence > :after", values, ExpressionAttributeNames={"#sequence": "sequence"})
    return [entry for entry, _ in zip(found, range(limit), strict=False)]


def write_with_entry(
    table: str,
    told: Mapping[str, Any],
    writes: Sequence[Mapping[str, Any]] = (),
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Make the writes and add their log entry in one transaction. False if a condition of the writes does not hold.

    If somebody else adds an entry at the same time, it reads the chain's end again and retries. Raises TransientError
    if that fails too often.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(0.02 * attempt)
        entry = Entry.after(last_entry(table), told)
        try:
            dynamodb().transact_write_items(TransactItems=[_put(table, entry), *writes])  # pyright: ignore[reportArgumentType]
        except dynamodb().exceptions.TransactionCanceledException as error:
            reasons: Any = error.response.get("CancellationReasons", [])
            codes = [reason.get("Code", "None") for reason in reasons]
            if "ConditionalCheckFailed" in codes[1:]:
                return False
            if codes[:1] == ["ConditionalCheckFailed"] or set(codes) & _PASSING:
                continue
            raise MisconfiguredError(f"A decision could not be written ({', '.join(sorted(set(codes)))}).") from error
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "a decision was written", MisconfiguredError) from error
        return True
    raise TransientError("Too many decisions are written at the same time.")


def _put(table: str, entry: Entry) -> dict[str, Any]:
    item = {
        "chain": {"S": CHAIN},
        "sequence": {"N": str(entry.sequence)},
        "told": {"S": entry.told},
        "previous": {"S": entry.previous},
        "digest": {"S": entry.digest},
    }
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(digest)"}}


def _read(table: str, condition: str, values: Mapping[str, Any], **more: Any) -> Iterator[Entry]:
    names = {"#chain": "chain"} | more.pop("ExpressionAttributeNames", {})
    asked: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": f"#chain = {condition}",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ConsistentRead": True,
        **more,
    }
    try:
        while True:
            reply = dynamodb().query(**asked)
            items: list[dict[str, Any]] = list(reply["Items"])
            for item in items:
                plain = {name: next(iter(value.values())) for name, value in item.items()}
                yield Entry.from_json(plain)
            if "LastEvaluatedKey" not in reply or "Limit" in asked:
                return
            asked["ExclusiveStartKey"] = reply["LastEvaluatedKey"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the audit log was read", MisconfiguredError) from error
