"""Measure how much of the month's budget is used. Called by a schedule.

in   nothing
out  {"month", "used_usd", "percent"}; the metric BudgetUsedPercent, which BudgetAlarm watches
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.settings import read_settings
from docent.usage import dollars_of, month_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    usage_table: str
    monthly_budget: float


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    month = month_of(time.time())
    used, budget = dollars_of(settings().usage_table, month), settings().monthly_budget
    percent = round(100 * used / budget, 1) if budget else 0.0
    with single_metric(name="BudgetUsedPercent", unit=MetricUnit.Percent, value=percent) as metric:
        metric.add_dimension("function_name", context.function_name)
    logger.info("budget watched", month=month, percent=percent)
    return {"month": month, "used_usd": round(used, 6), "percent": percent}
