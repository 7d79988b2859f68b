"""How often one caller may call: requests counted by caller and minute, in the callers' table."""

import math
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, TooManyRequestsError, from_aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

WINDOW = 60  # seconds
# A counter is of no use after its minute; DynamoDB deletes it some time after this.
KEEP = 3600


def count_request(table: str, caller: Caller, kind: str, limit: int, now: float) -> None:
    """Count one request of a `kind` (a word, such as `ask`); `now` is in seconds since 1970.

    Raises TooManyRequestsError, with the seconds until the next minute, once `limit` of that kind were counted in
    this minute. Counting and refusing are one conditional write, so that no race lets one more through.
    """
    minute = int(now // WINDOW)
    end = (minute + 1) * WINDOW
    values: dict[str, AttributeValueTypeDef] = {
        ":one": {"N": "1"},
        ":limit": {"N": str(limit)},
        ":expires": {"N": str(end + KEEP)},
    }
    try:
        dynamodb().update_item(
            TableName=table,
            Key={"subject": {"S": caller.subject}, "item": {"S": f"rate#{kind}#{minute}"}},
            UpdateExpression="ADD calls :one SET expires_at = :expires",
            ConditionExpression="attribute_not_exists(calls) OR calls < :limit",
            ExpressionAttributeValues=values,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        happened = f"{limit} requests a minute are allowed."
        raise TooManyRequestsError(happened, retry_after=math.ceil(end - now)) from None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "requests were counted", MisconfiguredError) from error
