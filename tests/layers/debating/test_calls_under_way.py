"""A mark keeps two executions from asking for the same."""

import pytest

from debating.calls_under_way import marked
from docent.errors.debates import CallUnderWayError
from tests.support.aws import DERIVED_BUCKET, World

KEY = "debates/r/g/units/000001/debate-AB/round-2-A.json"
NOW = 1_000.0


def hold(execution: str, now: float = NOW) -> None:
    with marked(DERIVED_BUCKET, KEY, execution, now, 200):
        pass


def test_another_execution_waits_until_the_mark_is_gone(aws: World) -> None:
    with marked(DERIVED_BUCKET, KEY, "stopped", NOW, 200), pytest.raises(CallUnderWayError):
        hold("resumed", NOW + 199)
    hold("resumed")
    assert not aws.list_keys(f"{KEY}.asked")


def test_a_mark_ends_with_its_function_whatever_became_of_it(aws: World) -> None:
    with pytest.raises(ZeroDivisionError), marked(DERIVED_BUCKET, KEY, "stopped", NOW, 200):
        raise ZeroDivisionError
    hold("resumed")


@pytest.mark.parametrize(("execution", "later"), [("stopped", 1), ("resumed", 201)])
def test_the_mark_of_a_function_that_died_is_taken_over(aws: World, execution: str, later: float) -> None:
    aws.put(f"{KEY}.asked", {"execution": "stopped", "until": NOW + 200})
    hold(execution, NOW + later)
    assert not aws.list_keys(f"{KEY}.asked")
