"""Waiting for what others bring about."""

import time
from collections.abc import Callable

LONGEST_PAUSE = 0.6


def wait_until[T](holds: Callable[[], T], seconds: float = 240, pause: float = 0.05, told: str = "") -> T:
    """What it returns when it holds. Pauses grow: who asks all the time slows down what is waited for.

    `seconds` are many times what it takes: how long it takes says how busy the machine is, and what never holds fails
    anyway.
    """
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, told or "it did not happen in time"
        time.sleep(pause)
        pause = max(pause, min(pause * 1.25, LONGEST_PAUSE))
    return found
