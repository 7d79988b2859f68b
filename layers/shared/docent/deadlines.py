"""Calls that run at the same time, and a deadline after which nobody waits for them.

A deadline lies before the end of the function, and before the time after which API Gateway waits no longer. It
leaves time to keep what there is, and to reply.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Any, Self

from docent.errors import TransientError

# Seconds after the deadline: for a last call, and for calls under way to notice that nobody waits for them.
LAST, ENDING = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class Deadline:
    """`remaining` is the `get_remaining_time_in_millis` of Lambda's context; `kept` of it are left at the deadline."""

    remaining: Callable[[], int]
    kept: int

    @classmethod
    def of(cls, remaining: Callable[[], int], kept: float, longest: float | None = None) -> Self:
        """`kept` seconds before the end of the function, and at most `longest` seconds from now."""
        least = round(kept * 1000)
        return cls(remaining, least if longest is None else max(least, remaining() - round(longest * 1000)))

    @property
    def seconds(self) -> float:
        """Until the deadline; 0 once it has passed."""
        return max(0, self.remaining() - self.kept) / 1000


class Calls:
    """`ran_out` once something was not waited for, or not begun, because the deadline had passed.

    Leaving the context waits for the calls under way until the deadline. One that takes longer ends by its own
    time-out.
    """

    def __init__(self, deadline: Deadline, at_once: int) -> None:
        self.ran_out = False
        self._deadline = deadline
        self._pool = ThreadPoolExecutor(at_once, "call")
        self._begun: list[Future[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait([each for each in self._begun if not each.cancelled()], self._deadline.seconds + ENDING)

    def begin[**P, T](self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> Future[T]:
        """Raises TransientError once the deadline has passed, as the other methods do."""
        if not self._deadline.seconds:
            raise self._too_late()
        return self._begin(call, *args, **more)

    def result[T](self, call: Future[T], later: float = 0) -> T:
        """What a call gives, or raises. What is done already is given after the deadline too."""
        try:
            return call.result(self._deadline.seconds + later)
        except TimeoutError:
            raise self._too_late() from None

    def wait_for[**P, T](self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        return self.result(self.begin(call, *args, **more))

    def last[**P, T](self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """What one more call gives, which may begin after the deadline."""
        return self.result(self._begin(call, *args, **more), LAST)

    def take[T](self, queue: Queue[T]) -> T:
        seconds = self._deadline.seconds
        try:
            if seconds:
                return queue.get(timeout=seconds)
        except Empty:
            pass
        raise self._too_late()

    def _begin[**P, T](self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> Future[T]:
        begun = self._pool.submit(call, *args, **more)
        self._begun.append(begun)
        return begun

    def _too_late(self) -> TransientError:
        self.ran_out = True
        return TransientError("There was no time left for an answer.")
