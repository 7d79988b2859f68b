"""Calls that overlap are waited for once."""

import pytest

from answering.service_waits import Waits


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_calls_that_overlap_count_once_and_gaps_between_them_do_not() -> None:
    clock = Clock()
    waits = Waits(clock)
    clock.now = 10
    with waits.call():
        clock.now = 12
        with waits.call():
            clock.now = 15
        clock.now = 16
    clock.now = 20
    with waits.call():
        clock.now = 21
    assert waits.seconds == 7


def test_a_call_that_fails_was_waited_for_too() -> None:
    clock = Clock()
    waits = Waits(clock)

    def fail() -> None:
        with waits.call():
            clock.now = 3
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert waits.seconds == 3
