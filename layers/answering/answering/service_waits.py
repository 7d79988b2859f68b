"""How long questions wait for the services that answer them: the index, the model, the guardrail.

Calls overlap, so their times do not add up: counted is the time in which at least one was under way. What is left
of a request's time is our own.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class Waits:
    """`seconds` only ever grows: what one question waited is the difference."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = Lock()
        self._under_way = 0
        self._since = 0.0
        self.seconds = 0.0

    @contextmanager
    def call(self) -> Iterator[None]:
        with self._lock:
            if not self._under_way:
                self._since = self._clock()
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
                if not self._under_way:
                    self.seconds += self._clock() - self._since


WAITS = Waits()
