"""When the guardrail may be called, agreed upon by all workers that share its quota.

The quota is one time line: a worker reserves the next piece of it, for several calls at once, and makes each call at
its own time. Reserving is one conditional update of one row, so no two workers get the same time. A throttle makes the
line slower for everyone, and it gets faster again little by little: the quota is also used by others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

# Of the quota: clocks of several machines differ by milliseconds, and calls take different times to arrive.
HEADROOM = 0.95
# A reservation takes a call to DynamoDB, so it is for many calls. What a killed worker had reserved is lost.
BLOCK_SECONDS = 1.0
PAUSE = 0.5  # seconds without calls after a throttle
EASING, LEAST_EASE = 0.8, 0.05
RECOVERY = 0.002  # of the quota each second
# The calls that were on their way are throttled together and say nothing more.
AS_ONE = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Quota:
    """`calls` and `units` (text units) a second."""

    calls: float
    units: float

    def seconds(self, units: Sequence[int]) -> float:
        """How long calls with these numbers of text units take."""
        return max(len(units) / self.calls, sum(units) / self.units) / HEADROOM


@dataclass(frozen=True, slots=True)
class Line:
    """The row. Times are in seconds since 1970; before `free_at` all is reserved. `ease` is the share of the quota that
    was used at `eased_at`."""

    free_at: float = 0.0
    ease: float = 1.0
    eased_at: float = 0.0

    def ease_at(self, now: float) -> float:
        return min(1.0, self.ease + RECOVERY * max(0.0, now - self.eased_at))

    def reserved(self, quota: Quota, units: Sequence[int], now: float) -> "tuple[Line, list[float]]":
        """The line after the next calls have reserved their time, and the time of each call."""
        start, ease = max(now, self.free_at), self.ease_at(now)
        end = start + quota.seconds(units) / ease
        # A call with many units is followed by a longer pause.
        costs = [1 / quota.calls + each / quota.units for each in units]
        times = [start + (end - start) * sum(costs[:place]) / sum(costs) for place in range(len(units))]
        return replace(self, free_at=end), times

    def slowed(self, now: float) -> "Line":
        if now - self.eased_at < AS_ONE:
            return self
        return Line(max(now, self.free_at) + PAUSE, max(LEAST_EASE, self.ease_at(now) * EASING), now)


def block_size(quota: Quota, units: Sequence[int]) -> int:
    """How many of the calls are reserved at once, one at least."""
    count = 1
    while count < len(units) and quota.seconds(units[: count + 1]) <= BLOCK_SECONDS:
        count += 1
    return count


class Lines(Protocol):
    """The store of the line."""

    def replace(self, old: Line, new: Line) -> Line | None:
        """None if it was replaced; otherwise the current line, which is not `old`."""
        ...


class Pace:
    """A line that is shared. `reserve` and `slow` try again until no other worker was faster."""

    def __init__(self, lines: Lines, quota: Quota) -> None:
        self._lines = lines
        self.quota = quota
        self._known = Line()

    def reserve(self, units: Sequence[int], now: float) -> tuple[list[float], float]:
        """When each of the calls may be made, and when the next block begins."""
        while True:
            line, times = self._known.reserved(self.quota, units, now)
            if self._is_kept(line):
                return times, line.free_at

    def slow(self, now: float) -> None:
        while True:
            line = self._known.slowed(now)
            if line == self._known or self._is_kept(line):
                return

    def _is_kept(self, line: Line) -> bool:
        found = self._lines.replace(self._known, line)
        self._known = line if found is None else found
        return found is None
