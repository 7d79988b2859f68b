"""The line of the guardrail's quota as one row of the table of jobs."""

from decimal import Decimal
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.summary_jobs import job_key

from .pacing import Line

# No job has this id; a row without a status is none.
ROW = "guardrail-quota"


class SharedLine:
    def __init__(self, table: str) -> None:
        self._table = table

    def replace(self, old: Line, new: Line) -> Line | None:
        condition = "free_at = :old_free AND eased_at = :old_at"
        if old == Line():
            condition = f"attribute_not_exists(free_at) OR ({condition})"
        values = {":free": new.free_at, ":ease": new.ease, ":at": new.eased_at, ":old_free": old.free_at}
        values[":old_at"] = old.eased_at
        try:
            dynamodb().update_item(
                TableName=self._table,
                Key=job_key(ROW),
                UpdateExpression="SET free_at = :free, ease = :ease, eased_at = :at",
                ConditionExpression=condition,
                ExpressionAttributeValues={name: {"N": _written(value)} for name, value in values.items()},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except dynamodb().exceptions.ConditionalCheckFailedException as error:
            return _line(error.response.get("Item") or {})
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the guardrail's quota was reserved", MisconfiguredError) from error
        return None


def _line(item: Any) -> Line:
    if "free_at" not in item:
        return Line()
    return Line(*(float(item[name]["N"]) for name in ("free_at", "ease", "eased_at")))


def _written(value: float) -> str:
    return format(Decimal(repr(value)), "f")
