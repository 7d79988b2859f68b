"""The quota of the guardrail, shared by workers: in a table, and against a server that counts."""

from hypothesis import given
from hypothesis import strategies as st

from mask_summaries.pacing import AS_ONE, HEADROOM, Line, Pace, Quota, block_size
from mask_summaries.shared_line import SharedLine
from tests.support.aws import SUMMARIES_TABLE, World

NOW = 1_800_000_000.0
QUOTA = Quota(calls=20, units=25)


class OneLine:
    """A row in memory, that another worker may have changed."""

    def __init__(self) -> None:
        self.line = Line()

    def replace(self, old: Line, new: Line) -> Line | None:
        if old != self.line:
            return self.line
        self.line = new
        return None


UNITS = st.lists(st.integers(1, 25), min_size=1, max_size=30)


@given(st.lists(st.tuples(st.integers(0, 3), UNITS, st.floats(0, 2)), min_size=1, max_size=30))
def test_no_two_workers_get_the_same_time(asked: list[tuple[int, list[int], float]]) -> None:
    lines = OneLine()
    workers = [Pace(lines, QUOTA) for _ in range(4)]
    now, ended = NOW, 0.0
    for worker, units, later in asked:
        times, end = workers[worker].reserve(units, now)
        assert times == sorted(times)
        assert times[0] >= max(now, ended)
        assert times[-1] < end
        ended = end
        now += later


@given(UNITS)
def test_a_block_takes_as_long_as_the_quota_wants(units: list[int]) -> None:
    _, end = Pace(OneLine(), QUOTA).reserve(units, NOW)
    assert abs((end - NOW) * HEADROOM - max(len(units) / QUOTA.calls, sum(units) / QUOTA.units)) < 1e-5


@given(UNITS)
def test_a_block_has_a_call_at_least_and_is_short(units: list[int]) -> None:
    count = block_size(QUOTA, units)
    assert 1 <= count <= len(units)
    assert count == 1 or QUOTA.seconds(units[:count]) <= 1


def test_a_throttle_slows_every_worker_once_and_passes() -> None:
    lines = OneLine()
    one, other = Pace(lines, QUOTA), Pace(lines, QUOTA)
    one.reserve([1], NOW)
    one.slow(NOW)
    eased = lines.line.ease
    other.slow(NOW + AS_ONE / 2)  # of the same storm
    assert lines.line.ease == eased < 1
    times, end = other.reserve([1] * 10, NOW + 1)
    assert times[0] > NOW
    assert end - times[0] > QUOTA.seconds([1] * 10)
    assert lines.line.ease_at(NOW + 3600) == 1


def test_workers_share_the_line_through_the_table(aws: World) -> None:
    aws.delete_items(SUMMARIES_TABLE)
    one, other = (Pace(SharedLine(SUMMARIES_TABLE), QUOTA) for _ in range(2))
    _, end = one.reserve([1, 1], NOW)
    times, later = other.reserve([3], NOW)
    assert times == [end]
    one.slow(NOW)
    times, _ = one.reserve([1], NOW)
    assert times[0] > later
    (row,) = aws.items(SUMMARIES_TABLE)
    assert row["job_id"] == "guardrail-quota"
