"""Masking against a server that enforces its quota, in the simulated clock of the benchmark."""

import random

import pytest

from benchmarks.summaries import measured
from mask_summaries.pacing import Quota

# An event loop wakes itself through a pair of sockets.
pytestmark = pytest.mark.usefixtures("socket_enabled")

DICE = random.Random(5)
TEXTS = ["x" * DICE.randint(300, 1400) for _ in range(600)]


@pytest.mark.parametrize(
    ("calls", "units", "texts_a_call"), [(20, 25, 1), (20, 25, 10), (50, 200, 1), (1 / 3, 25, 10)], ids=str
)
def test_the_quota_is_used_and_not_exceeded(calls: float, units: float, texts_a_call: int) -> None:
    figures = measured(Quota(calls, units), TEXTS, texts_a_call)
    assert figures["times_article"] >= 10
    assert figures["of_quota"] >= 0.9
    assert figures["throttled"] <= 0.02


def test_a_quota_that_others_use_too_is_found_out() -> None:
    figures = measured(Quota(20, 25), TEXTS * 4, 1, real=Quota(10, 12.5))
    assert figures["of_quota"] >= 0.6
    assert figures["throttled"] <= 0.03
