"""How much of the month's budget is used, and what happens when all of it is."""

import time

import pytest

from docent.errors.usage import BudgetUsedUpError
from docent.usage import Use, check_budget, count_tokens, month_of
from tests.support.aws import World
from tests.support.functions import MODEL_ID, Function
from tests.support.project import alarms_on_metrics_of, sample_event

EVENT = sample_event("watch_budget.scheduled.json")
MILLION = 1_000_000
PRICES = {"INPUT_TOKEN_PRICE": "3", "OUTPUT_TOKEN_PRICE": "15"}


@pytest.fixture(autouse=True)
def _tables(aws: World) -> None:
    """The usage table, empty."""


@pytest.mark.parametrize(("budget", "percent"), [("0", 0.0), ("20", 90.0), ("12", 150.0)])
def test_the_share_of_the_budget_that_is_used_is_measured(function: Function, budget: str, percent: float) -> None:
    function.set(MONTHLY_BUDGET=budget, **PRICES)
    count_tokens(Use("answers"), MODEL_ID, MILLION, MILLION, time.time())
    assert function(EVENT) == {"month": month_of(time.time()), "used_usd": 18.0, "percent": percent}


def test_the_metric_of_the_alarm_is_written(function: Function) -> None:
    function.set(POWERTOOLS_SERVICE_NAME=function.name)
    function(EVENT)
    assert function.measured() == alarms_on_metrics_of(function.name)


def test_no_model_is_called_once_the_budget_is_used_up_until_the_next_month(function: Function) -> None:
    function.set(MONTHLY_BUDGET="18", **PRICES)
    now = time.time()
    check_budget(lambda: now)
    count_tokens(Use("answers"), MODEL_ID, MILLION, MILLION, now)
    with pytest.raises(BudgetUsedUpError, match="raise `MonthlyBudget`"):
        check_budget(lambda: now + 31)
    check_budget(lambda: now + 32 * 86_400)


def test_without_a_budget_nothing_is_looked_up(function: Function) -> None:
    function.set(**PRICES)
    count_tokens(Use("answers"), MODEL_ID, MILLION, MILLION, time.time())
    check_budget()
