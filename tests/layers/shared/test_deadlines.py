"""A deadline comes before the function's end: after it no call begins, and those under way are not waited for."""

from queue import Queue
from threading import Event

import pytest

from docent.deadlines import Calls, Deadline
from docent.errors import TransientError


class Clock:
    """Lambda's: the milliseconds that are left."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self) -> int:
        return self.left


@pytest.mark.parametrize(
    ("left", "kept", "longest", "seconds"),
    [
        (120_000, 10, None, 110),
        (120_000, 10, 26, 26),
        (30_000, 10, 26, 20),
        (5_000, 10, 26, 0),
        (5_000, 10, None, 0),
    ],
)
def test_a_deadline_keeps_some_of_the_functions_time(
    left: int, kept: float, longest: float | None, seconds: float
) -> None:
    assert Deadline.of(Clock(left), kept, longest).seconds == seconds


def test_a_deadline_does_not_move_while_time_passes() -> None:
    clock = Clock(120_000)
    deadline = Deadline.of(clock, 10, 26)
    clock.left -= 20_000
    assert deadline.seconds == 6
    clock.left -= 7_000
    assert deadline.seconds == 0


def test_before_the_deadline_calls_give_what_they_return_or_raise() -> None:
    queue: Queue[int] = Queue()
    with Calls(Deadline.of(Clock(60_000), 1), 2) as calls:
        assert calls.wait_for(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            calls.wait_for(divmod, 7, 0)
        calls.begin(queue.put, 7)
        assert calls.take(queue) == 7
    assert not calls.ran_out


def test_after_the_deadline_nothing_begins_but_the_last_call() -> None:
    clock = Clock(60_000)
    with Calls(Deadline.of(clock, 1), 2) as calls:
        done = calls.begin(divmod, 7, 2)
        done.result()
        clock.left = 500
        assert calls.result(done) == (3, 1)
        assert not calls.ran_out
        with pytest.raises(TransientError):
            calls.begin(divmod, 7, 2)
        with pytest.raises(TransientError):
            calls.take(Queue())
        assert calls.ran_out
        assert calls.last(divmod, 9, 2) == (4, 1)


def test_a_call_that_goes_on_is_not_waited_for_and_one_that_waits_behind_it_never_begins() -> None:
    clock, woken, began = Clock(60_000), Event(), Event()
    try:
        with Calls(Deadline.of(clock, 1), 1) as calls:
            stalled = calls.begin(woken.wait, 30)
            calls.begin(began.set)
            clock.left = 1_001
            with pytest.raises(TransientError):
                calls.result(stalled)
            assert calls.ran_out
        assert not stalled.done()
    finally:
        woken.set()
    stalled.result()
    assert not began.is_set()
