"""How well people agree, and which segments are the same."""

from typing import Any

import pytest

from labeling.agreement import agreement_of
from labeling.segment_matches import match, overlap_of

SECOND = 1_000_000


def segment(start: float, end: float, category: str = "Customer", track: str = "speaker") -> dict[str, Any]:
    return {"track": track, "category": category, "start_us": int(start * SECOND), "end_us": int(end * SECOND)}


def label(*segments: dict[str, Any]) -> dict[str, Any]:
    return {"segments": list(segments), "clip": {}}


def test_equal_labels_agree_fully_and_so_do_those_where_nobody_marked_anything() -> None:
    one = label(segment(0, 3), segment(3, 6, "Representative"))
    assert agreement_of([one, one, one], 10 * SECOND) == 1.0
    assert agreement_of([label(), label()], 10 * SECOND) == 1.0


def test_alpha_is_that_of_the_definition() -> None:
    """Two raters, ten frames of a second: nine pairs agree. Alpha by hand is 1 - Do/De."""
    one, other = label(segment(0, 5)), label(segment(0, 4))
    n = 2000  # values in 1000 frames of 10 ms
    customer, nothing = 900, 1100
    observed = 100 * 2 / n
    expected = 2 * customer * nothing / (n * (n - 1))
    assert agreement_of([one, other], 10 * SECOND) == pytest.approx(1 - observed / expected, abs=1e-4)


def test_boundaries_that_are_somewhat_off_cost_little_and_another_category_costs_much() -> None:
    one = label(segment(0, 3), segment(3, 6, "Representative"))
    near = label(segment(0.04, 3.03), segment(3.03, 6.01, "Representative"))
    wrong = label(segment(0, 3, "Representative"), segment(3, 6))
    assert agreement_of([one, near], 10 * SECOND) > 0.97
    assert agreement_of([one, wrong], 10 * SECOND) < 0.2


def test_segments_at_the_end_of_a_clip_and_beyond_are_no_fault() -> None:
    one, other = label(segment(9.999, 10.001)), label(segment(0, 0.001))
    assert agreement_of([one, other], 10 * SECOND) < 0.5


def test_overlap_is_a_share_of_both_together() -> None:
    assert overlap_of(segment(0, 2), segment(1, 3)) == pytest.approx(1 / 3)
    assert overlap_of(segment(0, 1), segment(2, 3)) == 0


def test_each_segment_is_matched_once_with_the_one_that_it_has_most_in_common_with() -> None:
    wanted = [segment(0, 2), segment(3, 5), segment(6, 7, "Representative")]
    found = [segment(0.1, 2), segment(0, 2), segment(3, 4.5), segment(6, 7)]
    assert match(wanted, found, 0.5) == [(0, 1), (1, 2)]
    assert match(wanted, found, 0.8) == [(0, 1)]
