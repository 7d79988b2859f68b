"""What models were used for, counted where they are called, and the budget of a month.

A row of the usage table counts one day's calls for one capability, user and document; another one sums a month's
dollars, for the budget. A call that is repeated because its answer was lost is counted twice, as AWS charges it twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.clock import day_of
from docent.errors import MisconfiguredError, from_aws
from docent.errors.usage import BudgetUsedUpError
from docent.prices import dollars_text, own_prices, price_of
from docent.settings import read_settings

KEPT_DAYS = 400
# How long a function goes on without looking at what the others have used.
LOOK_SECONDS = 30
TOTAL, CALLS, INTERVENTIONS, FAILURES = "total", "calls", "interventions", "failures"


@dataclass(frozen=True, slots=True)
class UsageSettings:
    """`monthly_budget` is in dollars, 0 for none. Prices are of a million tokens, both 0 for the
    list prices."""

    usage_table: str
    monthly_budget: float
    input_token_price: float
    output_token_price: float


@cache
def usage_settings() -> UsageSettings:
    return read_settings(UsageSettings)


@dataclass(frozen=True, slots=True)
class Use:
    """`subject` is whose work it was, empty if nobody's; `user` their name, where it is known."""

    capability: str
    subject: str = ""
    user: str = ""
    document_id: str = ""


def count_tokens(
    use: Use, model_id: str, input_tokens: int, output_tokens: int, now: float, batch: bool = False
) -> float:
    """Count calls of the model; returns their price in dollars."""
    own = own_prices(usage_settings().input_token_price, usage_settings().output_token_price)
    dollars = price_of(model_id, input_tokens, output_tokens, batch, own) or 0.0
    if input_tokens or output_tokens:
        count_dollars(use, input_tokens, output_tokens, dollars, now)
    return dollars


def count_dollars(use: Use, input_tokens: int, output_tokens: int, dollars: float, now: float) -> None:
    counts = {"calls": 1, "input_tokens": input_tokens, "output_tokens": output_tokens, "dollars": dollars}
    item = f"{CALLS}#{use.capability}#{use.subject}#{use.document_id}"
    table = usage_settings().usage_table
    _add(table, day_of(now), item, counts, now, {"user_name": use.user} if use.user else {})
    _add(table, month_of(now), TOTAL, {"dollars": dollars}, now, {})


def count_event(table: str, kind: str, capability: str, name: str, now: float, count: int = 1) -> None:
    """Count interventions of a guardrail by their type, or failures by their error."""
    _add(table, day_of(now), f"{kind}#{capability}#{name}", {"count": count}, now, {})


def check_budget(clock: Callable[[], float] = time.time) -> None:
    """Before a model is called. Raises BudgetUsedUpError once the month's budget is used up."""
    budget = usage_settings().monthly_budget
    if not budget:
        return
    now = clock()
    if _used(usage_settings().usage_table, month_of(now), int(now // LOOK_SECONDS)) >= budget:
        raise BudgetUsedUpError(f"The budget of {dollars_text(budget)} for {month_of(now)} is used up.")


@lru_cache(maxsize=1)
def _used(table: str, month: str, _period: int) -> float:
    return dollars_of(table, month)


def dollars_of(table: str, month: str) -> float:
    try:
        key = {"period": {"S": month}, "item": {"S": TOTAL}}
        item: Any = dynamodb().get_item(TableName=table, Key=key).get("Item")
    except (ClientError, BotoCoreError) as error:
        raise _unwell(error) from error
    return float(item["dollars"]["N"]) if item else 0.0


def rows_of(table: str, day: str) -> list[dict[str, Any]]:
    """All rows of a day, as plain values."""
    try:
        pages = (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=table,
                KeyConditionExpression="period = :day",
                ExpressionAttributeValues={":day": {"S": day}},
            )
        )
        return [
            {name: _plain(value) for name, value in item.items() if name not in ("period", "expires_at")}
            for page in pages
            for item in page["Items"]
        ]
    except (ClientError, BotoCoreError) as error:
        raise _unwell(error) from error


def month_of(now: float) -> str:
    return day_of(now)[:7]


def _add(table: str, period: str, item: str, counts: dict[str, float], now: float, texts: dict[str, str]) -> None:
    expires = datetime.fromtimestamp(now, UTC) + timedelta(days=KEPT_DAYS)
    sets = {"expires_at": {"N": str(round(expires.timestamp()))}} | {name: {"S": text} for name, text in texts.items()}
    values: dict[str, Any] = {f":{name}": {"N": _number(count)} for name, count in counts.items()}
    values |= {f":{name}": value for name, value in sets.items()}
    names = [*counts, *sets]
    try:
        dynamodb().update_item(
            TableName=table,
            Key={"period": {"S": period}, "item": {"S": item}},
            UpdateExpression=f"ADD {', '.join(f'#{name} :{name}' for name in counts)}"
            f" SET {', '.join(f'#{name} = :{name}' for name in sets)}",
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues=values,
        )
    except (ClientError, BotoCoreError) as error:
        raise _unwell(error) from error


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9f}"


def _plain(value: Any) -> Any:
    return float(value["N"]) if "N" in value else value["S"]


def _unwell(error: Exception) -> Exception:
    return from_aws(error, "usage was counted", MisconfiguredError)
