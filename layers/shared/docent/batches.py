"""DynamoDB's batch calls, which may leave a part of what they were given: it is given again, after a pause.

The SDK retries none of that, as the call itself succeeded. The pauses grow and are random, as DynamoDB asks for:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, TransientError, from_aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

# At most so many items a call.
READ, WRITE = 100, 25
ATTEMPTS = 5
LONGEST_FIRST_PAUSE = 0.1  # seconds; each further pause may be twice as long

type Sleep = Callable[[float], None]


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def read_all(
    table: str, keys: Sequence[Mapping[str, Any]], doing: str, sleep: Sleep = _sleep
) -> Iterator[Mapping[str, Any]]:
    """The items that there are, in no order, as of now (consistent reads). `doing` is for errors' messages."""
    for batch in batched(keys, READ, strict=False):
        wanted = {table: {"Keys": list(batch), "ConsistentRead": True}}
        for reply in _replies(dynamodb().batch_get_item, wanted, "UnprocessedKeys", doing, sleep):
            yield from reply["Responses"].get(table, [])


def write_all(table: str, requests: "Sequence[WriteRequestTypeDef]", doing: str, sleep: Sleep = _sleep) -> None:
    """Put and delete items. `doing` is for errors' messages."""
    for batch in batched(requests, WRITE, strict=False):
        for _ in _replies(dynamodb().batch_write_item, {table: list(batch)}, "UnprocessedItems", doing, sleep):
            pass


def _replies(call: Callable[..., Any], wanted: Any, rest: str, doing: str, sleep: Sleep) -> Iterator[Mapping[str, Any]]:
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(random.uniform(0, LONGEST_FIRST_PAUSE * 2 ** (attempt - 1)))  # noqa: S311 - no secret
        try:
            reply = call(RequestItems=wanted)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, doing, MisconfiguredError) from error
        yield reply
        if not (wanted := reply.get(rest)):
            return
    raise TransientError(f"DynamoDB left items unprocessed while {doing}.")
